// Publishing while shoppers ask: every question is answered by the old release or by the new one, whole, and none is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curated } from '../../src/bot/compose.ts';
import type { Knowledge } from '../../src/bot/knowledge.ts';
import type { Content } from '../../src/contract/content.ts';
import { contentHash } from '../../src/curation/canonical.ts';
import { currentRelease, publishRelease, type Release, tidyReleases } from '../../src/curation/publish-release.ts';
import { readModels } from '../../src/curation/stored-models.ts';
import { shopQuery } from '../../src/db/transaction.ts';
import { createLearned } from '../../src/jobs/learned.ts';
import { createKnowledgeBase, draftRelease, publishContent } from '../../src/jobs/release.ts';
import { loadConfig } from '../../src/settings.ts';
import { loadShopContent } from '../../src/shop.ts';
import { encoderOf } from '../../src/understanding/encoder.ts';
import { changedShare, deserialize, serialize } from '../../src/understanding/models.ts';
import { type RunningServer, startServer } from './server.ts';

const config = loadConfig([], {}, '/nonexistent/.env');
const QUESTIONS = 1_000;
const MARK = '（第二版）';

let server: RunningServer;
let content: Content;
beforeAll(async () => {
  server = await startServer();
  content = await loadShopContent(config);
}, 300_000);
afterAll(() => server?.close());

const deps = () => {
  const { pool } = server.database;
  return { pool, config, learned: createLearned(pool), onProgress: () => {}, onError: console.error };
};
const modelsOf = ({ modelsId }: Release) => readModels(server.database.pool, server.shopId, modelsId);
const contextOf = () => ({ shopId: server.shopId, channel: 'web', today: '2026-11-27' });

/** The same shop with another wording of every answer, or of some. */
function reworded(base: Content, mark = MARK, which: (i: number) => boolean = () => true): Content {
  const entries = base.entries.map((entry, i) =>
    which(i) ? { ...entry, answers: { ...entry.answers, standard: entry.answers.standard + mark } } : entry,
  );
  return { ...base, entries, hash: contentHash({ intents: base.intents, entries }) };
}

/** Models that agree with the old ones in nothing that is searched: all vectors point the other way. */
function turnedModels(bytes: Uint8Array): Uint8Array {
  const models = deserialize(bytes);
  const tables = models.encoder.tables.map((table) => ({ ...table, data: table.data.map((x: number) => -x) }));
  const policy = { ...models.policy, version: 'turned' };
  return serialize({
    ...models,
    policy,
    encoder: encoderOf(models.encoder.vectoriser, tables as typeof models.encoder.tables),
  });
}

describe('a publication in the middle of 1,000 questions', () => {
  it('is never half seen', { timeout: 240_000 }, async () => {
    const { pool } = server.database;
    const before = (await currentRelease(pool, server.shopId))!;
    const base = await createKnowledgeBase(deps(), [server.shopId]);
    const draft = await draftRelease(
      deps(),
      reworded({ ...content, policy: null }),
      turnedModels(await modelsOf(before)),
    );
    const texts = content.entries.flatMap((entry) => entry.similar.slice(0, 2));
    const seen = new Map<string, number>();
    const wrong: string[] = [];
    let asked = 0;
    let publishedId = '';

    const ask = async (text: string): Promise<void> => {
      asked++;
      const knowledge: Knowledge = base.of(server.shopId); // once per turn
      const judgement = await knowledge.understand(text, contextOf());
      const isNew = judgement.releaseId !== before.id;
      seen.set(judgement.releaseId, (seen.get(judgement.releaseId) ?? 0) + 1);
      const complain = (what: string) => wrong.push(`${text}: ${what} (release ${judgement.releaseId})`);
      if (judgement.releaseId !== knowledge.releaseId) complain('judged by another release');
      if (judgement.degraded.length > 0) complain(`degraded ${judgement.degraded.join()}`);
      if ((knowledge.policy.version === 'turned') !== isNew) complain('thresholds of the other release');
      const top = judgement.faqs[0];
      // the question is a wording of the release: by the right encoder it is there, by the other one it points away from all
      const nearest = Math.max(...judgement.faqs.map((hit) => hit.dense));
      if (!(nearest > 0.5)) complain(`nearest question ${nearest}`);
      for (const hit of judgement.faqs) {
        const entry = knowledge.entry(hit.entryId);
        if (entry?.revisionId !== hit.revisionId) complain(`revision of ${hit.entryId}`);
        if (entry && entry.file.answers.standard.endsWith(MARK) !== isNew) complain(`answer of ${hit.entryId}`);
      }
      const answer = curated(knowledge.entry(top!.entryId)!, 'standard');
      if (answer.includes(MARK) !== isNew) complain('worded by the other release');
    };

    let isPublished = false;
    const publishing = (async () => {
      publishedId = await publishRelease(pool, server.shopId, draft);
      await base.refresh();
      isPublished = true;
    })();
    let afterwards = 0;
    const shopper = async (offset: number): Promise<void> => {
      for (let i = offset; asked < QUESTIONS || !isPublished || afterwards < 100; i += 4) {
        if (isPublished) afterwards++;
        await ask(texts[i % texts.length]!);
      }
    };
    await Promise.all([publishing, ...[0, 1, 2, 3].map(shopper)]);
    base.close();
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(QUESTIONS);
    expect([...seen.keys()].sort()).toEqual([before.id, publishedId].sort());
    expect(seen.get(before.id)).toBeGreaterThan(20);
    expect(seen.get(publishedId)).toBeGreaterThan(20);
    expect([...seen.values()].reduce((a, b) => a + b, 0)).toBe(asked);
  });
});

describe('little changed', () => {
  it('publishes at once with the models at hand, and writes the vectors of what is new only', {
    timeout: 120_000,
  }, async () => {
    await publishContent(deps(), server.shopId, content);
    const { pool } = server.database;
    await tidyReleases(pool, server.shopId);
    const current = (await currentRelease(pool, server.shopId))!;
    const countVectors = async () => {
      const { rows } = await shopQuery<{ n: number }>(
        pool,
        server.shopId,
        'select count(*)::int as n from faq_vectors',
      );
      return rows[0]!.n;
    };
    const rowsBefore = await countVectors();
    const changed = reworded(content, '（第三版）', (i) => i === 0);
    const { releaseId, unchanged } = await publishContent(deps(), server.shopId, changed);
    const next = (await currentRelease(pool, server.shopId))!;
    expect({ unchanged, id: next.id, hash: next.hash }).toEqual({
      unchanged: false,
      id: releaseId,
      hash: changed.hash,
    });
    expect(next.encoders).toEqual(current.encoders);
    expect(next.modelsId).toBe(current.modelsId);
    expect(await countVectors()).toBe(rowsBefore + 1 + content.entries[0]!.similar.length);
    // publishing the same again changes nothing
    expect(await publishContent(deps(), server.shopId, changed)).toEqual({ releaseId, unchanged: true });
  });

  it('is told from much: texts, and intents at all', async () => {
    const models = deserialize(await modelsOf((await currentRelease(server.database.pool, server.shopId))!));
    const share = (part: Partial<Content>) => changedShare(models, { ...content, ...part });
    expect(share({})).toBe(0);
    expect(share({ intents: content.intents.slice(1) })).toBe(1);
    const tenth = content.entries.filter((_, i) => i % 10 > 0);
    expect(share({ entries: tenth })).toBeGreaterThan(0.02);
    expect(share({ entries: tenth })).toBeLessThan(0.1);
    expect(share({ entries: content.entries.slice(0, content.entries.length / 2) })).toBeGreaterThan(0.1);
  });
});
