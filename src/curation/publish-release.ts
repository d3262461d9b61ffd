// Publishes checked content as a release, all or nothing, and reads the current one. Trains and embeds nothing itself.

import type { Content, FaqFile, IntentFile } from '../contract/content.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { toVector } from '../db/vector.ts';
import { AppError } from '../errors.ts';
import { contentHash } from './canonical.ts';
import {
  CURRENT_RELEASE,
  countVectors,
  deleteRelease,
  dropOldReleases,
  insertRelease,
  insertVectors,
  linkEntries,
  lockShop,
  RELEASE_ENTRIES,
  sweepModels,
  sweepVectors,
  switchRelease,
  type VectorRow,
  vectorsThere,
} from './store.ts';
import { modelsIdOf, storeModels } from './stored-models.ts';

export interface NewRelease {
  content: Content;
  /** The packed classifier and encoder; opaque here. */
  models: Uint8Array;
  /** Thresholds and rules with the evaluation that produced them. */
  policy: object;
  encoders: readonly EncodedEntries[];
  /** Left out: from the files, by nobody in particular. */
  about?: Partial<ReleaseAbout>;
}

/** Where a release came from. */
export interface ReleaseAbout {
  origin: 'files' | 'studio' | 'rollback';
  /** The state of the content files it takes into account. */
  filesHash: string;
  note: string | null;
  madeBy: string | null;
  /** The same content as before, with newly learned models. */
  learned: boolean;
}

export interface EncodedEntries {
  id: string;
  /** Of entry id: one vector per wording of its question. */
  vectors: ReadonlyMap<string, readonly { variant: string; vector: Float32Array }[]>;
}

export interface Release extends ReleaseAbout {
  id: string;
  number: number;
  hash: string;
  intents: IntentFile[];
  /** What its models are stored under. */
  modelsId: string;
  policy: Record<string, unknown>;
  encoders: string[];
}

export interface PublishedEntry {
  revisionId: string;
  file: FaqFile;
}

/** Small pieces: on the embedded database a statement holds up the whole process, and an open transaction every turn. */
const ENTRIES_AT_ONCE = 100;
const VECTORS_AT_ONCE = 50;
const ENTRIES_READ_AT_ONCE = 200;
const SWEPT_AT_ONCE = 500;
/** What a `halfvec` can hold. */
const DIMENSIONS_MAX = 16_000;
/** Enough to look back and to roll back. */
const RELEASES_KEPT = 10;

/**
 * Writes the release in small transactions, nobody sees it, and then makes it the current one of the shop in one; returns its id.
 * Whatever fails, the current release stays what it was. Two publications at once: the later one wins, both are kept.
 * `beforeSwitch` finds everything written and may take its time; `inSwitch` is part of the transaction that makes it current.
 */
export async function publishRelease(
  pool: Pool,
  shopId: string,
  release: NewRelease,
  beforeSwitch: (releaseId: string) => Promise<void> = async () => {},
  inSwitch: (client: PoolClient, release: { id: string; number: number }) => Promise<void> = async () => {},
): Promise<string> {
  check(release);
  const modelsId = await modelsIdOf(release.models);
  const { origin = 'files', filesHash = '', note = null, madeBy = null, learned = false } = release.about ?? {};
  const made = await inShop(pool, shopId, async (client) => {
    if (!(await lockShop(client, shopId))) throw new AppError('not_found', `店铺 ${shopId} 不存在，内容未发布`);
    return insertRelease(client, shopId, {
      content_hash: release.content.hash,
      content: { intents: release.content.intents },
      models_id: modelsId,
      policy: { ...release.policy },
      encoders: release.encoders.map(({ id }) => id),
      origin,
      files_hash: filesHash,
      note,
      made_by: madeBy,
      learned,
    });
  });
  const releaseId = made.id;
  try {
    await storeModels(pool, shopId, modelsId, release.models);
    await writeEntries(pool, shopId, releaseId, release.content.entries);
    for (const encoder of release.encoders) await writeVectors(pool, shopId, releaseId, encoder);
    await beforeSwitch(releaseId);
    await inShop(pool, shopId, async (client) => {
      await lockShop(client, shopId);
      for (const encoder of release.encoders) {
        const written = await countVectors(client, shopId, releaseId, encoder.id);
        const wanted = vectorsOf(encoder).length;
        if (written !== wanted) throw new AppError('internal', `写入 ${written} 个向量，应为 ${wanted} 个；内容未发布`);
      }
      await inSwitch(client, made);
      await switchRelease(client, shopId, releaseId);
      await dropOldReleases(client, shopId, RELEASES_KEPT);
    });
  } catch (error) {
    await inShop(pool, shopId, (client) => deleteRelease(client, shopId, releaseId))
      .then(() => tidyReleases(pool, shopId))
      .catch(() => {}); // the next publication tidies up
    throw error;
  }
  return releaseId;
}

