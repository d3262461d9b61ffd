// The golden questions: reading them, judging decisions against them, and choosing thresholds on one half of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Triage } from '../../src/bot/triage.ts';
import { coverageAt } from '../../src/understanding/calibration.ts';
import { openEvaluationShop } from './shop.ts';

export interface GoldenRow {
  id: string;
  text: string;
  group: string;
  expect: { decision?: string[]; intent?: string[]; faq?: string[] };
}

export const readGolden = (file: string): GoldenRow[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as GoldenRow);

export interface Judged {
  row: GoldenRow;
  triage: Triage;
  /** The decision is one of those expected, or a clarification that offers the right answer. */
  right: boolean;
  /** A confident answer or action that is none of the expected ones: the mistake that costs trust. */
  wrong: boolean;
}

export function judge(row: GoldenRow, triage: Triage): Judged {
  const { expect } = row;
  const allowed = expect.decision ?? [];
  const faqs = expect.faq ?? [];
  const { decision } = triage.decided;
  switch (decision.kind) {
    case 'answer': {
      const hit = faqs.length === 0 ? allowed.includes('answer') : faqs.includes(decision.entryId);
      return { row, triage, right: hit, wrong: !hit };
    }
    case 'clarify': {
      const offers = decision.options.some((o) =>
        o.kind === 'faq' ? faqs.includes(o.entryId) : (expect.intent ?? []).includes(o.intent),
      );
      return { row, triage, right: allowed.includes('clarify') || offers, wrong: false };
    }
    case 'act':
      return { row, triage, right: allowed.includes('act'), wrong: !allowed.includes('act') };
    case 'handoff':
      return { row, triage, right: allowed.includes('handoff'), wrong: false };
    case 'acknowledge':
    case 'queue_notice':
    case 'silent':
      return { row, triage, right: false, wrong: false };
    default:
      return decision satisfies never;
  }
}

export interface GroupFigures {
  group: string;
  n: number;
  right: number;
  wrong: number;
  answered: number;
  clarified: number;
  handedOff: number;
}

export function figuresOf(judged: readonly Judged[]): GroupFigures[] {
  const groups = new Map<string, GroupFigures>();
  for (const j of judged) {
    const empty = { group: j.row.group, n: 0, right: 0, wrong: 0, answered: 0, clarified: 0, handedOff: 0 };
    const g = groups.get(j.row.group) ?? empty;
    g.n += 1;
    if (j.right) g.right += 1;
    if (j.wrong) g.wrong += 1;
    if (j.triage.decision === 'answer' || j.triage.decision === 'act') g.answered += 1;
    if (j.triage.decision === 'clarify') g.clarified += 1;
    if (j.triage.decision === 'handoff') g.handedOff += 1;
    groups.set(j.row.group, g);
  }
  return [...groups.values()];
}

async function judgeAll(file: string): Promise<Judged[]> {
  const rows = readGolden(file);
  const shop = await openEvaluationShop();
  try {
    const judged: Judged[] = [];
    for (const row of rows) judged.push(judge(row, await shop.triage(row.text)));
    return judged;
  } finally {
    await shop.close();
  }
}

const share = (n: number, of: number): string => `${((n / Math.max(1, of)) * 100).toFixed(1)} %`;

/** Kept in the repository beside the questions: a change that makes these worse fails the build. */
export const FLOORS = { right: 0.84, wrong: 0.05 };

/** Prints the figures; a drop below the floors is a failure. */
export async function evaluateGolden(file: string): Promise<void> {
  const judged = await judgeAll(file);
  for (const g of figuresOf(judged)) {
    console.log(
      `${g.group}: ${g.n} 条，正确 ${share(g.right, g.n)}，答错 ${share(g.wrong, g.n)}，直接答 ${share(g.answered, g.n)}，反问 ${share(g.clarified, g.n)}，转人工 ${share(g.handedOff, g.n)}`,
    );
  }
  const right = judged.filter((j) => j.right).length / judged.length;
  const wrong = judged.filter((j) => j.wrong).length / judged.length;
  console.log(`合计 ${judged.length} 条：正确 ${(right * 100).toFixed(1)} %，自信地答错 ${(wrong * 100).toFixed(1)} %`);
  if (right < FLOORS.right || wrong > FLOORS.wrong) {
    console.log(`低于底线：正确应不低于 ${FLOORS.right * 100} %，答错应不高于 ${FLOORS.wrong * 100} %`);
    process.exitCode = 1;
  }
}

