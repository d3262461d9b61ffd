// Publishes checked content as a release, all or nothing, and reads the current one. Trains and embeds nothing itself.

import type { Content, FaqFile, IntentFile } from '../contract/content.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { toVector } from '../db/vector.ts';
import { AppError } from '../errors.ts';
import { contentHash } from './canonical.ts';
import {
  CURRENT_RELEASE,
  dropOldReleases,
  insertRelease,
  insertVectors,
  linkEntries,
  lockShop,
  RELEASE_ENTRIES,
  switchRelease,
  type VectorRow,
} from './store.ts';

export interface NewRelease {
  content: Content;
  /** The packed classifier and encoder; opaque here. */
  models: Uint8Array;
  /** Thresholds and rules with the evaluation that produced them. */
  policy: object;
  encoders: readonly EncodedEntries[];
}

export interface EncodedEntries {
  id: string;
  /** Of entry id: one vector per wording of its question. */
  vectors: ReadonlyMap<string, readonly { variant: string; vector: Float32Array }[]>;
}

export interface Release {
  id: string;
  hash: string;
  intents: IntentFile[];
  models: Uint8Array;
  policy: Record<string, unknown>;
  encoders: string[];
}

export interface PublishedEntry {
  revisionId: string;
  file: FaqFile;
}

const ENTRIES_AT_ONCE = 500;
const VECTORS_AT_ONCE = 200;
/** Enough to look back and to roll back; older ones would only fill the disk with vectors. */
const RELEASES_KEPT = 10;

/**
 * Writes the release and makes it the current one of the shop in one transaction; returns its id.
 * Whatever fails, the current release stays what it was. Two publications at once: the later one wins, both are kept.
 */
export async function publishRelease(pool: Pool, shopId: string, release: NewRelease): Promise<string> {
  checkEncoders(release);
  const entries = release.content.entries.map((body) => ({ id: body.id, bodyHash: contentHash(body), body }));
  return inShop(pool, shopId, async (client) => {
    if (!(await lockShop(client, shopId))) throw new AppError('not_found', `店铺 ${shopId} 不存在，内容未发布`);
    const releaseId = await insertRelease(client, shopId, {
      content_hash: release.content.hash,
      content: { intents: release.content.intents },
      models: Buffer.from(release.models),
      policy: { ...release.policy },
      encoders: release.encoders.map(({ id }) => id),
    });
    for (const some of inPieces(entries, ENTRIES_AT_ONCE)) await linkEntries(client, shopId, releaseId, some);
    for (const encoder of release.encoders) {
      for (const rows of inPieces(vectorsOf(encoder), VECTORS_AT_ONCE)) {
        const embedded = rows.map(({ entryId, variant, vector }): VectorRow => {
          return { entryId, variant, embedding: toVector(vector) };
        });
        const written = await insertVectors(client, shopId, releaseId, encoder.id, embedded);
        if (written !== rows.length)
          throw new AppError('internal', `写入 ${written} 个向量，应为 ${rows.length} 个；内容未发布`);
      }
    }
    await switchRelease(client, shopId, releaseId);
    await dropOldReleases(client, shopId, RELEASES_KEPT);
    return releaseId;
  });
}

/** The release the shop answers from, or null before the first publication. */
export async function currentRelease(pool: Pool, shopId: string): Promise<Release | null> {
  const { rows } = await shopQuery<Omit<Release, 'intents'> & { content: { intents: IntentFile[] } }>(
    pool,
    shopId,
    CURRENT_RELEASE,
    [shopId],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { content, ...release } = row;
  return { ...release, intents: content.intents };
}

/** All entries of a release by id; empty when the release is another shop's. */
export async function loadEntries(pool: Pool, shopId: string, releaseId: string): Promise<Map<string, PublishedEntry>> {
  const { rows } = await shopQuery<{ entry_id: string; revision_id: string; body: FaqFile }>(
    pool,
    shopId,
    RELEASE_ENTRIES,
    [shopId, releaseId],
  );
  return new Map(rows.map((row) => [row.entry_id, { revisionId: row.revision_id, file: row.body }]));
}

/** Before the transaction: a release whose vectors do not fit its entries would be searched without them. */
function checkEncoders({ content, encoders }: NewRelease): void {
  const known = new Set(content.entries.map(({ id }) => id));
  if (known.size !== content.entries.length) throw new AppError('internal', '发布的内容里有重复的 id；内容未发布');
  if (new Set(encoders.map(({ id }) => id)).size !== encoders.length) {
    throw new AppError('internal', '同一个编码器出现了两次；内容未发布');
  }
  for (const encoder of encoders) {
    const rows = vectorsOf(encoder);
    const dimensions = rows[0]?.vector.length ?? 0;
    const odd = rows.find(({ entryId, vector }) => {
      return !known.has(entryId) || vector.length !== dimensions || dimensions === 0 || !vector.every(Number.isFinite);
    });
    if (odd !== undefined) {
      const told = `编码器 ${encoder.id} 的向量不对（条目 ${odd.entryId}，${odd.vector.length} 维，应为已有条目的 ${dimensions} 维有限数）`;
      throw new AppError('internal', `${told}；内容未发布`);
    }
    const missing = content.entries.find(({ id }) => (encoder.vectors.get(id)?.length ?? 0) === 0);
    if (missing !== undefined) {
      throw new AppError('internal', `编码器 ${encoder.id} 没有条目 ${missing.id} 的向量；内容未发布`);
    }
  }
}

function vectorsOf({ vectors }: EncodedEntries): { entryId: string; variant: string; vector: Float32Array }[] {
  return [...vectors].flatMap(([entryId, wordings]) => wordings.map((wording) => ({ entryId, ...wording })));
}

function inPieces<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
