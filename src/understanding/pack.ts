// Models as bytes and back: what a release stores. Node's own structured serialisation, since models are plain data and typed arrays.
import { deserialize as read, serialize as write } from 'node:v8';
import type { Models } from './models.ts';

const FORMAT = 1;

/** The same models give the same bytes. */
export const serialize = (models: Models): Uint8Array => write({ format: FORMAT, models });

/** @throws when the bytes are not models of this format */
export function deserialize(bytes: Uint8Array): Models {
  const packed = read(bytes) as { format?: unknown; models?: Models };
  if (packed.format !== FORMAT || packed.models === undefined)
    throw new Error(`models of format ${String(packed.format)}, expected ${FORMAT}`);
  return packed.models;
}
