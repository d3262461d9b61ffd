// One shop's published release as the bot uses it: models, thresholds, intents and entries, all in memory.
import type { FaqFile, IntentFile } from '../contract/content.ts';
import type { Judgement, Policy } from '../contract/decision.ts';
import type { GoodsWords } from '../understanding/goods-words.ts';
import type { DecideInput, IntentFacts } from './decision.ts';

export interface Entry {
  revisionId: string;
  file: FaqFile;
}

export interface UnderstandContext {
  shopId: string;
  channel: string;
  productId?: string;
  /** The shop's day, YYYY-MM-DD, for entries that are valid for a time. */
  today: string;
  /** The words of the shop's catalogue. */
  goods?: GoodsWords;
}

export interface Knowledge {
  releaseId: string;
  policy: Policy;
  understand(text: string, context: UnderstandContext): Promise<Judgement>;
  intent(name: string): IntentFacts | undefined;
  entry(id: string): Entry | undefined;
  /** By id. */
  entries: ReadonlyMap<string, Entry>;
  intents: readonly IntentFile[];
  entriesOf(intent: string): string[];
}

const factsOf = ({ name, label, stage, slots, by_order, asks, facts, ...file }: IntentFile): IntentFacts => ({
  name,
  label,
  stage,
  then: file.then,
  slots,
  ...(by_order === undefined ? {} : { byOrder: by_order }),
  ...(asks === undefined ? {} : { asks }),
  ...(facts === undefined ? {} : { facts }),
});

export function createKnowledge(release: {
  id: string;
  policy: Policy;
  intents: readonly IntentFile[];
  entries: ReadonlyMap<string, Entry>;
  understand: Knowledge['understand'];
}): Knowledge {
  const intents = new Map(release.intents.map((i) => [i.name, factsOf(i)]));
  const byIntent = new Map<string, string[]>();
  for (const [id, entry] of release.entries) {
    // an entry names its main intent first, so main entries come before those that only touch the intent
    entry.file.intents.forEach((name, rank) => {
      const list = byIntent.get(name) ?? [];
      if (rank === 0) list.unshift(id);
      else list.push(id);
      byIntent.set(name, list);
    });
  }
  return {
    releaseId: release.id,
    policy: release.policy,
    understand: release.understand,
    intent: (name) => intents.get(name),
    entry: (id) => release.entries.get(id),
    entries: release.entries,
    intents: release.intents,
    entriesOf: (name) => byIntent.get(name) ?? [],
  };
}

/** What deciding asks of the content. */
export const contentOf = (
  knowledge: Knowledge,
): Pick<DecideInput, 'intent' | 'hasEntry' | 'entriesOf' | 'intentOf' | 'productsOf'> => ({
  intent: knowledge.intent,
  hasEntry: (id) => knowledge.entry(id) !== undefined,
  entriesOf: knowledge.entriesOf,
  intentOf: (id) => knowledge.entry(id)?.file.intents[0],
  productsOf: (id) => knowledge.entry(id)?.file.products ?? [],
});
