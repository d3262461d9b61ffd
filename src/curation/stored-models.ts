// Keeps the packed models of a shop in parts, once for all releases that use them. To it they are bytes.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { insertPart, MODELS_PART, storedParts } from './store.ts';

/** On the embedded database a statement holds up the process: this many bytes take it some milliseconds. */
const PART_BYTES = 256 * 1024;

const partsOf = (models: Uint8Array): Buffer[] =>
  Array.from({ length: Math.ceil(models.length / PART_BYTES) }, (_, part) =>
    Buffer.from(
      models.buffer,
      models.byteOffset + part * PART_BYTES,
      Math.min(PART_BYTES, models.length - part * PART_BYTES),
    ),
  );

/** The name models are stored under. */
export async function modelsIdOf(models: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (const part of partsOf(models)) {
    hash.update(part);
    await nextTurn();
  }
  return hash.digest('hex').slice(0, 32);
}

/** What is there already is not sent again. A release that names them must exist, or they may be tidied away. */
export async function storeModels(pool: Pool, shopId: string, modelsId: string, models: Uint8Array): Promise<void> {
  const there = await inShop(pool, shopId, (client) => storedParts(client, shopId, modelsId));
  for (const [part, bytes] of partsOf(models).entries()) {
    if (!there.has(part)) await inShop(pool, shopId, (client) => insertPart(client, shopId, modelsId, part, bytes));
  }
}

/** Empty when there are none. */
export async function readModels(pool: Pool, shopId: string, modelsId: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let last = PART_BYTES; last === PART_BYTES; ) {
    const { rows } = await shopQuery<{ bytes: Buffer }>(pool, shopId, MODELS_PART, [shopId, modelsId, parts.length]);
    const bytes = rows[0]?.bytes ?? Buffer.alloc(0);
    parts.push(bytes);
    last = bytes.length;
  }
  return Buffer.concat(parts);
}
