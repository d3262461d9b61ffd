// The SQL of published content: releases, revisions of entries and their vectors. Decides nothing.

import type { FaqFile, IntentFile } from '../contract/content.ts';
import type { PoolClient } from '../db/database.ts';

export interface ReleaseRow {
  content_hash: string;
  content: { intents: IntentFile[] };
  models_id: string;
  policy: Record<string, unknown>;
  encoders: string[];
  origin: 'files' | 'studio' | 'rollback';
  files_hash: string;
  note: string | null;
  made_by: string | null;
  learned: boolean;
}

export interface VectorRow {
  entryId: string;
  variant: string;
  /** pgvector's text form. */
  embedding: string;
}

/** The row lock makes two publications of one shop come one after the other. False when the shop does not exist. */
export async function lockShop(client: PoolClient, shopId: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT id FROM shops WHERE id = $1 FOR UPDATE', [shopId]);
  return rowCount === 1;
}

/** Numbers count up in the shop; the caller holds its lock. */
export async function insertRelease(
  client: PoolClient,
  shopId: string,
  release: ReleaseRow,
): Promise<{ id: string; number: number }> {
  const { rows } = await client.query<{ id: string; number: number }>(
    `INSERT INTO faq_releases (shop_id, content_hash, content, models_id, policy, encoders, origin, files_hash, note, made_by,
       learned, number)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
       (SELECT coalesce(max(number), 0) + 1 FROM faq_releases WHERE shop_id = $1)) RETURNING id::text, number`,
    [
      shopId,
      release.content_hash,
      JSON.stringify(release.content),
      release.models_id,
      JSON.stringify(release.policy),
      release.encoders,
      release.origin,
      release.files_hash,
      release.note,
      release.made_by,
      release.learned,
    ],
  );
  return rows[0]!;
}

/** Revisions are immutable: a body that was published before keeps its revision and its id. */
export async function linkEntries(
  client: PoolClient,
  shopId: string,
  releaseId: string,
  entries: readonly { id: string; bodyHash: string; body: FaqFile }[],
): Promise<void> {
  const ids = entries.map(({ id }) => id);
  const hashes = entries.map(({ bodyHash }) => bodyHash);
  const bodies = entries.map(({ body }) => JSON.stringify(body));
  await client.query(
    `INSERT INTO faq_revisions (shop_id, entry_id, body_hash, body)
     SELECT $1, e.id, e.hash, e.body::jsonb FROM unnest($2::text[], $3::text[], $4::text[]) AS e (id, hash, body)
     ON CONFLICT (shop_id, entry_id, body_hash) DO NOTHING`,
    [shopId, ids, hashes, bodies],
  );
  await client.query(
    `INSERT INTO faq_release_entries (shop_id, release_id, entry_id, revision_id)
     SELECT $1, $2, r.entry_id, r.id FROM unnest($3::text[], $4::text[]) AS e (id, hash)
     JOIN faq_revisions r ON r.shop_id = $1 AND r.entry_id = e.id AND r.body_hash = e.hash`,
    [shopId, releaseId, ids, hashes],
  );
}

/**
 * What limits an entry (products, channels, dates) is copied from its revision, so that a search can filter first. A vector
 * that is there already stays. Returns how many of the rows belong to an entry of the release.
 */
export async function insertVectors(
  client: PoolClient,
  shopId: string,
  releaseId: string,
  encoderId: string,
  vectors: readonly VectorRow[],
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `WITH given AS (
       SELECT v.entry_id, r.id AS revision_id, v.variant, r.body, v.embedding::halfvec
       FROM unnest($4::text[], $5::text[], $6::text[]) AS v (entry_id, variant, embedding)
       JOIN faq_release_entries l ON l.release_id = $2 AND l.entry_id = v.entry_id
       JOIN faq_revisions r ON r.id = l.revision_id
     ), written AS (
       INSERT INTO faq_vectors (shop_id, encoder_id, entry_id, revision_id, variant, products, channels,
         valid_from, valid_until, embedding)
       SELECT $1, $3, entry_id, revision_id, variant,
         ARRAY(SELECT jsonb_array_elements_text(body->'products')), ARRAY(SELECT jsonb_array_elements_text(body->'channels')),
         (body->>'valid_from')::date, (body->>'valid_until')::date, embedding
       FROM given
       ON CONFLICT (encoder_id, revision_id, variant) DO NOTHING)
     SELECT count(*)::int AS n FROM given`,
    [
      shopId,
      releaseId,
      encoderId,
      vectors.map(({ entryId }) => entryId),
      vectors.map(({ variant }) => variant),
      vectors.map(({ embedding }) => embedding),
    ],
  );
  return rows[0]!.n;
}

/** Of each entry of a release, how many wordings the encoder has vectors for already. */
export async function vectorsThere(
  client: PoolClient,
  shopId: string,
  releaseId: string,
  encoderId: string,
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ entry_id: string; n: number }>(
    `SELECT v.entry_id, count(*)::int AS n FROM faq_vectors v
     JOIN faq_release_entries l ON l.release_id = $2 AND l.entry_id = v.entry_id AND l.revision_id = v.revision_id
     WHERE v.shop_id = $1 AND v.encoder_id = $3 GROUP BY v.entry_id`,
    [shopId, releaseId, encoderId],
  );
  return new Map(rows.map((row) => [row.entry_id, row.n]));
}

