// Never two holders: neither when many take over from a dead one in the same instant, nor while holders are killed at any moment.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const LOCK = pathToFileURL(path.resolve(import.meta.dirname, '../../scripts/setup/lock.mjs')).href;

function folder(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'jiebang-lock-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** Runs `count` contenders over the same script and answers with how they ended. */
async function contend(root: string, script: string, count: number, args: string[]): Promise<string[]> {
  const file = path.join(root, 'contender.mjs');
  writeFileSync(file, script);
  return Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<string>((resolve) => {
          const child = spawn(process.execPath, [file, root, ...args], { stdio: 'ignore' });
          child.once('exit', (code, signal) => resolve(signal ?? String(code)));
        }),
    ),
  );
}

const entriesOf = (root: string) => readFileSync(path.join(root, 'entries'), 'utf8').trim().split('\n');

/** All take the same lock, left by a dead holder, at the same tick of the clock; once per round, each round a lock of its own. */
const AT_ONCE = `
import { withLock } from '${LOCK}';
import { appendFileSync, mkdirSync, rmdirSync } from 'node:fs';
const [root, rounds, begin] = process.argv.slice(2);
const work = [];
for (let round = 0; round < Number(rounds); round++) {
  const own = root + '/' + round;
  const due = Number(begin) + round * 30;
  while (due - Date.now() > 4) await new Promise((resolve) => setTimeout(resolve, 1));
  while (Date.now() < due);
  work.push(withLock(own, async () => {
    let word = 'enter';
    try { mkdirSync(own + '/inside'); } catch { word = 'clash'; }
    appendFileSync(root + '/entries', word + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 40));
    try { rmdirSync(own + '/inside'); } catch {}
  }));
}
await Promise.all(work);
`;

test('200 locks of dead holders, each taken over by four processes in the same millisecond: one at a time', async () => {
  const root = folder();
  for (let round = 0; round < 200; round++) {
    mkdirSync(path.join(root, String(round), '.install-lock'), { recursive: true });
    writeFileSync(path.join(root, String(round), '.install-lock', '7.json'), '{"pid":4194999,"born":"1","done":false}');
  }
  const ends = await contend(root, AT_ONCE, 4, ['200', String(Date.now() + 1500)]);
  expect(ends).toEqual(['0', '0', '0', '0']);
  expect(entriesOf(root).filter((line) => line !== 'enter')).toEqual([]);
  expect(entriesOf(root)).toHaveLength(800);
}, 60_000);

/** Takes the lock again and again, and now and then kills itself inside. */
const DEADLY = `
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
    appendFileSync(root + '/entries', (clash ? 'clash' : 'enter') + '\\n');
    writeFileSync(marker, String(process.pid));
    await new Promise((resolve) => setTimeout(resolve, 15));
    if (Math.random() < Number(deadly)) process.kill(process.pid, 'SIGKILL');
    rmSync(marker, { force: true });
  });
}
`;

test.runIf(process.platform === 'linux')(
  '24 contenders, a third of the holders killed inside: no clash, everybody gets in',
  async () => {
    const root = folder();
    const ends: string[] = [];
    for (let wave = 0; wave < 3; wave++) ends.push(...(await contend(root, DEADLY, 8, ['2', '0.35'])));
    const killed = ends.filter((end) => end === 'SIGKILL').length;
    const finished = ends.filter((end) => end === '0').length;
    expect(finished + killed).toBe(24);
    expect(killed).toBeGreaterThan(2);
    const entries = entriesOf(root);
    expect(entries.filter((line) => line !== 'enter')).toEqual([]);
    // A killed one entered once or twice.
    expect(entries.length).toBeGreaterThanOrEqual(finished * 2 + killed);
    expect(entries.length).toBeLessThanOrEqual(finished * 2 + killed * 2);
  },
  60_000,
);
