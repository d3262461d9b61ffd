// Publishing: all or nothing, revisions reused, shops apart. On the embedded database, as the role of the requests.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content, FaqFile, IntentFile } from '../../src/contract/content.ts';
import { contentHash } from '../../src/curation/canonical.ts';
import {
  currentRelease,
  loadEntries,
  type NewRelease,
  publishRelease,
  tidyReleases,
} from '../../src/curation/publish-release.ts';
import { modelsIdOf, readModels } from '../../src/curation/stored-models.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { AppError } from '../../src/errors.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase({});
  await migrate(database);
}, 60_000);
afterAll(() => database.close());

let shops = 0;
async function newShop(): Promise<string> {
  const { rows } = await database
    .ownerPool()
    .query<{ id: string }>('INSERT INTO shops (slug, name) VALUES ($1, $1) RETURNING id', [`shop-${++shops}`]);
  return rows[0]!.id;
}

function entry(id: string, answer: string, more: Partial<FaqFile> = {}): FaqFile {
  const head = {
    id,
    question: `${id}？`,
    similar: [],
    intents: ['fee'],
    stage: ['presale' as const],
    products: [],
    channels: [],
    risk: 'N' as const,
    source: '政策',
    reviewed: '2026-11-20',
  };
  return { ...head, ...more, answers: { standard: answer } };
}
const intent: IntentFile = {
  name: 'fee',
  label: '运费',
  stage: 'presale',
  risk: 'N',
  slots: [],
  then: 'answer',
  examples: ['运费'],
};
function content(...entries: FaqFile[]): Content {
  const all = { intents: [intent], entries };
  return { ...all, policy: null, hash: contentHash(all) };
}
function release(of: Content, dimensions = 4): NewRelease {
  const vectors = new Map(
    of.entries.map(({ id }) => [
      id,
      ['问法一', '问法二'].map((variant) => ({ variant, vector: new Float32Array(dimensions).fill(0.5) })),
    ]),
  );
  return {
    content: of,
    models: Uint8Array.of(0, 1, 255),
    policy: { answerMin: 0.7 },
    encoders: [{ id: 'learned:1', vectors }],
  };
}
const count = async (shopId: string, table: string) => {
  const { rows } = await shopQuery<{ n: string }>(database.pool, shopId, `SELECT count(*) AS n FROM ${table}`);
  return Number(rows[0]!.n);
};

describe('publishing', () => {
  it('makes the release current, whole and readable', async () => {
    const shop = await newShop();
    expect(await currentRelease(database.pool, shop)).toBeNull();
    const first = content(
      entry('fee-a', '满59元包邮。'),
      entry('fee-b', '可以', {
        products: ['P1001', 'P1002'],
        channels: ['web'],
        valid_from: '2026-11-01',
        valid_until: '2026-12-31',
      }),
    );
    const id = await publishRelease(database.pool, shop, release(first));
    const current = await currentRelease(database.pool, shop);
    expect(current).toEqual({
      id,
      hash: first.hash,
      intents: [intent],
      modelsId: await modelsIdOf(Uint8Array.of(0, 1, 255)),
      policy: { answerMin: 0.7 },
      encoders: ['learned:1'],
      number: 1,
      origin: 'files',
      filesHash: '',
      note: null,
      madeBy: null,
      learned: false,
    });
    expect(await readModels(database.pool, shop, current!.modelsId)).toEqual(Buffer.from([0, 1, 255]));
    const entries = await loadEntries(database.pool, shop, id);
    expect([...entries.keys()]).toEqual(['fee-a', 'fee-b']);
    expect(entries.get('fee-b')!.file).toEqual(first.entries[1]);
    const { rows } = await shopQuery(
      database.pool,
      shop,
      `SELECT entry_id, revision_id, variant, products, channels, valid_from::text, valid_until::text, embedding::text AS embedding
       FROM faq_vectors WHERE entry_id = 'fee-b' AND encoder_id = 'learned:1' ORDER BY variant DESC`,
    );
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({
      entry_id: 'fee-b',
      revision_id: entries.get('fee-b')!.revisionId,
      variant: '问法一',
      products: ['P1001', 'P1002'],
      channels: ['web'],
      valid_from: '2026-11-01',
      valid_until: '2026-12-31',
      embedding: '[0.5,0.5,0.5,0.5]',
    });
    expect(await count(shop, 'faq_vectors')).toBe(4);
  });

  it('reuses the revision of an unchanged entry and makes one for a changed', async () => {
    const shop = await newShop();
    const one = await publishRelease(database.pool, shop, release(content(entry('a', '旧'), entry('b', '同'))));
    const two = await publishRelease(database.pool, shop, release(content(entry('a', '新'), entry('b', '同'))));
    const three = await publishRelease(database.pool, shop, release(content(entry('a', '旧'))));
    const revisions = async (id: string, key: string) =>
      (await loadEntries(database.pool, shop, id)).get(key)?.revisionId;
    expect(await revisions(one, 'b')).toBe(await revisions(two, 'b'));
    expect(await revisions(one, 'a')).not.toBe(await revisions(two, 'a'));
    expect(await revisions(three, 'a')).toBe(await revisions(one, 'a'));
    expect(await count(shop, 'faq_revisions')).toBe(3);
    expect((await loadEntries(database.pool, shop, one)).get('a')!.file.answers.standard).toBe('旧');
  });

  it('keeps ten releases and never drops the current', async () => {
    const shop = await newShop();
    let last = '';
    for (let at = 0; at < 13; at++)
      last = await publishRelease(database.pool, shop, release(content(entry('a', `第${at}版`))));
    expect(await count(shop, 'faq_releases')).toBe(10);
    await tidyReleases(database.pool, shop);
    expect(await count(shop, 'faq_vectors')).toBe(20);
    expect((await currentRelease(database.pool, shop))!.id).toBe(last);
  });

  it('two publications at once both succeed, and the current one is whole', async () => {
    const shop = await newShop();
    const ids = await Promise.all(
      ['甲', '乙', '丙'].map((text) => publishRelease(database.pool, shop, release(content(entry('a', text))))),
    );
    expect(new Set(ids).size).toBe(3);
    const current = await currentRelease(database.pool, shop);
    expect(ids).toContain(current!.id);
    expect((await loadEntries(database.pool, shop, current!.id)).size).toBe(1);
  });
});

