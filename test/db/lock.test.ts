// The lock of the data directory, with real processes: one holder, never robbed, freed by any kind of death.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDirectory } from '../../src/db/lock.ts';
import { failure, pause } from './harness.ts';

const holder = fileURLToPath(new URL('./lock-holder.ts', import.meta.url));
let directory: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jiebang-lock-'));
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    await gone(child);
  }
  children.clear();
  rmSync(directory, { recursive: true, force: true });
});

const gone = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((resolve) => child.once('exit', () => resolve()));

/** Starts a process that tries to take the lock; resolves with what it says: `held` or an error code. */
async function start(where = directory, ...extra: string[]): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [...extra, holder, where], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const said = await new Promise<string>((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
  });
  return { child, said };
}

const codeOf = async () => (await failure(Promise.resolve().then(() => lockDataDirectory(directory).release()))).code;

test('held by another process it is refused in both languages, and free after its release', async () => {
  const { child } = await start();
  const error = await failure(Promise.resolve().then(() => lockDataDirectory(directory)));
  expect(error).toMatchObject({ code: 'DATA_DIR_IN_USE' });
  expect(error.message).toContain(directory);
  expect(error.message).toContain('正被另一个进程使用');
  expect(error.message).toContain('in use by another process');
  child.kill('SIGTERM');
  await gone(child);
  lockDataDirectory(directory).release();
});

test('held twice in one process it is refused too, and release is free to be called twice', () => {
  const lock = lockDataDirectory(directory);
  expect(() => lockDataDirectory(directory)).toThrow(/in use/);
  lock.release();
  lock.release();
  lockDataDirectory(directory).release();
});

test('kill -9 frees it', async () => {
  for (let round = 0; round < 3; round++) {
    const { child, said } = await start();
    expect(said).toBe('held');
    child.kill('SIGKILL');
    await gone(child);
  }
  lockDataDirectory(directory).release();
}, 30_000);

test('a stopped holder is never robbed', async () => {
  const { child } = await start();
  child.kill('SIGSTOP');
  await pause(300);
  expect(await codeOf()).toBe('DATA_DIR_IN_USE');
  expect((await start()).said).toBe('DATA_DIR_IN_USE');
  child.kill('SIGCONT');
  await pause(50);
  expect(await codeOf()).toBe('DATA_DIR_IN_USE');
}, 30_000);

test('of twenty that start together exactly one wins, again and again', async () => {
  for (let round = 0; round < 3; round++) {
    const started = await Promise.all(Array.from({ length: 20 }, () => start()));
    const winners = started.filter((one) => one.said === 'held');
    expect(winners).toHaveLength(1);
    expect(started.filter((one) => one.said === 'DATA_DIR_IN_USE')).toHaveLength(19);
    winners[0]?.child.kill('SIGKILL');
    for (const { child } of started) await gone(child);
  }
}, 120_000);

test('garbage collection does not let it go', async () => {
  const { said } = await start(directory, '--expose-gc');
  expect(said).toBe('held');
  await pause(500);
  expect(await codeOf()).toBe('DATA_DIR_IN_USE');
}, 30_000);

test('odd and long paths work, missing ones are made', () => {
  for (const name of ['客服 数据', `a'b"c?d#e%20`, 'x'.repeat(200), 'a/b/c']) {
    lockDataDirectory(join(directory, name)).release();
  }
});

test('a left-over file of an older start is no holder', () => {
  writeFileSync(join(directory, '.lock'), '');
  lockDataDirectory(directory).release();
});

test('what cannot be a data directory is said to be not writable', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, 'x');
  const places = [file, join(file, 'below'), '/proc/jiebang'];
  if (process.getuid?.() !== 0) {
    const closed = join(directory, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    places.push(closed);
  }
  for (const place of places) {
    const error = await failure(Promise.resolve().then(() => lockDataDirectory(place)));
    expect(error).toMatchObject({ code: 'DATA_DIR_NOT_WRITABLE' });
    expect(error.message).toContain('无法写入');
    expect(error.message).toContain('cannot be written');
  }
});

test('a lock file that is no lock file is not taken for one', async () => {
  writeFileSync(join(directory, '.lock'), 'something else entirely, long enough to be no database header at all');
  expect(await codeOf()).toBe('DATA_DIR_NOT_WRITABLE');
});
