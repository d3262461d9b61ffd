// npm run eval -- calibrate: from "wrong answers at most x %" to thresholds, chosen on one half of the golden questions and measured on the other.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { judgeShop } from './golden.ts';
import { type Figures, figuresOf, interval, type Judged, judge, percent, withInterval } from './judge.ts';
import type { EvaluationShop } from './shop.ts';

export interface Thresholds {
  answerMin: number;
  clarifyMin: number;
  actMin: number;
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Math.round((from + i * step) * 1000) / 1000);
const ANSWER_GRID = range(0.4, 0.98, 0.02);
const ACT_GRID = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
/** Below the first, what is offered is hardly ever what was meant, and keeps those from a person who complain without the words for it. */
const CLARIFY_GRID = [0.03, 0.05, 0.1];
/** What operators ask for; the table shows the price of each. */
const ASKED = [0.01, 0.02, 0.05];

/** How far the upper end of the interval may lie above what was asked for. */
const CAUTION = 1.25;

/** Every other question, so that both halves have the same mixture. */
const half = (judged: readonly Judged[], which: 0 | 1): Judged[] => judged.filter((_, i) => i % 2 === which);

interface Tried {
  thresholds: Thresholds;
  /** On the half that chooses. */
  chosenOn: Figures;
}

function tryAll(judged: readonly Judged[], shop: EvaluationShop): Tried[] {
  return ANSWER_GRID.flatMap((answerMin) =>
    ACT_GRID.flatMap((actMin) =>
      CLARIFY_GRID.map((clarifyMin) => {
        const thresholds = { answerMin, clarifyMin, actMin };
        return { thresholds, chosenOn: figuresOf('', under(judged, shop, thresholds)) };
      }),
    ),
  );
}

const under = (judged: readonly Judged[], shop: EvaluationShop, thresholds: Thresholds): Judged[] =>
  judged.map((j) => judge(j.row, shop.decideAgain(j.triage, thresholds)));

const merit = ({ right, answered, n }: Figures): number => (right + 0.5 * answered) / n;

/**
 * Of the thresholds that stay under the asked-for share of confidently wrong decisions, those that decide most rightly.
 * The upper end of the interval must not lie far above what was asked: few wrong ones on one half may be luck.
 */
export function choose(tried: readonly Tried[], wrongAtMost: number): Tried | undefined {
  const allowed = tried.filter(({ chosenOn: f }) => f.wrong / f.n <= wrongAtMost);
  const careful = allowed.filter(({ chosenOn: f }) => interval(f.wrong, f.n)[1] <= wrongAtMost * CAUTION);
  return (careful.length > 0 ? careful : allowed).toSorted((a, b) => merit(b.chosenOn) - merit(a.chosenOn))[0];
}

const round = (x: number): number => Math.round(x * 1_000) / 1_000;

export async function calibrate(shopName: string, wrongAtMost: number): Promise<void> {
  await judgeShop(shopName, (judged, shop) => {
    const tried = tryAll(half(judged, 0), shop);
    const kept = half(judged, 1);
    console.log('| 要求答错不超过 | 回答阈值 | 办理阈值 | 实测答错（另一半题） | 正确 | 店内问题直接答或反问 |');
    console.log('|---|---|---|---|---|---|');
    for (const asked of [...new Set([...ASKED, wrongAtMost])].sort()) {
      const best = choose(tried, asked);
      if (best === undefined) {
        console.log(`| ${percent(asked, 1)} | 做不到 | | | | |`);
        continue;
      }
      const measured = under(kept, shop, best.thresholds);
      const f = figuresOf('', measured);
      const inScope = figuresOf(
        '',
        measured.filter((j) => j.row.group === 'in-scope' || j.row.group === 'act'),
      );
      const { answerMin, actMin } = best.thresholds;
      console.log(
        `| ${percent(asked, 1)} | ${answerMin} | ${actMin} | ${withInterval(f.wrong, f.n)} | ${withInterval(f.right, f.n)} | ` +
          `${percent(inScope.answered + inScope.clarified, inScope.n)}（直接答 ${percent(inScope.answered, inScope.n)}） |`,
      );
      if (asked === wrongAtMost)
        write(shopName, wrongAtMost, best.thresholds, judged.length, f, curveOf(kept, shop, best.thresholds));
    }
  });
}

interface CurvePoint {
  scoreMin: number;
  answered: number;
  wrong: number;
}

/** What every answer threshold gives on the half that measures: what the console shows to whoever chooses. */
const curveOf = (kept: readonly Judged[], shop: EvaluationShop, thresholds: Thresholds): CurvePoint[] =>
  ANSWER_GRID.map((answerMin) => {
    const f = figuresOf('', under(kept, shop, { ...thresholds, answerMin }));
    return { scoreMin: answerMin, answered: round(f.answered / f.n), wrong: round(f.wrong / f.n) };
  });

function write(
  shopName: string,
  wrongAtMost: number,
  thresholds: Thresholds,
  questions: number,
  f: Figures,
  curve: readonly CurvePoint[],
): void {
  const file = path.resolve(import.meta.dirname, `../../faq-corpus/${shopName}/policy.yaml`);
  const policy = {
    wrong_at_most: wrongAtMost,
    answer_min: thresholds.answerMin,
    clarify_min: thresholds.clarifyMin,
    act_min: thresholds.actMin,
    evaluation: {
      questions,
      chosen_on: questions - f.n,
      measured_on: f.n,
      right: round(f.right / f.n),
      wrong: round(f.wrong / f.n),
      direct: round(f.answered / f.n),
      date: new Date().toISOString().slice(0, 10),
      curve,
    },
  };
  const head =
    '# Written by `npm run eval -- calibrate`: chosen on one half of the golden questions, measured on the other.\n';
  writeFileSync(file, head + stringify(policy));
  console.error(`已写入 faq-corpus/${shopName}/policy.yaml`);
}
