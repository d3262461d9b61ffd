// The golden questions: reading them, judging decisions against them, and choosing thresholds on one half of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Triage } from '../../src/bot/triage.ts';
import { type EvaluationShop, openEvaluationShop } from './shop.ts';

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

async function judgeAll<T>(file: string, then: (judged: Judged[], shop: EvaluationShop) => T): Promise<T> {
  const rows = readGolden(file);
  const shop = await openEvaluationShop();
  try {
    const judged: Judged[] = [];
    for (const row of rows) judged.push(judge(row, await shop.triage(row.text)));
    return then(judged, shop);
  } finally {
    await shop.close();
  }
}

const share = (n: number, of: number): string => `${((n / Math.max(1, of)) * 100).toFixed(1)} %`;

/** Kept in the repository beside the questions: a change that makes these worse fails the build. */
export const FLOORS = { right: 0.84, wrong: 0.05 };

/** Prints the figures; a drop below the floors is a failure. */
export async function evaluateGolden(file: string): Promise<void> {
  const judged = await judgeAll(file, (all) => all);
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

const rightShare = (judged: readonly Judged[]): number =>
  judged.filter((j) => j.right).length / Math.max(1, judged.length);
const wrongShare = (judged: readonly Judged[]): number =>
  judged.filter((j) => j.wrong).length / Math.max(1, judged.length);
const directShare = (judged: readonly Judged[]): number =>
  judged.filter((j) => j.triage.decision === 'answer' || j.triage.decision === 'act').length /
  Math.max(1, judged.length);

const round = (x: number): number => Math.round(x * 1_000) / 1_000;
/** Choices are worth offering down to here: on the golden questions the right entry is among the first three nearly always. */
const CLARIFY_MIN = 0.1;
const GRID = [0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
const ACT_GRID = [0.4, 0.5, 0.6, 0.7, 0.8];
const POLICY = 'faq-corpus/policy.yaml';

/**
 * Tries thresholds through the whole decision on every other question: of those with at most `wrongAtMost` of all questions
 * confidently wrong, the ones that decide most questions rightly without asking back. Measured on the other half and written.
 */
export async function calibrateGolden(file: string, wrongAtMost: number): Promise<void> {
  await judgeAll(file, (judged, shop) => {
    const under = (half: number | null, answerMin: number, actMin: number): Judged[] =>
      judged
        .filter((_, i) => half === null || i % 2 === half)
        .map((j) => judge(j.row, shop.decideAgain(j.triage, { answerMin, clarifyMin: CLARIFY_MIN, actMin })));
    const tried = GRID.flatMap((answerMin) =>
      ACT_GRID.map((actMin) => ({ answerMin, actMin, on: under(0, answerMin, actMin) })),
    );
    const allowed = tried.filter((t) => wrongShare(t.on) <= wrongAtMost);
    const merit = (t: { on: Judged[] }) => rightShare(t.on) + directShare(t.on);
    const best = allowed.sort((a, b) => merit(b) - merit(a))[0] ?? {
      answerMin: 1 - wrongAtMost,
      actMin: 1 - wrongAtMost,
      on: [],
    };
    console.log('阈值   正确   答错   直接答或办理（全部题）');
    for (const min of GRID) {
      const all = under(null, min, best.actMin);
      console.log(
        `${min.toFixed(2)}   ${(rightShare(all) * 100).toFixed(1)} %   ${(wrongShare(all) * 100).toFixed(1)} %   ${(directShare(all) * 100).toFixed(1)} %`,
      );
    }
    const kept = under(1, best.answerMin, best.actMin);
    const policy = {
      wrong_at_most: wrongAtMost,
      answer_min: best.answerMin,
      clarify_min: CLARIFY_MIN,
      act_min: best.actMin,
      evaluation: {
        questions: judged.length,
        chosen_on: judged.length - kept.length,
        measured_on: kept.length,
        right: round(rightShare(kept)),
        wrong: round(wrongShare(kept)),
        direct: round(directShare(kept)),
        date: new Date().toISOString().slice(0, 10),
      },
    };
    const head =
      '# Written by `npm run eval -- calibrate`: chosen on one half of the golden questions, measured on the other.\n';
    writeFileSync(POLICY, head + stringify(policy));
    console.log(`已写入 ${POLICY}：${JSON.stringify(policy)}`);
  });
}
