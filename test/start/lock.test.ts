// Never two holders, also while holders are killed at any moment.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const LOCK = pathToFileURL(path.resolve(import.meta.dirname, '../../scripts/setup/lock.mjs')).href;

/** Takes the lock again and again, notes every entry, and now and then kills itself inside. */
const CONTENDER = `
import { withLock } from '${LOCK}';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const [root, rounds, deadly] = process.argv.slice(2);
const marker = root + '/inside';
const alive = (pid) => { try { process.kill(pid, 0); return !/\\) Z /.test(readFileSync('/proc/' + pid + '/stat', 'utf8')); } catch { return false; } };
for (let round = 0; round < Number(rounds); round++) {
  await withLock(root, async () => {
    let other = '';
    try { other = readFileSync(marker, 'utf8'); } catch {}
    const clash = other && other !== String(process.pid) && alive(Number(other));
    appendFileSync(root + '/entries', (clash ? 'clash ' : 'enter ') + process.pid + '\\n');
    writeFileSync(marker, String(process.pid));
    await new Promise((resolve) => setTimeout(resolve, 15));
    if (Math.random() < Number(deadly)) process.kill(process.pid, 'SIGKILL');
    rmSync(marker, { force: true });
  });
}
`;

test.runIf(process.platform === 'linux')(
  '48 contenders, a third of the holders killed inside: no clash, everybody gets in',
  async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'jiebang-lock-'));
    const file = path.join(root, 'contender.mjs');
    writeFileSync(file, CONTENDER);
    try {
      let finished = 0;
      let killed = 0;
      for (let wave = 0; wave < 6; wave++) {
        await Promise.all(
          Array.from(
            { length: 8 },
            () =>
              new Promise<void>((resolve) => {
                const child = spawn(process.execPath, [file, root, '2', '0.35'], { stdio: 'ignore' });
                child.once('exit', (_, signal) => {
                  if (signal === 'SIGKILL') killed += 1;
                  else finished += 1;
                  resolve();
                });
              }),
          ),
        );
      }
      const entries = readFileSync(path.join(root, 'entries'), 'utf8').trim().split('\n');
      expect(entries.filter((line) => line.startsWith('clash'))).toEqual([]);
      expect(finished + killed).toBe(48);
      expect(killed).toBeGreaterThan(5);
      expect(entries.length).toBe(finished * 2 + entriesOfKilled(entries, killed, finished));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
  60_000,
);

/** A killed contender entered once or twice, never more and never less. */
function entriesOfKilled(entries: string[], killed: number, finished: number): number {
  const rest = entries.length - finished * 2;
  expect(rest).toBeGreaterThanOrEqual(killed);
  expect(rest).toBeLessThanOrEqual(killed * 2);
  return rest;
}
