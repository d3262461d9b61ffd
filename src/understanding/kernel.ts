// The one loop that costs: adding up weighted int8 rows, four numbers at a time by WebAssembly. Knows memory only, no models.
// JavaScript has no such instructions and takes six times as long; the module is these few lines and nothing to build.

const SCRATCH_ROWS = 8_192;
const SCRATCH_COLS = 4_096;
const COLS_AT_ONCE = 16;
const SCRATCH_BYTES = 4 * (2 * SCRATCH_ROWS + SCRATCH_COLS + COLS_AT_ONCE);
const PAGE_BYTES = 65_536;

// Instructions of the WebAssembly core specification, chapter 5.4.
const LOOP = [0x03, 0x40];
const END = [0x0b];
const CONTINUE = [0x0d, 0x00];
const ADD = [0x6a];
const MULTIPLY = [0x6c];
const SHIFT_LEFT = [0x74];
const IS_BELOW = [0x49];
const LOAD = [0x28, 0x02, 0x00];
const constant = (value: number): number[] => [0x41, value];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const loadVector = (offset: number): number[] => [0xfd, 0x00, 0x00, offset];
const LOAD_TO_ALL = [0xfd, 0x09, 0x02, 0x00];
const storeVector = (offset: number): number[] => [0xfd, 0x0b, 0x00, offset];
const [LOW_TO_INT16, HIGH_TO_INT16] = [
  [0xfd, 0x87, 0x01],
  [0xfd, 0x88, 0x01],
] as const;
const [LOW_TO_INT32, HIGH_TO_INT32] = [
  [0xfd, 0xa7, 0x01],
  [0xfd, 0xa8, 0x01],
] as const;
const TO_FLOAT = [0xfd, 0xfa, 0x01];
const ADD_VECTORS = [0xfd, 0xe4, 0x01];
const MULTIPLY_VECTORS = [0xfd, 0xe6, 0x01];

const [OUT, DATA, COLS, INDEX, WEIGHT, COUNT, c, k, w, bytes, halves] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
const SUMS = [11, 12, 13, 14] as const;

const addressOf = (base: number, local: number): number[] => [
  ...get(base),
  ...get(local),
  ...constant(2),
  ...SHIFT_LEFT,
  ...ADD,
];
const addPart = (sum: number, extend: readonly number[]): number[] => [
  ...get(sum),
  ...get(w),
  ...get(halves),
  ...extend,
  ...TO_FLOAT,
  ...MULTIPLY_VECTORS,
  ...ADD_VECTORS,
  ...set(sum),
];

/** For every 16 columns: out += weight[k] * row index[k], over all k. Reads up to 15 bytes past a row and forgets them. */
const BODY = [
  ...LOOP,
  ...SUMS.flatMap((sum, i) => [...addressOf(OUT, c), ...loadVector(16 * i), ...set(sum)]),
  ...[...constant(0), ...set(k)],
  ...LOOP,
  ...[...addressOf(INDEX, k), ...LOAD, ...get(COLS), ...MULTIPLY, ...get(DATA), ...ADD, ...get(c), ...ADD],
  ...[...loadVector(0), ...set(bytes)],
  ...[...addressOf(WEIGHT, k), ...LOAD_TO_ALL, ...set(w)],
  ...[...get(bytes), ...LOW_TO_INT16, ...set(halves)],
  ...[...addPart(SUMS[0], LOW_TO_INT32), ...addPart(SUMS[1], HIGH_TO_INT32)],
  ...[...get(bytes), ...HIGH_TO_INT16, ...set(halves)],
  ...[...addPart(SUMS[2], LOW_TO_INT32), ...addPart(SUMS[3], HIGH_TO_INT32)],
  ...[...get(k), ...constant(1), ...ADD, ...set(k), ...get(k), ...get(COUNT), ...IS_BELOW, ...CONTINUE],
  ...END,
  ...SUMS.flatMap((sum, i) => [...addressOf(OUT, c), ...get(sum), ...storeVector(16 * i)]),
  ...[...get(c), ...constant(COLS_AT_ONCE), ...ADD, ...set(c), ...get(c), ...get(COLS), ...IS_BELOW, ...CONTINUE],
  ...END,
];

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
const section = (id: number, content: number[]): number[] => [id, ...leb(content.length), ...content];
const I32 = 0x7f;
const V128 = 0x7b;
const func = [2, 2, I32, 7, V128, ...BODY, ...END];
const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, [1, 0x60, 6, I32, I32, I32, I32, I32, I32, 0]),
  ...section(2, [1, 1, 0x65, 1, 0x6d, 0x02, 0x00, 1]), // memory "m" of "e"
  ...section(3, [1, 0]),
  ...section(7, [1, 1, 0x66, 0x00, 0]), // the function, as "f"
  ...section(10, [1, ...leb(func.length), ...func]),
]);

type AddRows = (out: number, data: number, cols: number, index: number, weight: number, count: number) => void;

interface Kernel {
  run: AddRows;
  out: Float32Array;
  index: Int32Array;
  weight: Float32Array;
}

let compiled: WebAssembly.Module | undefined;
const kernels = new WeakMap<ArrayBufferLike, Kernel>();

/** So many bytes where the loop can reach them: int8 matrices that lie in them are added fast. */
export function roomForKernel(size: number): Uint8Array<ArrayBuffer> {
  const scratchAt = Math.ceil(size / 16) * 16;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((scratchAt + SCRATCH_BYTES) / PAGE_BYTES) });
  const { buffer } = memory;
  compiled ??= new WebAssembly.Module(MODULE);
  const { exports } = new WebAssembly.Instance(compiled, { e: { m: memory } });
  kernels.set(buffer, {
    run: exports.f as AddRows,
    index: new Int32Array(buffer, scratchAt, SCRATCH_ROWS),
    weight: new Float32Array(buffer, scratchAt + 4 * SCRATCH_ROWS, SCRATCH_ROWS),
    out: new Float32Array(buffer, scratchAt + 8 * SCRATCH_ROWS, SCRATCH_COLS + COLS_AT_ONCE),
  });
  return new Uint8Array(buffer as ArrayBuffer, 0, size);
}

/** out += the sum of value[k] * scale[index[k]] * row index[k]. False when it is nothing for this loop, and nothing was done. */
export function addRowsFast(
  out: Float32Array,
  data: Int8Array,
  scale: Float32Array,
  index: Int32Array,
  value: Float32Array,
): boolean {
  const kernel = kernels.get(data.buffer);
  const count = index.length;
  if (kernel === undefined || count === 0 || count > SCRATCH_ROWS || out.length > SCRATCH_COLS) return false;
  for (let i = 0; i < count; i++) {
    kernel.index[i] = index[i]!;
    kernel.weight[i] = value[i]! * scale[index[i]!]!;
  }
  const cols = out.length;
  for (let i = 0; i < cols; i++) kernel.out[i] = out[i]!;
  kernel.run(kernel.out.byteOffset, data.byteOffset, cols, kernel.index.byteOffset, kernel.weight.byteOffset, count);
  for (let i = 0; i < cols; i++) out[i] = kernel.out[i]!;
  return true;
}