describe('a failed publication leaves everything as it was', () => {
  const good = content(entry('a', '好'));
  it.each<[string, (draft: NewRelease) => NewRelease]>([
    [
      'vectors of an unknown entry',
      (draft) => ({
        ...draft,
        encoders: [
          {
            id: 'x',
            vectors: new Map([...draft.encoders[0]!.vectors, ['zzz', [{ variant: 'v', vector: new Float32Array(4) }]]]),
          },
        ],
      }),
    ],
    [
      'vectors of two sizes',
      (draft) => ({
        ...draft,
        encoders: [
          {
            id: 'x',
            vectors: new Map([
              [
                'a',
                [
                  { variant: 'v', vector: new Float32Array(4) },
                  { variant: 'w', vector: new Float32Array(5) },
                ],
              ],
            ]),
          },
        ],
      }),
    ],
    [
      'a vector with a hole',
      (draft) => ({
        ...draft,
        encoders: [{ id: 'x', vectors: new Map([['a', [{ variant: 'v', vector: Float32Array.of(Number.NaN) }]]]) }],
      }),
    ],
    ['an entry without vectors', (draft) => ({ ...draft, encoders: [{ id: 'x', vectors: new Map() }] })],
    ['an encoder twice', (draft) => ({ ...draft, encoders: [draft.encoders[0]!, draft.encoders[0]!] })],
    ['an entry twice', (draft) => ({ ...draft, content: content(entry('a', '一'), entry('a', '二')) })],
    // These reach the database: what is already written in the transaction must go.
    ['a text the database cannot keep', (draft) => ({ ...draft, policy: { note: '\u0000' } })],
    ['a date that is none', () => release(content(entry('a', '好', { valid_from: '2026-02-30' })))],
    ['a vector with more dimensions than the database takes', () => release(good, 16_001)],
  ])('%s', async (_name, spoil) => {
    const shop = await newShop();
    const id = await publishRelease(database.pool, shop, release(good));
    await expect(publishRelease(database.pool, shop, spoil(release(content(entry('a', '坏')))))).rejects.toThrow();
    expect((await currentRelease(database.pool, shop))!.id).toBe(id);
    expect(await count(shop, 'faq_releases')).toBe(1);
    expect(await count(shop, 'faq_revisions')).toBe(1);
    expect(await count(shop, 'faq_vectors')).toBe(2);
  });

  it('a shop that does not exist is said', async () => {
    const error: unknown = await publishRelease(database.pool, '999999', release(good)).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('not_found');
  });
});

describe('shops are apart', () => {
  it('another shop sees and changes nothing', async () => {
    const [mine, other] = [await newShop(), await newShop()];
    const id = await publishRelease(database.pool, mine, release(content(entry('a', '我的'))));
    expect(await currentRelease(database.pool, other)).toBeNull();
    expect(await loadEntries(database.pool, other, id)).toEqual(new Map());
    const touched = await inShop(database.pool, other, async (client) => {
      const { rowCount } = await client.query('UPDATE shops SET current_release_id = NULL WHERE id = $1', [mine]);
      return rowCount;
    });
    expect(touched).toBe(0);
    const theirs = await publishRelease(database.pool, other, release(content(entry('a', '我的'))));
    const revision = async (shop: string, release: string) =>
      (await loadEntries(database.pool, shop, release)).get('a')!.revisionId;
    expect(await revision(other, theirs)).not.toBe(await revision(mine, id));
  });
});

describe('size', () => {
  it('three hundred entries with eight wordings are published in a moment', async () => {
    const shop = await newShop();
    const entries = Array.from({ length: 300 }, (_, at) => entry(`e-${at}`, `第${at}条的回答，说清步骤。`.repeat(4)));
    const vectors = new Map(
      entries.map(({ id }) => [
        id,
        Array.from({ length: 8 }, (_, at) => ({
          variant: `${id} 问法 ${at}`,
          vector: Float32Array.from({ length: 128 }, () => Math.random() - 0.5),
        })),
      ]),
    );
    const before = performance.now();
    await publishRelease(database.pool, shop, {
      ...release(content(...entries)),
      encoders: [{ id: 'learned:1', vectors }],
    });
    const ms = performance.now() - before;
    expect(await count(shop, 'faq_vectors')).toBe(2400);
    expect(ms).toBeLessThan(8000);
  });
});
