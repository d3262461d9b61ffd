// A start asks for the shop's models four times; they are megabytes, and are read and unpacked once.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentRelease } from '../../src/curation/publish-release.ts';
import { modelsIdOf, readModels, storeModels } from '../../src/curation/stored-models.ts';
import type { KeptFiles } from '../../src/jobs/kept-files.ts';
import { createLearned } from '../../src/jobs/learned.ts';
import { createKnowledgeBase, settle } from '../../src/jobs/release.ts';
import { publishFiles } from '../../src/jobs/studio-moves.ts';
import { loadConfig } from '../../src/settings.ts';
import { loadShopContent } from '../../src/shop.ts';
import { type RunningServer, startServer } from '../journeys/server.ts';

const config = loadConfig([], {}, '/nonexistent/.env');
let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
}, 300_000);
afterAll(() => server?.close());

/** The same pool, and how many pieces of models were asked of it. */
function counted() {
  const { pool } = server.database;
  let parts = 0;
  const watched = new Proxy(pool, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'connect') return value.bind(target);
      return async () => {
        const client = await pool.connect();
        const { query } = client;
        client.query = ((...args: unknown[]) => {
          if (JSON.stringify(args[0]).includes('faq_models')) parts += 1;
          return Reflect.apply(query, client, args);
        }) as typeof query;
        const { release } = client;
        client.release = (...args) => {
          Object.assign(client, { query, release });
          return Reflect.apply(release, client, args);
        };
        return client;
      };
    },
  });
  return { pool: watched, parts: () => parts };
}

const kept = (): KeptFiles => {
  const files = new Map<string, Buffer>();
  return {
    read: async (key) => files.get(key) ?? null,
    write: async (key, bytes) => void files.set(key, Buffer.from(bytes)),
  };
};

it('of an unchanged shop, through all that a start does with them; the next start has them beside it', {
  timeout: 120_000,
}, async () => {
  const { shopId } = server;
  const plain = counted();
  const current = (await currentRelease(plain.pool, shopId))!;
  expect(plain.parts()).toBe(0);
  await readModels(plain.pool, shopId, current.modelsId);
  const once = plain.parts();
  expect(once).toBeGreaterThan(10);

  const files = kept();
  const start = async (): Promise<number> => {
    const { pool, parts } = counted();
    const deps = { pool, config, learned: createLearned(pool, files), onProgress: () => {}, onError: console.error };
    const content = await publishFiles(deps, shopId, await loadShopContent(config));
    const base = await createKnowledgeBase(deps, [shopId]);
    expect(await settle(deps, shopId, content)).toBe(false);
    base.close();
    return parts();
  };
  const sweep = 1; // what `tidyReleases` deletes is no reading
  expect(await start()).toBe(once + sweep);
  expect(await start()).toBe(sweep);
  await files.write(current.modelsId, Buffer.from('something else'));
  expect(await start()).toBe(once + sweep);
  expect(await start()).toBe(sweep);
});

it('that could not be read are asked for again', { timeout: 60_000 }, async () => {
  const { pool } = server.database;
  const learned = createLearned(pool, kept());
  const { modelsId } = (await currentRelease(pool, server.shopId))!;
  const bytes = await readModels(pool, server.shopId, modelsId);
  const { rows } = await server.database
    .ownerPool()
    .query<{ id: string }>(`insert into shops (slug, name) values ('learned', '另一家') returning id::text`);
  const other = rows[0]!.id;
  await expect(learned.of(other, modelsId)).rejects.toMatchObject({ code: 'bad_content' });
  await storeModels(pool, other, await modelsIdOf(bytes), bytes);
  const models = await learned.of(other, modelsId);
  expect(await learned.of(other, modelsId)).toBe(models);
});
