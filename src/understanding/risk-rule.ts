// One row of the rule pack of the risk ladder.
import type { ChannelKind } from '../contract/conversation.ts';
import type { EmotionName, RiskKind, RiskLevel } from '../contract/decision.ts';

/** A feeling and how strong it is, 0 to 1. */
export interface Mood {
  name: EmotionName;
  strength: number;
}

export interface RiskRule {
  name: string;
  /** `none`: no risk at all, the row only says something about the feeling. */
  level: RiskLevel;
  kind: RiskKind;
  /** The feeling it speaks of; absent: what its kind usually goes with. */
  mood?: Mood;
  /** Regular expressions over the folded text; one match is enough. */
  any: readonly string[];
  /** Cut out before `any` is tried: negations, questions before buying, words that only look alike. */
  unless?: readonly string[];
  /** Words that may be harmless (工商大学, 律师袍): never enough by themselves, but the learned alarm needs less where they stand. */
  hints?: readonly string[];
  /** Look-alikes and denials (人工费, 律师袍, 不用转人工): cut out like `unless`, and from what the classifier reads as well. */
  lookAlikes?: readonly string[];
  /** Kinds of channels the rule is for; absent means all. */
  channels?: readonly ChannelKind[];
  /** The platform's rule behind it, with its source. */
  why?: string;
  /** The intent whose entry is the answer: what may be said is settled. */
  answer?: string;
}
