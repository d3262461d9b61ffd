// The default shop's whole understanding and decision for rows of messages, without side effects.
import type { History } from '../../src/bot/triage.ts';
import { readRows, writeRows } from './rows.ts';
import { openEvaluationShop } from './shop.ts';

export async function evaluateTriage(files: { input: string; out: string }): Promise<void> {
  const rows = readRows<{ id: string; text: string; history?: History }>(files.input, ['id', 'text']);
  const shop = await openEvaluationShop();
  try {
    const out: object[] = [];
    for (const row of rows) {
      const { decided: _decided, judgement: _judgement, ...said } = await shop.triage(row.text, row.history ?? []);
      out.push({ id: row.id, ...said });
    }
    writeRows(files.out, out);
    console.log(`${rows.length} 条`);
  } finally {
    await shop.close();
  }
}
