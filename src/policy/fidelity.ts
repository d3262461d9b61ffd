// Compares a worded text with the curated text it was made from: nothing may be invented, turned round or lost.
import { goodsIn, type NumberFact, namesIn, numbersIn, permissionsIn, promisesIn, timesIn } from './facts.ts';
import type { Finding } from './rule.ts';

const CURATED = '改写只能换说法，数字、时效、承诺必须与知识库原文一致';

/** What `text` says that `source` does not. Both are normalised. */
export function inventedIn(text: string, source: string): Finding[] {
  const findings: Finding[] = [];
  const add = (rule: string, evidence: string, why: string) => {
    if (!findings.some((found) => found.rule === rule && found.evidence === evidence)) {
      findings.push({ rule, evidence, why, source: CURATED });
    }
  };
  const numbers = numbersIn(source);
  for (const fact of numbersIn(text)) {
    if (!numbers.some((known) => sameNumber(fact, known)))
      add('invented-number', fact.text, '原文里没有这个数字或单位');
  }
  const promises = promisesIn(source);
  for (const { word, denied } of promisesIn(text)) {
    // A short word inside a longer one of the source (退 in 退货) is the same promise.
    const known = promises.filter((promise) => promise.word.includes(word));
    if (known.length === 0) add('invented-promise', word, '原文里没有这项承诺');
    else if (!known.some((promise) => promise.denied === denied)) add('turned-round', word, '与原文的肯定或否定相反');
  }
  const permissions = permissionsIn(source);
  for (const { word, denied } of permissionsIn(text)) {
    const known = permissions.filter((permission) => permission.word === word);
    if (known.length > 0 && known.every((permission) => permission.denied !== denied)) {
      add('turned-round', word, '与原文的肯定或否定相反');
    }
  }
  for (const word of timesIn(text)) if (!source.includes(word)) add('invented-time', word, '原文里没有这个时效');
  for (const word of namesIn(text)) if (!source.includes(word)) add('invented-name', word, '原文里没有提到它');
  for (const word of goodsIn(text)) if (!source.includes(word)) add('invented-goods', word, '原文里没有说商品的这一点');
  return findings;
}

/** The numbers of `source` that `text` no longer has: a condition that fell away is a promise too. */
export function lostFrom(source: string, text: string): Finding[] {
  const kept = numbersIn(text);
  return numbersIn(source)
    .filter((fact) => !kept.some((known) => sameNumber(known, fact) || sameNumber(fact, known)))
    .map((fact) => ({
      rule: 'lost-condition',
      evidence: fact.text,
      why: '原文的这个数字在改写中丢失',
      source: CURATED,
    }));
}

/** A unit may be left out, and 满59 may become 满59元 or 59件; a unit may never change. */
function sameNumber(fact: NumberFact, known: NumberFact): boolean {
  if (fact.value !== known.value) return false;
  return fact.unit === known.unit || fact.unit === '' || (known.unit === '' && /^[元个]$/.test(fact.unit));
}
