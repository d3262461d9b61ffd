// npm run eval -- emotion: how well the feeling of a message is named, on sentences labelled by hand.
import path from 'node:path';
import type { EmotionName } from '../../src/contract/decision.ts';
import { groupBy, withInterval } from './judge.ts';
import { readRows } from './rows.ts';
import { openEvaluationShop } from './shop.ts';

export interface EmotionRow {
  id: string;
  text: string;
  emotion: EmotionName;
  /** Others a person may name as well. */
  also?: EmotionName[];
  /**
   * `rules`: looked at while the rules were written. `judge`: by the same author, not looked at again. `golden`: golden
   * questions, written by somebody else; the fairest.
   */
  half: 'rules' | 'judge' | 'golden';
}

export const EMOTION_FILE = path.resolve(import.meta.dirname, '../../test/understanding/emotion.jsonl');

export const readEmotionRows = (): EmotionRow[] =>
  readRows<EmotionRow>(EMOTION_FILE, ['id', 'text', 'emotion', 'half']);

export interface EmotionScore {
  n: number;
  right: number;
  macroF1: number;
  f1: ReadonlyMap<EmotionName, number>;
}

/** A name in `also` counts as the one expected. */
export function scoreEmotions(rows: readonly EmotionRow[], named: readonly EmotionName[]): EmotionScore {
  const counted = rows.map((row, i) => {
    const name = named[i]!;
    return { expected: row.emotion, got: row.also?.includes(name) ? row.emotion : name };
  });
  const f1 = new Map<EmotionName, number>();
  for (const name of new Set(rows.map((row) => row.emotion))) {
    const hits = counted.filter((c) => c.expected === name && c.got === name).length;
    const of = counted.filter((c) => c.expected === name).length + counted.filter((c) => c.got === name).length;
    f1.set(name, of === 0 ? 0 : (2 * hits) / of);
  }
  const sum = [...f1.values()].reduce((a, b) => a + b, 0);
  return { n: rows.length, right: counted.filter((c) => c.expected === c.got).length, macroF1: sum / f1.size, f1 };
}

export async function evaluateEmotion(): Promise<void> {
  const shop = await openEvaluationShop();
  try {
    for (const [half, rows] of groupBy(readEmotionRows(), (row) => row.half)) {
      const named: EmotionName[] = [];
      for (const row of rows) named.push((await shop.triage(row.text)).judgement.emotion.name);
      const score = scoreEmotions(rows, named);
      const each = [...score.f1].map(([name, f1]) => `${name} ${f1.toFixed(2)}`).join(' ');
      console.log(
        `${half}: ${score.n} 条，正确 ${withInterval(score.right, score.n)}，宏平均 F1 ${score.macroF1.toFixed(3)}（${each}）`,
      );
    }
  } finally {
    await shop.close();
  }
}
