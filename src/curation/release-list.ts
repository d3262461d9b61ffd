// Reads the kept releases of a shop: which there are, and what one holds. Changes nothing.
import type { IntentFile } from '../contract/content.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

export interface ReleaseRow {
  id: string;
  number: number;
  at: Date;
  origin: 'files' | 'studio' | 'rollback';
  note: string | null;
  by: string | null;
  learned: boolean;
  entries: number;
  current: boolean;
}

/** Newest first. */
export async function listReleases(pool: Pool, shopId: string): Promise<ReleaseRow[]> {
  const { rows } = await shopQuery<ReleaseRow>(
    pool,
    shopId,
    `select r.id::text, r.number, r.created_at as at, r.origin, r.note, m.name as by, r.learned, r.id = s.current_release_id as current,
       (select count(*)::int from faq_release_entries l where l.release_id = r.id) as entries
     from faq_releases r join shops s on s.id = r.shop_id left join staff m on m.id = r.made_by
     where r.shop_id = $1 and r.id <= s.current_release_id order by r.id desc`,
    [shopId],
  );
  return rows;
}

/** Null when the shop has no such release, or no longer. */
export async function releaseWith(
  pool: Pool,
  shopId: string,
  id: string,
): Promise<{ id: string; number: number; intents: IntentFile[] } | null> {
  const { rows } = await shopQuery<{ id: string; number: number; content: { intents: IntentFile[] } }>(
    pool,
    shopId,
    'select id::text, number, content from faq_releases where shop_id = $1 and id = $2',
    [shopId, id],
  );
  const row = rows[0];
  return row === undefined ? null : { id: row.id, number: row.number, intents: row.content.intents };
}
