// Several processes that start on one database at the same moment: the sample shop is written once by each, and none of them stops.
import { expect, it } from 'vitest';
import { seedSampleHistory } from '../../src/commerce/sample/history/write-history.ts';
import { shopQuery } from '../../src/db/transaction.ts';
import { loadConfig } from '../../src/settings.ts';
import { ensureAccount, ensureDefaultShop, ensureSample, ensureSecret } from '../../src/shop.ts';
import { eachMode } from './modes.ts';

const ROUNDS = 8;
const PROCESSES = 4;

eachMode((database) => {
  it(`${PROCESSES} at a time, ${ROUNDS} times over`, { timeout: 120_000 }, async () => {
    const config = loadConfig([]);
    const now = Date.now();
    const start = async () => {
      const shop = await ensureDefaultShop(database(), config);
      await ensureSecret(database(), config);
      await ensureAccount(database(), shop.id, 'web');
      await ensureSample(database(), shop.id, config, now);
      await seedSampleHistory(database().pool, shop.id, now);
      return shop.id;
    };
    const counts = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const ids = await Promise.all(Array.from({ length: PROCESSES }, start));
      expect(new Set(ids).size).toBe(1);
      const { rows } = await shopQuery<{ all: string }>(
        database().pool,
        ids[0]!,
        `select concat_ws(' ', (select count(*) from sample_orders), (select count(*) from sample_customers), (select count(*) from sample_products),
           (select count(*) from staff), (select count(*) from phrases), (select count(*) from conversations)) as all`,
      );
      counts.add(rows[0]!.all);
    }
    expect([...counts]).toEqual([expect.stringMatching(/^([1-9]\d* ?){6}$/)]);
  });
});
