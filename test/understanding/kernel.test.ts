// The fast loop adds what the plain one adds, whatever the sizes.
import { expect, it } from 'vitest';
import { pack, unpack } from '../../src/understanding/bytes.ts';
import { addRowsFast } from '../../src/understanding/kernel.ts';
import { addRows, floatMatrix, type Matrix, quantise } from '../../src/understanding/matrix.ts';
import { createRandom } from '../../src/understanding/random.ts';

const random = createRandom(3);
const floats = (length: number) => Float32Array.from({ length }, () => random.normal());

it('rows of any width, any number of them', () => {
  for (const cols of [1, 3, 15, 16, 17, 32, 77, 128, 132]) {
    for (const count of [0, 1, 2, 7, 8, 9, 40]) {
      const plain = quantise(floatMatrix(30, cols, floats(30 * cols)));
      const fast = unpack(pack(plain)) as Matrix;
      const index = Int32Array.from({ length: count }, () => random.below(30));
      const value = floats(count);
      const start = floats(cols);
      const [expected, got] = [start.slice(), start.slice()];
      addRows(expected, plain, index, value);
      addRows(got, fast, index, value);
      for (const [c, x] of got.entries()) expect(x).toBeCloseTo(expected[c]!, 4);
      // and it was the fast one
      const isFast = addRowsFast(start.slice(), fast.data as Int8Array, fast.scale!, index, value);
      expect(isFast).toBe(count > 0);
    }
  }
});

it('is not for matrices that lie elsewhere, nor for more than there is room for', () => {
  const plain = quantise(floatMatrix(2, 4, floats(8)));
  const one = Int32Array.of(0);
  expect(addRowsFast(new Float32Array(4), plain.data as Int8Array, plain.scale!, one, floats(1))).toBe(false);
  const fast = unpack(pack(plain)) as Matrix;
  const many = new Int32Array(9_000);
  expect(addRowsFast(new Float32Array(4), fast.data as Int8Array, fast.scale!, many, floats(9_000))).toBe(false);
  const [expected, got] = [new Float32Array(4), new Float32Array(4)];
  const value = floats(9_000);
  addRows(expected, plain, many, value);
  addRows(got, fast, many, value);
  expect(got).toEqual(expected);
});

it('what is stored small is whole again: half bytes, an odd number of them, and many zeros', () => {
  const few = Int8Array.from({ length: 1_001 }, () => random.below(15) - 7);
  const edges = Int8Array.of(-7, 7, 0);
  const zeros = Int8Array.from({ length: 100_000 }, () => (random.below(20) === 0 ? random.below(255) - 127 : 0));
  const plain = Int8Array.from({ length: 99_999 }, () => random.below(255) - 127);
  const mixed = { few, edges, zeros, plain, floats: floats(7), names: new Map([['a', [few]]]) };
  const bytes = pack(mixed);
  expect(bytes.length).toBeLessThan(2 * 501 + 50_000 + 99_999 + 1_000);
  expect(unpack(bytes)).toEqual(mixed);
  expect(pack(unpack(bytes))).toEqual(bytes);
});