/** How many wordings of a release an encoder has vectors for. */
export async function countVectors(
  client: PoolClient,
  shopId: string,
  releaseId: string,
  encoderId: string,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM faq_vectors v
     JOIN faq_release_entries l ON l.release_id = $2 AND l.entry_id = v.entry_id AND l.revision_id = v.revision_id
     WHERE v.shop_id = $1 AND v.encoder_id = $3`,
    [shopId, releaseId, encoderId],
  );
  return rows[0]!.n;
}

/** The release that is about to be replaced; the caller holds the lock of the shop. */
export async function currentInSwitch(
  client: PoolClient,
  shopId: string,
): Promise<{ id: string; hash: string; learned: boolean } | null> {
  const { rows } = await client.query<{ id: string; hash: string; learned: boolean }>(
    `SELECT r.id::text, r.content_hash AS hash, r.learned
     FROM shops s JOIN faq_releases r ON r.id = s.current_release_id WHERE s.id = $1`,
    [shopId],
  );
  return rows[0] ?? null;
}

export async function switchRelease(client: PoolClient, shopId: string, releaseId: string): Promise<void> {
  await client.query('UPDATE shops SET current_release_id = $2 WHERE id = $1', [shopId, releaseId]);
}

/** Deletes all but the newest releases of a shop; revisions stay, because receipts name them. */
export async function dropOldReleases(client: PoolClient, shopId: string, keep: number): Promise<void> {
  await client.query(
    `DELETE FROM faq_releases WHERE shop_id = $1 AND id IN (
       SELECT r.id FROM faq_releases r JOIN shops s ON s.id = r.shop_id
       WHERE r.shop_id = $1 AND r.id IS DISTINCT FROM s.current_release_id ORDER BY r.id DESC OFFSET $2)`,
    [shopId, keep - 1],
  );
}

/** Which parts of these models are there already. */
export async function storedParts(client: PoolClient, shopId: string, modelsId: string): Promise<Set<number>> {
  const { rows } = await client.query<{ part: number }>('SELECT part FROM faq_models WHERE shop_id = $1 AND id = $2', [
    shopId,
    modelsId,
  ]);
  return new Set(rows.map((row) => row.part));
}

export async function insertPart(
  client: PoolClient,
  shopId: string,
  modelsId: string,
  part: number,
  bytes: Buffer,
): Promise<void> {
  await client.query(
    'INSERT INTO faq_models (shop_id, id, part, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [shopId, modelsId, part, bytes],
  );
}

export const MODELS_PART = 'SELECT bytes FROM faq_models WHERE shop_id = $1 AND id = $2 AND part = $3';

/** Deletes the models that no release of the shop was published with. */
export async function sweepModels(client: PoolClient, shopId: string): Promise<void> {
  await client.query(
    `DELETE FROM faq_models m WHERE m.shop_id = $1
     AND NOT EXISTS (SELECT FROM faq_releases r WHERE r.shop_id = $1 AND r.models_id = m.id)`,
    [shopId],
  );
}

export async function deleteRelease(client: PoolClient, shopId: string, releaseId: string): Promise<void> {
  await client.query('DELETE FROM faq_releases WHERE shop_id = $1 AND id = $2', [shopId, releaseId]);
}

/**
 * Deletes up to `most` vectors that no release of the shop has a use for any more; returns how many.
 * `IS FALSE` keeps the planner from joining: without statistics it would read all entries anew for every vector.
 */
export async function sweepVectors(client: PoolClient, shopId: string, most: number): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM faq_vectors WHERE ctid = ANY(ARRAY(
       SELECT v.ctid FROM faq_vectors v WHERE v.shop_id = $1 AND (
         v.encoder_id <> ALL(ARRAY(SELECT unnest(encoders) FROM faq_releases WHERE shop_id = $1))
         OR (v.revision_id IN (SELECT revision_id FROM faq_release_entries WHERE shop_id = $1)) IS FALSE)
       LIMIT $2))`,
    [shopId, most],
  );
  return rowCount ?? 0;
}

export const CURRENT_RELEASE = `SELECT r.id, r.content_hash AS hash, r.content, r.models_id AS "modelsId", r.policy, r.encoders, r.number,
  r.origin, r.files_hash AS "filesHash", r.note, r.made_by::text AS "madeBy", r.learned
  FROM shops s JOIN faq_releases r ON r.id = s.current_release_id WHERE s.id = $1`;

export const RELEASE_ENTRIES = `SELECT l.entry_id, l.revision_id, r.body
  FROM faq_release_entries l JOIN faq_revisions r ON r.id = l.revision_id
  WHERE l.shop_id = $1 AND l.release_id = $2 AND l.entry_id > $3 ORDER BY l.entry_id LIMIT $4`;
