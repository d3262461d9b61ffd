// Embeddings there and back through a real vector column.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromVector, toVector } from '../../src/db/vector.ts';
import { type Lab, openLab, value } from './harness.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  await lab.pool.query('CREATE EXTENSION vector');
}, 60_000);
afterAll(() => lab.close());

test('what goes in comes out, as numbers or Float32Array', async () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }), {
    minLength: 1,
    maxLength: 32,
  });
  await fc.assert(
    fc.asyncProperty(numbers, async (list) => {
      const text = (await value(lab.pool, 'SELECT $1::vector', [toVector(list)])) as string;
      const typed = (await value(lab.pool, 'SELECT $1::vector', [toVector(new Float32Array(list))])) as string;
      expect(fromVector(text).map(Math.fround)).toEqual(list.map((one) => Math.fround(one) + 0));
      expect(typed).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test('halfvec and distances work', async () => {
  expect(fromVector((await value(lab.pool, 'SELECT $1::halfvec', [toVector([1, 0.5, -2])])) as string)).toEqual([
    1, 0.5, -2,
  ]);
  expect(await value(lab.pool, 'SELECT $1::vector <=> $2::vector', [toVector([1, 0]), toVector([0, 1])])).toBe(1);
});

test('what is no vector is refused before it reaches SQL', () => {
  expect(() => toVector([])).toThrow(/at least one/);
  expect(() => toVector([1, Number.NaN])).toThrow(/element 1 is NaN/);
  expect(() => toVector(new Float32Array([Number.POSITIVE_INFINITY]))).toThrow(/finite/);
});