async function writeEntries(pool: Pool, shopId: string, releaseId: string, entries: readonly FaqFile[]): Promise<void> {
  for (const some of inPieces(entries, ENTRIES_AT_ONCE)) {
    const hashed = some.map((body) => ({ id: body.id, bodyHash: contentHash(body), body }));
    await inShop(pool, shopId, (client) => linkEntries(client, shopId, releaseId, hashed));
  }
}

async function writeVectors(pool: Pool, shopId: string, releaseId: string, encoder: EncodedEntries): Promise<void> {
  // an entry that was published before with the same words has all its vectors, and most have
  const there = await inShop(pool, shopId, (client) => vectorsThere(client, shopId, releaseId, encoder.id));
  const missing = vectorsOf(encoder).filter(
    ({ entryId }) => there.get(entryId) !== encoder.vectors.get(entryId)?.length,
  );
  for (const some of inPieces(missing, VECTORS_AT_ONCE)) {
    const rows = some.map(({ entryId, variant, vector }): VectorRow => {
      return { entryId, variant, embedding: toVector(vector) };
    });
    const written = await inShop(pool, shopId, (client) => insertVectors(client, shopId, releaseId, encoder.id, rows));
    if (written !== rows.length)
      throw new AppError('internal', `写入 ${written} 个向量，应为 ${rows.length} 个；内容未发布`);
  }
}

/** Deletes the vectors and models that no kept release has a use for any more. */
export async function tidyReleases(pool: Pool, shopId: string): Promise<void> {
  await inShop(pool, shopId, (client) => sweepModels(client, shopId));
  const sweep = () => inShop(pool, shopId, (client) => sweepVectors(client, shopId, SWEPT_AT_ONCE));
  while ((await sweep()) === SWEPT_AT_ONCE);
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
  const entries = new Map<string, PublishedEntry>();
  for (let after = ''; ; ) {
    const { rows } = await shopQuery<{ entry_id: string; revision_id: string; body: FaqFile }>(
      pool,
      shopId,
      RELEASE_ENTRIES,
      [shopId, releaseId, after, ENTRIES_READ_AT_ONCE],
    );
    for (const row of rows) entries.set(row.entry_id, { revisionId: row.revision_id, file: row.body });
    if (rows.length < ENTRIES_READ_AT_ONCE) return entries;
    after = rows.at(-1)!.entry_id;
  }
}

/** Before anything is written: what the database would refuse, and vectors that do not fit the entries. */
function check({ content, encoders }: NewRelease): void {
  for (const { id, valid_from, valid_until } of content.entries) {
    const bad = [valid_from, valid_until].find((day) => day !== undefined && !isDay(day));
    if (bad !== undefined) throw new AppError('internal', `条目 ${id} 的日期 ${bad} 不存在；内容未发布`);
  }
  const known = new Set(content.entries.map(({ id }) => id));
  if (known.size !== content.entries.length) throw new AppError('internal', '发布的内容里有重复的 id；内容未发布');
  if (new Set(encoders.map(({ id }) => id)).size !== encoders.length) {
    throw new AppError('internal', '同一个编码器出现了两次；内容未发布');
  }
  for (const encoder of encoders) {
    const rows = vectorsOf(encoder);
    const dimensions = rows[0]?.vector.length ?? 0;
    const odd = rows.find(({ entryId, vector }) => {
      return (
        !known.has(entryId) || vector.length !== dimensions || !isSize(dimensions) || !vector.every(Number.isFinite)
      );
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

const isSize = (dimensions: number): boolean => dimensions > 0 && dimensions <= DIMENSIONS_MAX;

const isDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
};

function vectorsOf({ vectors }: EncodedEntries): { entryId: string; variant: string; vector: Float32Array }[] {
  return [...vectors].flatMap(([entryId, wordings]) => wordings.map((wording) => ({ entryId, ...wording })));
}

function inPieces<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
