// Plain values with typed arrays and maps in them to bytes and back: a JSON head, then the arrays. Knows nothing of models.
import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { copyForKernel } from './kernel.ts';

const MAGIC = 'JBM2';
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

/** The same value gives the same bytes. */
export function pack(value: unknown): Uint8Array {
  const arrays: Packed[] = [];
  let at = 0;
  const plain = (part: unknown): unknown => {
    const kind = kindOf(part);
    if (kind !== null) {
      const array = part as Packed;
      const place = { $array: kind, at, length: array.length };
      arrays.push(array);
      at += Math.ceil(array.byteLength / 4) * 4;
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
    offset += Math.ceil(array.byteLength / 4) * 4;
  }
  bytes.set(Buffer.from(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(4 + HASH_BYTES, head.length, true);
  bytes.set(checksum(bytes), 4);
  return bytes;
}

/** @throws AppError `bad_content` for bytes that `pack` did not write or that were damaged. */
export function unpack(bytes: Uint8Array): unknown {
  const isWhole = bytes.length > HEAD_AT && Buffer.from(bytes.subarray(0, 4)).toString() === MAGIC;
  if (!isWhole || Buffer.compare(checksum(bytes), bytes.subarray(4, 4 + HASH_BYTES)) !== 0) {
    throw new AppError('bad_content', '学习结果的文件已损坏或不是本程序写出的，请重新发布内容以重新学习');
  }
  // A copy, because typed arrays need an aligned buffer and a database driver may hand over any slice.
  const own = copyForKernel(bytes);
  const length = new DataView(own.buffer).getUint32(4 + HASH_BYTES, true);
  const bodyAt = Math.ceil((HEAD_AT + length) / 4) * 4;
  return JSON.parse(Buffer.from(own.buffer, HEAD_AT, length).toString(), (_, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part;
    if ('$array' in part) {
      const place = part as { $array: Kind; at: number; length: number };
      return new KINDS[place.$array](own.buffer, bodyAt + place.at, place.length);
    }
    if ('$map' in part) return new Map(part.$map as [unknown, unknown][]);
    return part;
  });
}

function checksum(bytes: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(bytes.subarray(4 + HASH_BYTES))
    .digest()
    .subarray(0, HASH_BYTES);
}
