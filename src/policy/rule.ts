// The one form of an outgoing-text rule, and how a row is matched. Knows no single rule.
import type { ChannelKind } from '../contract/conversation.ts';

/** Who speaks for the shop. */
export type Speaker = 'bot' | 'agent' | 'system';

/** One row of a pack. `pattern` and `allow` run on the normalised text (lower case, half width). */
export interface Rule {
  rule: string;
  pattern: RegExp;
  /** A hit that touches one of these is an innocent use of the same words. */
  allow?: readonly RegExp[];
  /** A hit passes when its own clause says the opposite before it: 我们不会加您微信. */
  unlessNegated?: boolean;
  /** A hit passes when the curated source says the very same words. */
  unlessInSource?: boolean;
  /** The only channels on which the row applies. */
  onlyChannels?: readonly ChannelKind[];
  /** Channels on which the row does not apply. */
  exceptChannels?: readonly ChannelKind[];
  /** What is wrong and what to write instead, for the person who reads the finding. */
  why: string;
  /** The law or the platform's rule behind the row. */
  source: string;
}

/** One reason why a text must not go out as it is. */
export interface Finding {
  rule: string;
  /** The words that made the rule fire, normalised. */
  evidence: string;
  why: string;
  source: string;
}

const CLAUSE_END = /[,，。.!！?？;；:：\n]/;
const NEGATION =
  /不要|不会|不能|不可|不支持|不提供|不接受|不得|不做|不敢|不必|不保证|不承诺|无法|无需|不发|不收|不打|不允许|不拿|没有|没办法|请勿|切勿|勿|别|从不|并非|未|谨防|警惕|凡|冒充|有人以|不$/;

/** The findings of one row. Both texts are normalised. */
export function matchRule(rule: Rule, text: string, source: string | null): Finding[] {
  const allowed = (rule.allow ?? []).flatMap((pattern) => spans(pattern, text));
  return spans(rule.pattern, text)
    .filter(({ start, end }) => !allowed.some((span) => span.start < end && start < span.end))
    .filter(({ start }) => !(rule.unlessNegated && isNegated(text, start)))
    .map(({ start, end }) => text.slice(start, end))
    .filter((evidence) => !(rule.unlessInSource && source?.includes(evidence)))
    .map((evidence) => ({ rule: rule.rule, evidence, why: rule.why, source: rule.source }));
}

/** Does the clause deny what begins at `start`? Only the same clause counts: 不用在这里谈，加微信 denies nothing. */
function isNegated(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 40), start);
  return NEGATION.test(before.split(CLAUSE_END).at(-1)!);
}

function spans(pattern: RegExp, text: string): { start: number; end: number }[] {
  const global = pattern.global ? pattern : new RegExp(pattern, `${pattern.flags}g`);
  return [...text.matchAll(global)]
    .filter((match) => match[0] !== '')
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));
}
