// Two starts on one data directory: one runs, the other says why it does not; and a start that was killed is in nobody's way.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, start } from './product.ts';

const ROUNDS = Number(process.env.TWO_STARTS ?? 3);
const EACH_MS = 120_000;

let folder: string;
let data: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'jiebang-two-starts-'));
  data = path.join(folder, 'data');
  const first = start(['--port', '0', '--data', data]);
  expect(await first.ready(), first.said()).not.toBeNull();
  await first.stop();
}, 360_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectRefused(other: Started, code: number | NodeJS.Signals): void {
  expect(code, other.said()).toBe(1);
  expect(other.said()).toContain('正被另一个进程使用');
  expect(other.said()).toContain(data);
  expect(other.said()).not.toMatch(/^\s+at \S/m);
}

it(`two at once: one is ready, the other refuses, and kill -9 of the one leaves the way free (${ROUNDS} rounds)`, {
  timeout: EACH_MS * (ROUNDS + 1),
}, async () => {
  let firstWon = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const one = start(['--port', '0', '--data', data]);
    // from the very same moment to well into the other's start
    await new Promise((resolve) => setTimeout(resolve, (round % 5) * 150));
    const two = start(['--port', '0', '--data', data]);
    const ready = await Promise.all([one.ready(), two.ready()]);
    expect(
      ready.filter((address) => address !== null),
      `round ${round}\n${one.said()}\n---\n${two.said()}`,
    ).toHaveLength(1);
    const [winner, loser] = ready[0] === null ? [two, one] : [one, two];
    if (winner === one) firstWon += 1;
    expectRefused(loser, await loser.ended);
    const health = await fetch(`${ready.find((address) => address !== null)}/readyz`);
    expect(health.status).toBe(200);
    expect(await winner.stop('SIGKILL')).toBe('SIGKILL');
  }
  console.info(
    `${ROUNDS} of ${ROUNDS}: one ran, one refused; the earlier one ran ${firstWon} times; every start after kill -9 worked`,
  );
});

it('a third start while one has been running for a while refuses at once', { timeout: EACH_MS }, async () => {
  const running = start(['--port', '0', '--data', data]);
  expect(await running.ready(), running.said()).not.toBeNull();
  const began = performance.now();
  const late = start(['--port', '0', '--data', data]);
  expectRefused(late, await late.ended);
  console.info(`refused after ${(performance.now() - began).toFixed(0)} ms`);
  expect(await running.stop()).toBe(0);
});
