// The default shop in memory, published from the content files, for evaluation: no data directory, no network, no side effects.

import { EMPTY_MEMORY } from '../../src/bot/memory.ts';
import { createShelves } from '../../src/bot/shelf.ts';
import { decideWith, type Triage, type TriageRequest, triage } from '../../src/bot/triage.ts';
import { createSampleCommerce, findSampleCustomer, seedSampleShop } from '../../src/commerce/sample/sample-commerce.ts';
import type { Content } from '../../src/contract/content.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createLearned } from '../../src/jobs/learned.ts';
import { createKnowledgeBase, publishContent } from '../../src/jobs/release.ts';
import { loadConfig } from '../../src/settings.ts';
import { ensureDefaultShop, loadShopContent } from '../../src/shop.ts';

export interface EvaluationShop {
  content: Content;
  triage(text: string, history?: TriageRequest['history']): Promise<Triage>;
  /** The same judgement under other thresholds. */
  decideAgain(triage: Triage, thresholds: { answerMin: number; clarifyMin: number; actMin: number }): Triage;
  close(): Promise<void>;
}

/** `folder` of faq-corpus, the setting SHOP. */
export async function openEvaluationShop(folder: string | null = null): Promise<EvaluationShop> {
  const config = loadConfig(folder === null ? [] : ['--shop', folder], {}, '/nonexistent/.env');
  const database = await openDatabase({});
  await migrate(database);
  const shop = await ensureDefaultShop(database, config);
  await seedSampleShop(database.pool, shop.id, config.SHOP);
  const content = await loadShopContent(config);
  const { pool } = database;
  const publishing = { pool, config, learned: createLearned(pool), onProgress: (line: string) => console.error(line) };
  await publishContent(publishing, shop.id, content);
  const base = await createKnowledgeBase({ ...publishing, onError: console.error }, [shop.id]);
  const commerce = createSampleCommerce(database.pool);
  const customerId = await findSampleCustomer(database.pool, shop.id, {});
  const shelves = createShelves(commerce);
  const shelf = await shelves.of(shop.id);
  const deps = { knowledge: base.of(shop.id), commerce, shelves, now: () => new Date() };
  return {
    content,
    triage: (text, history = []) => triage(deps, { shopId: shop.id, text, history, customerId, focusOrderId: null }),
    decideAgain(judged, thresholds) {
      const knowledge = { ...deps.knowledge, policy: { ...deps.knowledge.policy, ...thresholds } };
      const decided = decideWith(knowledge, shelf, judged.judgement, EMPTY_MEMORY, judged.judgement.text);
      return { ...judged, decided, decision: decided.decision.kind };
    },
    async close() {
      base.close();
      await database.close();
    },
  };
}
