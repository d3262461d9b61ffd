// A short storm against the real product: killed three times under load, nothing is lost, doubled, out of order or talked over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { passes } from '../../scripts/faults/checker.ts';
import { runStorm } from '../../scripts/faults/storm.ts';

test('three kills, sixty messages, one process with its embedded database', { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-storm-'));
  const seed = Date.now() % 100_000;
  const { verdict, exitCodes, unsigned } = await runStorm({
    kills: 3,
    messages: 60,
    seed,
    folder,
    onProgress: () => {},
  });
  // the whole verdict, so that a failure names what happened; the records stay for the same reason
  expect(passes(verdict), `seed ${seed}, records in ${folder}\n${JSON.stringify(verdict, null, 1)}`).toBe(true);
  expect(verdict.acknowledged).toBe(60);
  expect(verdict.answered).toBeGreaterThan(30);
  expect(unsigned).toBe(0);
  expect(exitCodes).toEqual([0]);
  rmSync(folder, { recursive: true, force: true });
});
