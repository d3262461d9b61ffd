// The only SQL of this room: the exact search for the nearest questions of a release, filters first.
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { toVector } from '../db/vector.ts';
import type { DenseHit, DenseQuery, DenseSearch } from './retriever.ts';

/**
 * Release, encoder, product, channel and day are conditions of the scan, so they cut before the ranking and never after it.
 * The order is exact (no index), right up to about 5,000 rows per shop.
 */
export function createDenseSearch(pool: Pool): DenseSearch {
  return async (query: DenseQuery): Promise<DenseHit[]> => {
    const { rows } = await shopQuery<{ entry_id: string; variant: string; similarity: number }>(
      pool,
      query.shopId,
      `select entry_id, variant, 1 - (embedding <=> $1::halfvec) as similarity
       from faq_vectors
       where shop_id = $2 and release_id = $3 and encoder_id = $4
         and (channels = '{}' or $5 = any(channels))
         and ($6::text is null or products = '{}' or $6 = any(products))
         and (valid_from is null or valid_from <= $7::date)
         and (valid_until is null or valid_until >= $7::date)
       order by embedding <=> $1::halfvec
       limit $8`,
      [
        toVector(query.vector),
        query.shopId,
        query.releaseId,
        query.encoderId,
        query.channel,
        query.productId ?? null,
        query.today,
        query.limit,
      ],
    );
    return rows.map((row) => ({ entryId: row.entry_id, variant: row.variant, similarity: Number(row.similarity) }));
  };
}