/** The best entry's score and whether it is right, for the questions an entry answers or nothing does. */
function answers(judged: readonly Judged[]): { score: number; right: boolean }[] {
  return judged
    .filter((j) => j.row.group === 'in-scope' || j.row.group === 'out-of-scope')
    .map((j) => {
      const top = j.triage.judgement.faqs[0];
      return { score: top?.score ?? 0, right: top !== undefined && (j.row.expect.faq ?? []).includes(top.entryId) };
    });
}

const intents = (judged: readonly Judged[]): { score: number; right: boolean }[] =>
  judged
    .filter((j) => (j.row.expect.intent ?? []).length > 0)
    .map((j) => {
      const top = j.triage.judgement.intents[0];
      return { score: top?.score ?? 0, right: top !== undefined && j.row.expect.intent!.includes(top.intent) };
    });

/** The lowest score above which at most this share is wrong. */
function lowest(rows: readonly { score: number; right: boolean }[], wrongAtMost: number): number {
  const found = coverageAt(
    rows.map((r) => r.score),
    rows.map((r) => r.right),
    1 - wrongAtMost,
  );
  return found.coverage === 0 ? 1 - wrongAtMost : found.scoreMin;
}

const round = (x: number): number => Math.round(x * 1_000) / 1_000;
/** Choices are worth offering down to here: on the golden questions the right entry is among the first three nearly always. */
const CLARIFY_MIN = 0.1;
/** An intent that acts or hands off costs little when it is wrong: the shopper sees an order, or a person. */
const ACT_WRONG_AT_MOST = 0.05;

/** Chooses the thresholds on every other question, shows what they give on the rest, and writes the shop's policy file. */
export async function calibrateGolden(file: string, wrongAtMost: number): Promise<void> {
  const judged = await judgeAll(file);
  const half = (odd: number) => judged.filter((_, i) => i % 2 === odd);
  const answerMin = round(lowest(answers(half(0)), wrongAtMost));
  const actMin = round(lowest(intents(half(0)), ACT_WRONG_AT_MOST));
  const kept = answers(half(1));
  const given = kept.filter((r) => r.score >= answerMin);
  const wrong = given.filter((r) => !r.right).length / Math.max(1, given.length);
  console.log('阈值   直接答   其中答错');
  for (const min of [0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9]) {
    const above = answers(judged).filter((r) => r.score >= min);
    console.log(
      `${min.toFixed(2)}   ${share(above.length, answers(judged).length)}   ${share(above.filter((r) => !r.right).length, above.length)}`,
    );
  }
  const policy = {
    wrong_at_most: wrongAtMost,
    answer_min: answerMin,
    clarify_min: Math.min(CLARIFY_MIN, answerMin),
    act_min: actMin,
    evaluation: {
      questions: judged.length,
      chosen_on: half(0).length,
      measured_on: half(1).length,
      answered: round(given.length / Math.max(1, kept.length)),
      wrong_of_answered: round(wrong),
      date: new Date().toISOString().slice(0, 10),
    },
  };
  writeFileSync(
    POLICY,
    `# Written by \`npm run eval -- calibrate\`: chosen on one half of the golden questions, measured on the other.\n${stringify(policy)}`,
  );
  console.log(
    `已写入 ${POLICY}：直接答 ≥ ${answerMin}，另一半题上直接答 ${share(given.length, kept.length)}、其中答错 ${share(wrong * 1_000, 1_000)}`,
  );
}

const POLICY = 'faq-corpus/policy.yaml';
