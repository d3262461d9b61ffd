// What is stored comes back whole, whether at once or in steps, and damage is told.
import { expect, it } from 'vitest';
import { pack, unpack, unpackSteps } from '../../src/understanding/bytes.ts';
import { runInSlices } from '../../src/understanding/slices.ts';

const weights = Int8Array.from({ length: 300_001 }, (_, i) => (i % 15) - 7);
const keys = Int32Array.from({ length: 20_000 }, (_, i) => i * 7_919);
const value = { name: 'n', policy: { answerMin: 0.8 }, weights, keys, map: new Map([['x', [weights.subarray(0, 3)]]]) };
const bytes = pack(value);

it('in steps it is the same', async () => {
  expect([...unpackSteps(bytes)].length).toBeGreaterThan(2);
  expect(await runInSlices(unpackSteps(bytes))).toEqual(value);
  expect(unpack(bytes)).toEqual(value);
});

it.each<[string, (copy: Uint8Array) => Uint8Array]>([
  ['one bit', (copy) => copy.with(copy.length - 5, copy.at(-5)! ^ 1)],
  ['the end is missing', (copy) => copy.subarray(0, copy.length - 4)],
  ['something else', () => new TextEncoder().encode('<!doctype html><title>404</title>')],
  ['nothing', () => new Uint8Array(0)],
])('damage is told: %s', (_, damage) => {
  expect(() => unpack(damage(bytes.slice()))).toThrow(expect.objectContaining({ code: 'bad_content' }));
});
