// The only SQL of this room: the search for the nearest questions of a release, filters first, and the graph that makes it fast.
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { toVector } from '../db/vector.ts';
import type { DenseHit, DenseQuery, DenseSearch } from './retriever.ts';

/**
 * Above this many rows of one release and encoder the graph is worth its price. Measured: 8,000 rows are searched exactly in
 * 4 ms on a server and 16 ms embedded, through the graph in 1.3 and 2; moving one row in takes 0.7 and 5 ms, so a shop of
 * usual size on the embedded database would pay half a minute of computing after its start for what nobody notices.
 */
export const EXACT_ROWS_MAX = 8_000;
/** The numbers of dimensions that migration 0006 has an index for. */
const GRAPH_DIMENSIONS = new Set([64, 96, 128, 256, 384, 512, 768, 1024, 1536, 2048, 3072]);

/** Of the one transaction of a search. */
const SETTINGS = {
  // A scan goes on until enough rows have passed the filters; a little out of order, and sorted afterwards.
  'hnsw.iterative_scan': 'relaxed_order',
  // Of 10,000 questions the nearest 10 were found to 99.9 % and the nearest 80 to 98.9 % (npm run eval -- scale).
  'hnsw.ef_search': '100',
  // Where so many have not been enough, few rows pass the filters, and the exact search over those is the faster one.
  'hnsw.max_scan_tuples': '4000',
  // Without statistics, as in a database nobody analyses, the planner would rather read and sort the whole shop.
  enable_sort: 'off',
  // With statistics from before the graph grew, it would look through the whole table for rows outside of it.
  enable_seqscan: 'off',
  // A plain scan remembers which rows have moved into the graph; one by bitmap visits them again every time.
  enable_bitmapscan: 'off',
  // The price set on these would make it compile every search.
  jit: 'off',
  // Planning takes longer than the search itself.
  plan_cache_mode: 'force_generic_plan',
};

const SCOPE = `(channels = '{}' or $5 = any(channels))
  and ($6::text is null or products = '{}' or $6 = any(products))
  and (valid_from is null or valid_from <= $7::date)
  and (valid_until is null or valid_until >= $7::date)`;

/** `is true` keeps the planner from joining: without statistics it would read the release anew for every row. */
const exactly = (limit: number, which: string): string => `
  select entry_id, variant, embedding <=> $1::halfvec as distance from faq_vectors
  where shop_id = $2 and encoder_id = $4 and ${which} and ${SCOPE}
    and (revision_id in (select revision_id from faq_release_entries where release_id = $3)) is true
  order by distance limit ${limit}`;

/**
 * What is in the graph and what is not are searched side by side, so that the result is whole at every moment of its growth.
 * The scan of the graph asks for the release row by row, because it looks at a hundred rows and not at all of them.
 * When the filters leave the scan with too few, everything is searched exactly: a filter never empties a result.
 */
const throughGraph = (limit: number, dimensions: number): string => `
  with graph as materialized (
    select exists (select from faq_vectors where shop_id = $2 and encoder_id = $4 and in_graph) as used
  ), near as materialized (
    select entry_id, variant, embedding <=> $1::halfvec as distance from faq_vectors v
    where (select used from graph) and in_graph and vector_dims(embedding) = ${dimensions}
      and shop_id = $2 and encoder_id = $4 and ${SCOPE}
      and revision_id = (select revision_id from faq_release_entries l where l.release_id = $3 and l.entry_id = v.entry_id)
    order by embedding::halfvec(${dimensions}) <=> $1::halfvec(${dimensions}) limit ${limit}
  ), found as materialized (select count(*) >= ${limit} as enough from near)
  select entry_id, variant, distance from near where (select enough from found)
  union all (${exactly(limit, 'in_graph and (select used from graph) and not (select enough from found)')})
  union all (${exactly(limit, 'not in_graph')})
  order by distance limit ${limit}`;

/** Release, encoder, product, channel and day are conditions of the scan, so they cut before the ranking and never after it. */
export function createDenseSearch(pool: Pool): DenseSearch {
  return async (query: DenseQuery): Promise<DenseHit[]> => {
    const limit = Math.trunc(query.limit);
    const dimensions = query.vector.length;
    const { rows } = await shopQuery<{ entry_id: string; variant: string; distance: number }>(
      pool,
      query.shopId,
      GRAPH_DIMENSIONS.has(dimensions) ? throughGraph(limit, dimensions) : exactly(limit, 'not in_graph'),
      [
        toVector(query.vector),
        query.shopId,
        query.releaseId,
        query.encoderId,
        query.channel,
        query.productId ?? null,
        query.today,
      ],
      { settings: SETTINGS, name: `dense-${dimensions}-${limit}` },
    );
    return rows.map((row) => ({ entryId: row.entry_id, variant: row.variant, similarity: 1 - Number(row.distance) }));
  };
}

/** A statement on the embedded database holds up the process, so each moves only as many rows as take about this long … */
const SLICE_MS = 10;
/** … and four times as long belongs to everyone else. */
const REST = 4;

/**
 * Moves the rows of an encoder into the graph, a few at a time, when the release is a large one; of small ones none is there.
 * Safe to stop and to repeat. @throws the reason of `signal`
 */
export async function growGraph(
  pool: Pool,
  release: Pick<DenseQuery, 'shopId' | 'releaseId' | 'encoderId'>,
  { signal, rest = REST }: { signal?: AbortSignal | undefined; rest?: number } = {},
): Promise<void> {
  const { shopId, releaseId, encoderId } = release;
  const { rows } = await shopQuery<{ rows: number; dimensions: number | null }>(
    pool,
    shopId,
    `select count(*)::int as rows, min(vector_dims(embedding)) as dimensions from faq_vectors
     where shop_id = $1 and encoder_id = $2
       and (revision_id in (select revision_id from faq_release_entries where release_id = $3)) is true`,
    [shopId, encoderId, releaseId],
  );
  const { rows: count, dimensions } = rows[0]!;
  if (count <= EXACT_ROWS_MAX || !GRAPH_DIMENSIONS.has(dimensions ?? 0)) return;
  for (let some = 2; ; ) {
    signal?.throwIfAborted();
    const started = performance.now();
    const moved = await inShop(pool, shopId, async (tx) => {
      const { rowCount } = await tx.query(
        `update faq_vectors set in_graph = true where ctid = any(array(
           select ctid from faq_vectors where shop_id = $1 and encoder_id = $2 and not in_graph limit $3 for no key update))`,
        [shopId, encoderId, some],
      );
      return rowCount ?? 0;
    });
    const tookMs = performance.now() - started;
    await pause(rest * tookMs);
    if (moved < some) return;
    some = tookMs > SLICE_MS ? Math.max(1, Math.floor((some * SLICE_MS) / tookMs)) : Math.min(200, some + 2);
  }
}
