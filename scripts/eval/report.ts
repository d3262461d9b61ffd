// npm run eval -- report: one page about what the bot knows: per intent, confusions, risk against coverage, worst misses.
import { writeFileSync } from 'node:fs';
import { judgeShop } from './golden.ts';
import { figuresOf, groupBy, type Judged, percent, withInterval } from './judge.ts';

const SHOWN_MAX = 30;

const topIntent = (j: Judged): string => j.triage.judgement.intents[0]?.intent ?? '';
const isHit = (j: Judged): boolean => (j.row.expect.intent ?? []).includes(topIntent(j));

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Recall over the questions whose first expected intent it is, precision over those where it came out on top. */
function perIntent(judged: readonly Judged[]): string {
  const expected = groupBy(judged, (j) => j.row.expect.intent![0]!);
  const named = groupBy(judged, topIntent);
  const rows = [...expected].sort().map(([intent, own]) => {
    const claims = named.get(intent) ?? [];
    const right = figuresOf(intent, own);
    return [
      intent,
      own.length,
      withInterval(own.filter(isHit).length, own.length),
      claims.length === 0 ? '—' : percent(claims.filter(isHit).length, claims.length),
      withInterval(right.right, right.n),
      right.wrong,
    ];
  });
  return table(['intent', 'questions', 'recall', 'precision', 'decision right', 'confidently wrong'], rows);
}

function confusions(judged: readonly Judged[]): string {
  const misses = judged.filter((j) => !isHit(j));
  const pairs = [...groupBy(misses, (j) => `${j.row.expect.intent![0]} | ${topIntent(j)}`)]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, SHOWN_MAX);
  return table(
    ['expected', 'taken for', 'times', 'for example'],
    pairs.map(([pair, list]) => [pair, list.length, list[0]!.row.text.replaceAll('|', '/')]),
  );
}

/** Questions surest first by their best entry: how many can be answered at which share of wrong ones. */
function coverage(judged: readonly Judged[]): string {
  const asked = judged
    .filter((j) => (j.row.expect.faq ?? []).length > 0 && j.triage.judgement.faqs.length > 0)
    .map((j) => {
      const best = j.triage.judgement.faqs[0]!;
      return { score: best.score, right: j.row.expect.faq!.includes(best.entryId) };
    })
    .sort((a, b) => b.score - a.score);
  const rows = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => {
    const some = asked.slice(0, Math.round(asked.length * share));
    const wrong = some.filter((one) => !one.right).length;
    return [percent(share, 1), some.at(-1)?.score.toFixed(3) ?? '—', withInterval(wrong, some.length)];
  });
  return table(['answered', 'from score', 'wrong among them'], rows);
}

function worst(judged: readonly Judged[]): string {
  const scoreOf = (j: Judged) => j.triage.judgement.faqs[0]?.score ?? 0;
  const rows = judged
    .filter((j) => j.wrong)
    .sort((a, b) => scoreOf(b) - scoreOf(a))
    .slice(0, SHOWN_MAX)
    .map((j) => [
      j.row.text.replaceAll('|', '/'),
      (j.row.expect.faq ?? j.row.expect.decision ?? []).join(', '),
      j.triage.faq ?? j.triage.decision,
      scoreOf(j).toFixed(3),
    ]);
  return table(['question', 'expected', 'given', 'score'], rows);
}

export async function report(shopName: string, out: string | null): Promise<void> {
  const page = await judgeShop(shopName, (judged) => {
    const withIntent = judged.filter((j) => (j.row.expect.intent ?? []).length > 0);
    const groups = [...groupBy(judged, (j) => j.row.group)].map(([name, group]) => figuresOf(name, group));
    return [
      `# What the bot of ${shopName} knows`,
      `${judged.length} golden questions, ${new Date().toISOString().slice(0, 10)}. Shares with their 95 % interval.`,
      table(
        ['group', 'questions', 'decision right', 'confidently wrong', 'answered', 'asked back', 'handed off'],
        [...groups, figuresOf('all', judged)].map((g) => [
          g.name,
          g.n,
          withInterval(g.right, g.n),
          withInterval(g.wrong, g.n),
          percent(g.answered, g.n),
          percent(g.clarified, g.n),
          percent(g.handedOff, g.n),
        ]),
      ),
      '## Risk against coverage',
      coverage(judged),
      '## Confused pairs',
      confusions(withIntent),
      '## Worst misses',
      worst(judged),
      '## Per intent',
      perIntent(withIntent),
    ].join('\n\n');
  });
  if (out === null) console.log(page);
  else writeFileSync(out, `${page}\n`);
}
