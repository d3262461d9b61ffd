// The shop's own forbidden words: kept by an admin, found in what agents write. Knows no rule of law or platform.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

export interface ShopWord {
  id: string;
  word: string;
  why: string;
}

export async function readWords(pool: Pool, shopId: ShopId): Promise<ShopWord[]> {
  const { rows } = await shopQuery<ShopWord>(pool, shopId, 'select id::text, word, why from shop_words order by id');
  return rows;
}

/** Null when the shop has it already. */
export async function addWord(
  tx: PoolClient,
  shopId: ShopId,
  { word, why }: Omit<ShopWord, 'id'>,
): Promise<ShopWord | null> {
  const { rows } = await tx.query<ShopWord>(
    `insert into shop_words (shop_id, word, why) values ($1, $2, $3) on conflict do nothing returning id::text, word, why`,
    [shopId, word, why],
  );
  return rows[0] ?? null;
}

export async function removeWord(tx: PoolClient, id: string): Promise<ShopWord | null> {
  const { rows } = await tx.query<ShopWord>('delete from shop_words where id = $1 returning id::text, word, why', [id]);
  return rows[0] ?? null;
}
