// The bot as it would be with all drafts published: the current models over the entries with the drafts applied, all in memory.
import { createKnowledge, type Knowledge } from '../bot/knowledge.ts';
import type { FaqFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Policy } from '../contract/decision.ts';
import { contentHash } from '../curation/canonical.ts';
import { applyEdits } from '../curation/catalogue.ts';
import { latestEdits } from '../curation/edit-store.ts';
import { currentRelease, loadEntries, type Release } from '../curation/publish-release.ts';
import type { Pool } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { encode } from '../understanding/encoder.ts';
import { questionsOf, releaseOf } from '../understanding/learn-from.ts';
import { dot } from '../understanding/matrix.ts';
import { type DenseSearch, indexSteps, isInScope, type ReleaseEntry } from '../understanding/retriever.ts';
import { runInSlices, type Steps } from '../understanding/slices.ts';
import { createUnderstanding } from '../understanding/understand.ts';
import type { Learned } from './learned.ts';

interface Made {
  of: string;
  knowledge: Knowledge;
}

/** Made when it is asked for and kept until a draft or the release changes; one a shop. */
export function createDraftKnowledge(deps: { pool: Pool; learned: Learned }): {
  of(shopId: ShopId): Promise<Knowledge>;
} {
  const made = new Map<ShopId, Made>();
  /** Wordings stay the same from draft to draft; the encoder is the same as long as the models are. */
  const vectors = new Map<string, { encoder: string; byText: Map<string, Float32Array> }>();

  type Edits = Awaited<ReturnType<typeof latestEdits>>;
  async function make(shopId: ShopId, key: string, release: Release, edits: Edits): Promise<Made> {
    const published = await loadEntries(deps.pool, shopId, release.id);
    const files = new Map([...published].map(([id, { file }]) => [id, file]));
    const { entries } = applyEdits(files, edits);
    const models = await deps.learned.of(shopId, release.modelsId);
    const kept = vectors.get(shopId);
    const byText = kept?.encoder === models.encoder.id ? kept.byText : new Map<string, Float32Array>();
    vectors.set(shopId, { encoder: models.encoder.id, byText });
    const toVector = (text: string): Float32Array => {
      const known = byText.get(text) ?? encode(models.encoder, text);
      byText.set(text, known);
      return known;
    };
    const revisionOf = (id: string) => published.get(id)?.revisionId ?? 'draft';
    const searched = releaseOf({ entries }, `draft of ${release.id}`, revisionOf);
    const emotions = new Map(release.intents.map((intent) => [intent.name, intent.emotion]));
    const understanding = createUnderstanding({
      models,
      index: await runInSlices(indexSteps(searched, toVector)),
      denseSearch: await searchIn(searched.entries, entries, toVector),
      emotionOf: (name) => emotions.get(name),
    });
    const knowledge = createKnowledge({
      id: searched.id,
      policy: release.policy as Policy,
      intents: release.intents,
      entries: new Map(entries.map((file) => [file.id, { file, revisionId: revisionOf(file.id) }])),
      understand: understanding.understand,
    });
    return { of: key, knowledge };
  }

  return {
    async of(shopId) {
      const [release, edits] = await Promise.all([currentRelease(deps.pool, shopId), latestEdits(deps.pool, shopId)]);
      if (release === null) throw new AppError('not_ready', '还没有发布过内容');
      const open = [...edits.values()].filter((edit) => edit.releasedIn === null);
      const key = contentHash([release.hash, open.map(({ entryId, version }) => [entryId, version])]);
      const there = made.get(shopId);
      if (there?.of === key) return there.knowledge;
      const fresh = await make(shopId, key, release, edits);
      made.set(shopId, fresh);
      return fresh.knowledge;
    },
  };
}

/** Vectors have length one, so the product is the cosine. Looks at every wording: a shop's few thousand take a millisecond or two, and nobody but an editor asks. */
async function searchIn(
  entries: readonly ReleaseEntry[],
  files: readonly FaqFile[],
  toVector: (text: string) => Float32Array,
): Promise<DenseSearch> {
  const rows = await runInSlices(embedSteps(entries, files, toVector));
  return async (query) => {
    const hits = rows
      .filter(({ entry }) => isInScope(entry, query))
      .map(({ entry, variant, vector }) => ({
        entryId: entry.entryId,
        variant,
        similarity: dot(vector, query.vector),
      }));
    return hits.sort((a, b) => b.similarity - a.similarity).slice(0, query.limit);
  };
}

interface Wording {
  entry: ReleaseEntry;
  variant: string;
  vector: Float32Array;
}

function* embedSteps(
  entries: readonly ReleaseEntry[],
  files: readonly FaqFile[],
  toVector: (text: string) => Float32Array,
): Steps<Wording[]> {
  const rows: Wording[] = [];
  for (const [i, entry] of entries.entries()) {
    yield;
    for (const variant of questionsOf(files[i]!)) {
      const vector = toVector(variant);
      if (vector.some((x) => x !== 0)) rows.push({ entry, variant, vector });
    }
  }
  return rows;
}
