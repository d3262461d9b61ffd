// Plain values with typed arrays and maps in them to bytes and back: a JSON head, then the arrays; small whole numbers take half a byte, and what is mostly zeros is deflated. Knows nothing of models.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '../errors.ts';
import { roomForKernel } from './kernel.ts';
import { runAtOnce, type Steps } from './slices.ts';

const MAGIC = 'JBM3';
const HASH_BYTES = 16;
const HEAD_AT = 4 + HASH_BYTES + 4;

const KINDS = { Int8Array, Int32Array, Float32Array } as const;
type Kind = keyof typeof KINDS;
type Packed = Int8Array | Int32Array | Float32Array;

function kindOf(value: unknown): Kind | null {
  if (value instanceof Int8Array) return 'Int8Array';
  if (value instanceof Int32Array) return 'Int32Array';
  if (value instanceof Float32Array) return 'Float32Array';
  return null;
}

/** Where an array lies among the packed bytes, and how long it is when it is whole again. */
interface Place {
  $array: Kind | 'halves' | 'deflated';
  at: number;
  length: number;
  /** Bytes it takes there, when its length does not say so. */
  bytes?: number;
}

const HALF_MAX = 7;
const DEFLATE_FROM = 65_536;
/** What two numbers are for a byte: the low half first, as the two bytes of an int8 array. */
const PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => {
  const [low, high] = [(byte & 15) - HALF_MAX - 1, (byte >> 4) - HALF_MAX - 1];
  return (low & 255) | ((high & 255) << 8);
});

const fitsHalves = (array: Packed): array is Int8Array =>
  array instanceof Int8Array && array.every((value) => value >= -HALF_MAX && value <= HALF_MAX);

function toHalves(array: Int8Array): Int8Array {
  const halves = new Int8Array(Math.ceil(array.length / 2));
  for (let i = 0; i < halves.length; i++) {
    const [low, high] = [array[2 * i]!, array[2 * i + 1] ?? 0];
    halves[i] = (low + HALF_MAX + 1) | ((high + HALF_MAX + 1) << 4);
  }
  return halves;
}

/** Of an int8 array with many zeros; null when it is not worth the time it takes to be whole again. */
function deflated(array: Packed): Int8Array | null {
  if (!(array instanceof Int8Array) || array.length < DEFLATE_FROM) return null;
  const small = deflateRawSync(array);
  return small.length > array.length / 2 ? null : new Int8Array(small.buffer, small.byteOffset, small.length);
}

function smallest(whole: Packed, kind: Kind): Pick<Place, '$array' | 'bytes'> & { array: Packed } {
  if (fitsHalves(whole)) return { $array: 'halves', array: toHalves(whole) };
  const array = deflated(whole);
  return array === null ? { $array: kind, array: whole } : { $array: 'deflated', array, bytes: array.length };
}

const roomFor = (length: number): number => Math.ceil(length / 4) * 4;
const sizeOf = ({ $array, length }: Place): number =>
  $array === 'halves' || $array === 'deflated' ? length : KINDS[$array].BYTES_PER_ELEMENT * length;

