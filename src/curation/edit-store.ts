// The SQL of what editors save: every save is a row, the newest that is open is the draft. Decides nothing.
import type { FaqFile } from '../contract/content.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

export interface Edit {
  entryId: string;
  version: number;
  file: FaqFile;
  retired: boolean;
  editor: string;
  /** ISO-8601. */
  at: string;
  /** The number of the release it went out with; null while it has not. */
  releasedIn: number | null;
  discarded: boolean;
}

/** The newest save of an entry that was not thrown away, with the version the next save must name. */
export interface LatestEdit extends Edit {
  top: number;
}

interface Row {
  entry_id: string;
  version: number;
  body: FaqFile;
  retired: boolean;
  editor: string;
  at: Date;
  released_in: string | null;
  discarded: boolean;
}

const COLUMNS = `e.entry_id, e.version, e.body, e.retired, s.name as editor, e.at, e.released_in::text,
  e.discarded_at is not null as discarded`;

const toEdit = (row: Row): Edit => ({
  entryId: row.entry_id,
  version: row.version,
  file: row.body,
  retired: row.retired,
  editor: row.editor,
  at: row.at.toISOString(),
  releasedIn: row.released_in === null ? null : Number(row.released_in),
  discarded: row.discarded,
});

/** By entry id. */
export async function latestEdits(pool: Pool, shopId: string): Promise<Map<string, LatestEdit>> {
  const { rows } = await shopQuery<Row & { top: number }>(
    pool,
    shopId,
    `select distinct on (e.entry_id) ${COLUMNS},
       (select max(t.version) from faq_edits t where t.shop_id = e.shop_id and t.entry_id = e.entry_id) as top
     from faq_edits e join staff s on s.id = e.editor_id
     where e.shop_id = $1 and e.discarded_at is null order by e.entry_id, e.version desc`,
    [shopId],
  );
  return new Map(rows.map((row) => [row.entry_id, { ...toEdit(row), top: row.top }]));
}

const HISTORY_MAX = 50;

/** All saves of an entry, newest first. */
export async function editsOf(pool: Pool, shopId: string, entryId: string): Promise<Edit[]> {
  const { rows } = await shopQuery<Row>(
    pool,
    shopId,
    `select ${COLUMNS} from faq_edits e join staff s on s.id = e.editor_id
     where e.shop_id = $1 and e.entry_id = $2 order by e.version desc limit ${HISTORY_MAX}`,
    [shopId, entryId],
  );
  return rows.map(toEdit);
}

export interface NewEdit {
  file: FaqFile;
  retired: boolean;
  /** The version the editor had before their eyes; 0 when nobody had saved it yet. */
  base: number;
}

const EDITS_AT_ONCE = 200;

/** All or none: the id of the first entry that somebody has saved since, and then the caller gives up the transaction; else null. */
export async function insertEdits(
  client: PoolClient,
  shopId: string,
  editorId: string,
  edits: readonly NewEdit[],
): Promise<string | null> {
  for (let from = 0; from < edits.length; from += EDITS_AT_ONCE) {
    const some = edits.slice(from, from + EDITS_AT_ONCE);
    const { rows } = await client.query<{ entry_id: string }>(
      `insert into faq_edits (shop_id, entry_id, version, body, retired, editor_id)
       select $1, g.id, g.base + 1, g.body::jsonb, g.retired, $6
       from unnest($2::text[], $3::int[], $4::text[], $5::boolean[]) as g (id, base, body, retired)
       where (select coalesce(max(e.version), 0) from faq_edits e where e.shop_id = $1 and e.entry_id = g.id) = g.base
       on conflict do nothing returning entry_id`,
      [
        shopId,
        some.map(({ file }) => file.id),
        some.map(({ base }) => base),
        some.map(({ file }) => JSON.stringify(file)),
        some.map(({ retired }) => retired),
        editorId,
      ],
    );
    if (rows.length < some.length) {
      const saved = new Set(rows.map((row) => row.entry_id));
      return some.find(({ file }) => !saved.has(file.id))!.file.id;
    }
  }
  return null;
}

/** Throws away what is open of an entry; false when nothing was. */
export async function discardOpen(client: PoolClient, shopId: string, entryId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update faq_edits set discarded_at = now()
     where shop_id = $1 and entry_id = $2 and released_in is null and discarded_at is null`,
    [shopId, entryId],
  );
  return (rowCount ?? 0) > 0;
}

/** What went out, up to the version that did: a save made meanwhile stays a draft. */
export async function markReleased(
  client: PoolClient,
  shopId: string,
  releaseNumber: number,
  applied: readonly { entryId: string; version: number }[],
): Promise<void> {
  await client.query(
    `update faq_edits e set released_in = $2
     from unnest($3::text[], $4::int[]) as a (entry_id, version)
     where e.shop_id = $1 and e.entry_id = a.entry_id and e.version <= a.version
       and e.released_in is null and e.discarded_at is null`,
    [shopId, releaseNumber, applied.map((a) => a.entryId), applied.map((a) => a.version)],
  );
}
