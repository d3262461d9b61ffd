// The search for the nearest questions finds them, whoever else has rows in the table and whatever is filtered. In both modes.
import { beforeAll, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { toVector } from '../../src/db/vector.ts';
import { normaliseVector } from '../../src/understanding/matrix.ts';
import { createRandom } from '../../src/understanding/random.ts';
import type { DenseHit } from '../../src/understanding/retriever.ts';
import { createDenseSearch, EXACT_ROWS_MAX, growGraph } from '../../src/understanding/store.ts';
import { eachMode } from './modes.ts';

const DIMENSIONS = 128;
const TODAY = '2026-11-27';
const random = createRandom(11);
const gauss = () => Float32Array.from({ length: DIMENSIONS }, () => random.normal());
const centres = Array.from({ length: 400 }, gauss);
/** As of real questions: in groups, not everywhere. */
const vectorNear = (centre: Float32Array): Float32Array =>
  normaliseVector(centre.map((x) => x + 0.5 * random.normal()));
const anyVector = () => vectorNear(centres[random.below(centres.length)]!);

interface Row {
  entryId: string;
  vector: Float32Array;
  products: string[];
}

interface Shelf {
  shopId: string;
  releaseId: string;
  encoderId: string;
  rows: Row[];
}

eachMode((database) => {
  let small: Shelf;
  let large: Shelf;
  let shrunk: Shelf;

  const newShop = async (slug: string): Promise<string> => {
    const { rows } = await database()
      .ownerPool()
      .query<{ id: string }>('select ensure_shop($1, $1, false)::text as id', [slug]);
    return rows[0]!.id;
  };

  /** Rows as a publication writes them, one per entry. */
  const fill = async (
    shopId: string,
    count: number,
    encoderId: string,
    inGraph: boolean,
    productsOf: (i: number) => string[] = () => [],
  ): Promise<Shelf> => {
    const rows = Array.from({ length: count }, (_, i) => ({
      entryId: `e-${i}`,
      vector: anyVector(),
      products: productsOf(i),
    }));
    const releaseId = await inShop(database().pool, shopId, async (tx) => {
      const made = await tx.query<{ id: string }>(
        `insert into faq_releases (shop_id, number, content_hash, content, policy, encoders) select $1, coalesce(max(number), 0) + 1, 'h', '{}', '{}', $2 from faq_releases returning id`,
        [shopId, [encoderId]],
      );
      return made.rows[0]!.id;
    });
    for (let from = 0; from < count; from += 250) {
      const some = rows.slice(from, from + 250);
      await inShop(database().pool, shopId, (tx) =>
        tx.query(
          `with r as (insert into faq_revisions (shop_id, entry_id, body_hash, body)
             select $1, id, $2 || id, '{}' from unnest($3::text[]) as id returning id, entry_id),
           l as (insert into faq_release_entries (shop_id, release_id, entry_id, revision_id)
             select $1, $2::bigint, entry_id, id from r)
           insert into faq_vectors (shop_id, encoder_id, entry_id, revision_id, variant, products, embedding, in_graph)
           select $1, $4, r.entry_id, r.id, r.entry_id, string_to_array(g.products, ','), g.v::halfvec, $7
           from r join unnest($3::text[], $5::text[], $6::text[]) as g (id, v, products) on g.id = r.entry_id`,
          [
            shopId,
            releaseId,
            some.map((row) => row.entryId),
            encoderId,
            some.map((row) => toVector(row.vector)),
            some.map((row) => row.products.join(',')),
            inGraph,
          ],
        ),
      );
    }
    return { shopId, releaseId, encoderId, rows };
  };

  beforeAll(async () => {
    // 21,000 rows; those in the graph are indexed at once, because one by one takes minutes
    const owner = database().ownerPool();
    const { rows } = await owner.query<{ sql: string }>(
      `select pg_get_indexdef('faq_vectors_near_${DIMENSIONS}'::regclass) as sql`,
    );
    await owner.query(`drop index faq_vectors_near_${DIMENSIONS}`);
    const [mine, big, past, others] = await Promise.all(['mine', 'big', 'past', 'others'].map(newShop));
    small = await fill(mine!, 1_000, 'mine', false);
    await fill(mine!, 1_000, 'mine', false); // an older release, same encoder
    await fill(others!, 8_000, 'others', false);
    await fill(big!, 1_500, 'big', true); // an older release of the large shop
    large = await fill(big!, 8_200, 'big', true, (i) => (i % 100 === 0 ? ['RARE'] : i % 3 === 0 ? ['P1'] : ['P2']));
    shrunk = await fill(past!, 1_000, 'big', true); // in the graph of a larger one, by the same encoder
    await owner.query(rows[0]!.sql);
  }, 240_000);

  const ask = (shelf: Shelf, vector: Float32Array, productId?: string): Promise<DenseHit[]> =>
    createDenseSearch(database().pool)({
      shopId: shelf.shopId,
      releaseId: shelf.releaseId,
      encoderId: shelf.encoderId,
      vector,
      limit: 80,
      channel: 'web',
      today: TODAY,
      ...(productId === undefined ? {} : { productId }),
    });

  /** Share of the true nearest ten among the first ten found; every hit must be of the release and allowed. */
  async function recall(shelf: Shelf, productId?: string): Promise<number> {
    const allowed = shelf.rows.filter(
      (row) => productId === undefined || row.products.length === 0 || row.products.includes(productId),
    );
    const allowedIds = new Set(allowed.map((row) => row.entryId));
    let found = 0;
    for (let i = 0; i < 40; i++) {
      const vector = anyVector();
      const near = (row: Row) => row.vector.reduce((sum, x, d) => sum + x * vector[d]!, 0);
      const nearest = allowed.map((row) => ({ id: row.entryId, near: near(row) })).sort((a, b) => b.near - a.near);
      const hits = await ask(shelf, vector, productId);
      expect(hits).toHaveLength(Math.min(80, allowed.length));
      expect(hits.every((hit) => allowedIds.has(hit.entryId))).toBe(true);
      expect(hits[0]!.similarity).toBeCloseTo(nearest[0]!.near, 2);
      const first = new Set(hits.slice(0, 10).map((hit) => hit.entryId));
      found += nearest.slice(0, 10).filter((row) => first.has(row.id)).length / 10;
    }
    return found / 40;
  }

  it('a shop of 1,000 rows among 17,000 of others is searched exactly', async () => {
    expect(await recall(small)).toBeGreaterThanOrEqual(0.99);
  });

  it('a large shop is searched through its graph', async () => {
    expect(large.rows.length).toBeGreaterThan(EXACT_ROWS_MAX);
    expect(await recall(large)).toBeGreaterThanOrEqual(0.97);
  });

  it('a filter costs no recall: a third of the rows, or one in a hundred', async () => {
    expect(await recall(large, 'P1')).toBeGreaterThanOrEqual(0.97);
    expect(await recall(large, 'RARE')).toBeGreaterThanOrEqual(0.97);
  });

  it('a shop of 1,000 rows in the graph of a larger one loses nothing', async () => {
    expect(await recall(shrunk)).toBeGreaterThanOrEqual(0.97);
  });

  it('rows that are not in the graph yet are found beside those that are', { timeout: 120_000 }, async () => {
    const wanted = large.rows.slice(0, 50);
    await inShop(database().pool, large.shopId, (tx) =>
      tx.query(
        `update faq_vectors v set in_graph = false from faq_release_entries l
         where l.release_id = $1 and v.revision_id = l.revision_id and v.entry_id = any($2)`,
        [large.releaseId, wanted.map((row) => row.entryId)],
      ),
    );
    for (const row of wanted) expect((await ask(large, row.vector))[0]!.entryId).toBe(row.entryId);
    await growGraph(database().pool, large);
    const { rows } = await inShop(database().pool, large.shopId, (tx) =>
      tx.query('select count(*)::int as n from faq_vectors where not in_graph'),
    );
    expect(rows).toEqual([{ n: 0 }]);
    for (const row of wanted) expect((await ask(large, row.vector))[0]!.entryId).toBe(row.entryId);
  });

  it('a small shop stays out of the graph', async () => {
    await growGraph(database().pool, small);
    const { rows } = await inShop(database().pool, small.shopId, (tx) =>
      tx.query('select count(*)::int as n from faq_vectors where in_graph'),
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});
