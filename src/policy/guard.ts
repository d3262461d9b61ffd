// Judges a model's rewording of a curated answer: what is not faithful is thrown away. Knows no model.
import { asResult, type CheckResult } from './check.ts';
import { promisesIn } from './facts.ts';
import { inventedIn, lostFrom } from './fidelity.ts';
import { findLinks } from './links.ts';
import { normaliseForRules } from './normalise.ts';
import { CONTACTS } from './packs/contacts.ts';
import { matchRule } from './rule.ts';

/**
 * Share of a rewording's characters that must occur in the original. Measured on the 328 shipped entries: another style
 * of the same answer has 0.43 or more, 95 % of the pairs of unrelated answers have less.
 */
const OVERLAP_MIN = 0.4;

/**
 * The same for each sentence and each clause, without the words that occur everywhere: a good rewording with one sentence
 * about something else is a new promise. Measured on the same entries: of 29,256 answers with one sentence of another
 * entry at the end these two stop all but 2 % (56 % get through without them; most of what is left is courtesy);
 * of 152 wordings by people that pass without them 98 still do. A refused rewording costs only its style.
 */
const PARTS: readonly { ends: RegExp; overlapMin: number }[] = [
  { ends: /[。！!？?；;\n]/, overlapMin: 0.5 },
  { ends: /[。！!？?；;\n，,：:]/, overlapMin: 0.34 },
];
const PART_SIGNS_MIN = 3;
const EVERYWHERE =
  /[的了呢哦啊呀吧嘛哈么吗是在有和与就也都会可以能您你我们亲请这那个一下到不为把被让给上来去后前时要用先再还没好]/gu;

const SOURCE = '改写只能换说法，不能增减内容';

/**
 * Compares only with the original; send the result through `checkOutgoing` as well, with the original as `source`.
 * When it is not ok, send the original as curated.
 */
export function guardRewording(original: string, reworded: string): CheckResult {
  const from = normaliseForRules(original);
  const to = normaliseForRules(reworded);
  const findings = [];
  if (to.trim() === '') findings.push({ rule: 'empty', evidence: '', why: '改写是空的', source: SOURCE });
  if (to.length > from.length * 2 + 60) {
    findings.push({
      rule: 'too-long',
      evidence: `${to.length} / ${from.length}`,
      why: '改写比原文长得多',
      source: SOURCE,
    });
  }
  if (/```|^\s*[{[<]|<\/?[a-z]+>/.test(to) && !/```|^\s*[{[<]/.test(from)) {
    findings.push({ rule: 'markup', evidence: to.slice(0, 20), why: '改写含有代码或标记', source: SOURCE });
  }
  if (overlap(to, from) < OVERLAP_MIN) {
    findings.push({ rule: 'drifted', evidence: to.slice(0, 20), why: '改写与原文说的不是一回事', source: SOURCE });
  }
  for (const part of addedParts(to, from)) {
    findings.push({ rule: 'added', evidence: part, why: '原文里没有这一句的意思', source: SOURCE });
  }
  for (const link of findLinks(to)) {
    if (!from.includes(link.text)) {
      findings.push({ rule: 'injected-link', evidence: link.text, why: '原文里没有这个链接', source: SOURCE });
    }
  }
  for (const rule of CONTACTS) findings.push(...matchRule({ ...rule, unlessInSource: true }, to, from));
  // the same promise once more, without the condition it has in the original, is another promise
  const given = promisesIn(to);
  if (given.length > promisesIn(from).length)
    findings.push({ rule: 'more-promises', evidence: given.at(-1)!.word, why: '改写比原文多出承诺', source: SOURCE });
  findings.push(...inventedIn(to, from), ...lostFrom(from, to));
  return asResult(findings);
}

/** A clause that says what the shopper wants; the shop promises nothing in it. */
const WISH = /顾客|买家|用户|要求|想|希望|询问|咨询|申请|反映/;
const SHOP_SAYS = /客服|店铺|商家|机器人|我们|本店|已|同意|答应|承诺|可以|会/;

/** Judges a model's summary for the agent: no number, name, contact, link or promise of the shop that nobody said. */
export function guardSummary(conversation: string, summary: string): CheckResult {
  const from = normaliseForRules(conversation);
  const to = normaliseForRules(summary);
  const wishes = new Set(
    to.split(/[，,。；;！!\n]/).filter((clause) => WISH.test(clause) && !SHOP_SAYS.test(clause.replace(WISH, ''))),
  );
  const findings = inventedIn(to, from).filter(
    ({ rule, evidence }) =>
      !/promise|turned-round/.test(rule) || to.split(evidence).length - 1 > countIn(wishes, evidence),
  );
  for (const link of findLinks(to)) {
    if (!from.includes(link.text))
      findings.push({ rule: 'injected-link', evidence: link.text, why: '会话里没有这个链接', source: SOURCE });
  }
  for (const rule of CONTACTS) findings.push(...matchRule({ ...rule, unlessInSource: true }, to, from));
  if (/```|^\s*[{[<]|<\/?[a-z]+>/.test(to))
    findings.push({ rule: 'markup', evidence: to.slice(0, 20), why: '摘要含有代码或标记', source: SOURCE });
  return asResult(findings);
}

const countIn = (clauses: ReadonlySet<string>, word: string): number =>
  [...clauses].reduce((sum, clause) => sum + clause.split(word).length - 1, 0);

function overlap(text: string, original: string): number {
  const own = [...signsOf(text)];
  const known = signsOf(original);
  return own.length === 0 ? 1 : own.filter((sign) => known.has(sign)).length / own.length;
}

const signsOf = (text: string) => new Set(text.match(/\p{Script=Han}|[a-z0-9]+/gu));

function addedParts(text: string, original: string): string[] {
  return PARTS.flatMap(({ ends, overlapMin }) =>
    text.split(ends).filter((part) => {
      const telling = part.replace(EVERYWHERE, ' ');
      return signsOf(telling).size >= PART_SIGNS_MIN && overlap(telling, original) < overlapMin;
    }),
  );
}