/** The same value gives the same bytes. */
export function pack(value: unknown): Uint8Array {
  const arrays: Packed[] = [];
  let at = 0;
  const plain = (part: unknown): unknown => {
    const kind = kindOf(part);
    if (kind !== null) {
      const whole = part as Packed;
      const { array, ...how } = smallest(whole, kind);
      const place: Place = { ...how, at, length: whole.length };
      arrays.push(array);
      at += roomFor(array.byteLength);
      return place;
    }
    if (part instanceof Map) return { $map: [...part].map(([key, entry]) => [key, plain(entry)]) };
    if (Array.isArray(part)) return part.map(plain);
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, plain(entry)]));
    }
    return part;
  };
  const head = Buffer.from(JSON.stringify(plain(value)));
  const bodyAt = Math.ceil((HEAD_AT + head.length) / 4) * 4;
  const bytes = new Uint8Array(bodyAt + at);
  bytes.set(head, HEAD_AT);
  let offset = bodyAt;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += roomFor(array.byteLength);
  }
  bytes.set(Buffer.from(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(4 + HASH_BYTES, head.length, true);
  bytes.set(checksum(bytes), 4);
  return bytes;
}

/** @throws AppError `bad_content` for bytes that `pack` did not write or that were damaged. */
export const unpack = (bytes: Uint8Array): unknown => runAtOnce(unpackSteps(bytes));

const HASHED_AT_ONCE = 1 << 20;
const UNFOLDED_AT_ONCE = 1 << 16;

/** The same in steps, for whoever others wait for meanwhile. */
export function* unpackSteps(bytes: Uint8Array): Steps<unknown> {
  const sum = isOurs(bytes) ? yield* checksumSteps(bytes) : null;
  if (sum === null || Buffer.compare(sum, bytes.subarray(4, 4 + HASH_BYTES)) !== 0) throw damaged();
  const { value, places, bodyAt } = readHead(bytes);
  const arrays = yield* unfoldSteps(bytes.subarray(bodyAt), places);
  return withArrays(value, arrays);
}

const isOurs = (bytes: Uint8Array): boolean =>
  bytes.length > HEAD_AT && Buffer.from(bytes.subarray(0, 4)).toString() === MAGIC;

const damaged = () => new AppError('bad_content', '学习结果的文件已损坏或不是本程序写出的，请重新发布内容以重新学习');

function readHead(bytes: Uint8Array): { value: unknown; places: Place[]; bodyAt: number } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4 + HASH_BYTES, true);
  const places: Place[] = [];
  const value: unknown = JSON.parse(Buffer.from(bytes.subarray(HEAD_AT, HEAD_AT + length)).toString(), (_, part) => {
    if (typeof part !== 'object' || part === null) return part;
    if ('$array' in part) places.push(part as Place);
    return '$map' in part ? new Map(part.$map as [unknown, unknown][]) : part;
  });
  return { value, places, bodyAt: Math.ceil((HEAD_AT + length) / 4) * 4 };
}

/** All arrays whole again, side by side in one aligned buffer where the fast loop reaches them. */
function* unfoldSteps(body: Uint8Array, places: readonly Place[]): Steps<Map<Place, Packed>> {
  const own = roomForKernel(places.reduce((sum, place) => sum + roomFor(sizeOf(place)), 0));
  const arrays = new Map<Place, Packed>();
  let at = 0;
  for (const place of places) {
    const size = sizeOf(place);
    if (place.$array === 'halves') {
      const pairs = new Uint16Array(own.buffer, own.byteOffset + at, size >> 1);
      for (let from = 0; from < pairs.length; from += UNFOLDED_AT_ONCE) {
        const until = Math.min(pairs.length, from + UNFOLDED_AT_ONCE);
        for (let i = from; i < until; i++) pairs[i] = PAIRS[body[place.at + i]!]!;
        yield;
      }
      if (size % 2 === 1) own[at + size - 1] = PAIRS[body[place.at + (size >> 1)]!]! & 255;
      arrays.set(place, new Int8Array(own.buffer, own.byteOffset + at, place.length));
    } else if (place.$array === 'deflated') {
      own.set(inflateRawSync(body.subarray(place.at, place.at + place.bytes!)), at);
      arrays.set(place, new Int8Array(own.buffer, own.byteOffset + at, place.length));
      yield;
    } else {
      own.set(body.subarray(place.at, place.at + size), at);
      arrays.set(place, new KINDS[place.$array](own.buffer, own.byteOffset + at, place.length));
    }
    at += roomFor(size);
  }
  return arrays;
}

function withArrays(part: unknown, arrays: ReadonlyMap<Place, Packed>): unknown {
  if (typeof part !== 'object' || part === null) return part;
  const array = arrays.get(part as Place);
  if (array !== undefined) return array;
  if (part instanceof Map) return new Map([...part].map(([key, entry]) => [key, withArrays(entry, arrays)]));
  if (Array.isArray(part)) return part.map((entry) => withArrays(entry, arrays));
  return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, withArrays(entry, arrays)]));
}

const checksum = (bytes: Uint8Array): Uint8Array => runAtOnce(checksumSteps(bytes));

function* checksumSteps(bytes: Uint8Array): Steps<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 4 + HASH_BYTES; at < bytes.length; at += HASHED_AT_ONCE) {
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
    yield;
  }
  return hash.digest().subarray(0, HASH_BYTES);
}
