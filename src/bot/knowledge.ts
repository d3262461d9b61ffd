// One shop's published release as the bot uses it: models, thresholds, intents and entries, all in memory.
import type { FaqFile, IntentFile } from '../contract/content.ts';
import type { Judgement, Policy } from '../contract/decision.ts';
import type { IntentFacts } from './decide.ts';

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
}

export interface Knowledge {
  releaseId: string;
  policy: Policy;
  understand(text: string, context: UnderstandContext): Promise<Judgement>;
  intent(name: string): IntentFacts | undefined;
  entry(id: string): Entry | undefined;
  entriesOf(intent: string): string[];
}

export function createKnowledge(release: {
  id: string;
  policy: Policy;
  intents: readonly IntentFile[];
  entries: ReadonlyMap<string, Entry>;
  understand: Knowledge['understand'];
}): Knowledge {
  const intents = new Map(
    release.intents.map((i) => [i.name, { name: i.name, label: i.label, stage: i.stage, then: i.then }]),
  );
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
    entriesOf: (name) => byIntent.get(name) ?? [],
  };
}
