// npm run eval -- golden: the questions the bot must get right. A drop below what was reached fails the build.
import { existsSync } from 'node:fs';
import {
  type Figures,
  figuresOf,
  goldenFile,
  groupBy,
  type Judged,
  judge,
  percent,
  readGolden,
  withInterval,
} from './judge.ts';
import { type EvaluationShop, openEvaluationShop } from './shop.ts';

export const SHOPS = ['apparel', 'electronics', 'food', 'beauty', 'furniture'];

/** Kept beside the questions: a change that makes these worse fails the build. Some way below what was measured last. */
export const FLOORS = { right: 0.88, wrong: 0.03 };

/** Judges every golden question of a shop under its own thresholds. */
export async function judgeShop<T>(
  shopName: string,
  then: (judged: Judged[], shop: EvaluationShop) => T | Promise<T>,
  file = goldenFile(shopName),
): Promise<T> {
  const rows = readGolden(file);
  const shop = await openEvaluationShop(shopName);
  try {
    const judged: Judged[] = [];
    for (const row of rows) judged.push(judge(row, await shop.triage(row.text)));
    return await then(judged, shop);
  } finally {
    await shop.close();
  }
}

const line = (g: Figures): string =>
  `${g.name}: ${g.n} 条，正确 ${withInterval(g.right, g.n)}，自信地答错 ${withInterval(g.wrong, g.n)}，` +
  `直接答 ${percent(g.answered, g.n)}，反问 ${percent(g.clarified, g.n)}，转人工 ${percent(g.handedOff, g.n)}`;

/** Prints the figures per group; a drop below the floors is a failure. */
export async function evaluateGolden(shops: readonly string[], file?: string): Promise<void> {
  const all: Judged[] = [];
  for (const shop of shops) {
    if (file === undefined && !existsSync(goldenFile(shop))) continue;
    const judged = await judgeShop(shop, (found) => found, file);
    console.log(`\n${shop}`);
    for (const [name, group] of groupBy(judged, (j) => j.row.group)) console.log(line(figuresOf(name, group)));
    const silent = judged.filter((j) => j.row.cue === 'none');
    if (silent.length > 0) console.log(line(figuresOf('complaint without a cue word', silent)));
    all.push(...judged);
  }
  const total = figuresOf('合计', all);
  console.log(`\n${line(total)}`);
  if (total.right / total.n < FLOORS.right || total.wrong / total.n > FLOORS.wrong) {
    console.log(`低于底线：正确应不低于 ${FLOORS.right * 100} %，答错应不高于 ${FLOORS.wrong * 100} %`);
    process.exitCode = 1;
  }
}
