// Trains the product's own classifier on labelled rows and says how well it names the intents of others.
import { pack, unpack } from '../../src/understanding/bytes.ts';
import { auroc, coverageAt } from '../../src/understanding/calibration.ts';
import { type Classifier, predict } from '../../src/understanding/classifier.ts';
import { normalise } from '../../src/understanding/normalise.ts';
import { trainClassifier } from '../../src/understanding/train-classifier.ts';
import { createTrainThreads } from '../../src/understanding/train-threads.ts';
import { readRows, writeRows } from './rows.ts';

interface Row {
  id: string;
  text: string;
  intent: string;
}

const OUTSIDE = 'oos';

/** The first n rows of each intent, in the file's order. */
function firstShots(rows: readonly Row[], shots: number | null): Row[] {
  if (shots === null) return [...rows];
  const taken = new Map<string, number>();
  return rows.filter((r) => {
    const n = taken.get(r.intent) ?? 0;
    taken.set(r.intent, n + 1);
    return n < shots;
  });
}

function macroF1(gold: readonly string[], given: readonly string[]): number {
  const names = [...new Set(gold)];
  const sum = names.reduce((total, name) => {
    const both = gold.filter((g, i) => g === name && given[i] === name).length;
    const said = given.filter((g) => g === name).length;
    const real = gold.filter((g) => g === name).length;
    return total + (both === 0 ? 0 : (2 * both) / (said + real));
  }, 0);
  return sum / names.length;
}

const percent = (x: number): string => `${(x * 100).toFixed(2)} %`;

export async function evaluateIntent(files: {
  train: string;
  test: string;
  out: string;
  shots: number | null;
}): Promise<void> {
  const train = firstShots(readRows<Row>(files.train, ['id', 'text', 'intent']), files.shots);
  const test = readRows<Row>(files.test, ['id', 'text']);
  const started = performance.now();
  const examples = train.map((r) => ({ text: normalise(r.text), label: r.intent }));
  const threads = createTrainThreads();
  const trained = await trainClassifier(examples, { outside: OUTSIDE }, threads.run).finally(threads.close);
  // as the product has it: read back from its bytes
  const classifier = unpack(pack(trained.classifier)) as Classifier;
  const trainSeconds = (performance.now() - started) / 1_000;
  const mark = performance.now();
  const guesses = test.map((r) => predict(classifier, normalise(r.text)));
  const micros = ((performance.now() - mark) * 1_000) / Math.max(1, test.length);
  const named = guesses.map((g) => (g.outside ? OUTSIDE : classifier.labels[g.top]!));
  writeRows(
    files.out,
    test.map((r, i) => ({ id: r.id, intent: named[i], score: guesses[i]!.confidence })),
  );

  console.log(`训练 ${trainSeconds.toFixed(1)} s，每条 ${micros.toFixed(0)} µs`);
  if (!test.every((r) => typeof r.intent === 'string')) return;
  const gold = test.map((r) => r.intent);
  const inside = test.map((_, i) => i).filter((i) => gold[i] !== OUTSIDE);
  const outside = test.map((_, i) => i).filter((i) => gold[i] === OUTSIDE);
  const right = inside.map((i) => classifier.labels[guesses[i]!.top] === gold[i]);
  const named1 = inside.filter((i) => named[i] === gold[i]).length / Math.max(1, inside.length);
  console.log(
    `准确率 ${percent(named1)}（不拒识时 ${percent(right.filter(Boolean).length / Math.max(1, inside.length))}），macro-F1 ${percent(macroF1(gold, named))}`,
  );
  const sure = inside.map((i) => guesses[i]!.confidence);
  for (const precision of [0.9, 0.95]) {
    console.log(`精度 ${precision * 100} % 时的覆盖率 ${percent(coverageAt(sure, right, precision).coverage)}`);
  }
  if (outside.length > 0) {
    console.log(
      `域外召回 ${percent(outside.filter((i) => named[i] === OUTSIDE).length / outside.length)}，AUROC ${auroc(
        sure,
        outside.map((i) => guesses[i]!.confidence),
      ).toFixed(3)}`,
    );
  }
}
