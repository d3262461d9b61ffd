// One row of the rule pack of the risk ladder.
import type { RiskKind, RiskLevel } from '../contract/decision.ts';

export interface RiskRule {
  name: string;
  level: RiskLevel;
  kind: RiskKind;
  /** Regular expressions over the folded text; one match is enough. */
  any: readonly string[];
  /** Cut out before `any` is tried: negations, questions before buying, words that only look alike. */
  unless?: readonly string[];
  /** Words that may be harmless (工商大学, 律师袍): never enough by themselves, but the learned alarm needs less where they stand. */
  hints?: readonly string[];
  /** Look-alikes and denials (人工费, 律师袍, 不用转人工): cut out like `unless`, and from what the classifier reads as well. */
  lookAlikes?: readonly string[];
  /** Kinds of channels the rule is for; absent means all. */
  channels?: readonly string[];
}
