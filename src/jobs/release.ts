// From content files to a release the bot answers from: train once per content, embed, publish, keep the current one in memory.

import { createHash } from 'node:crypto';
import { createKnowledge, type Knowledge } from '../bot/knowledge.ts';
import type { Config } from '../config.ts';
import type { Content, PolicyFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Policy } from '../contract/decision.ts';
import { latestRevision, withRevision } from '../curation/policy-revisions.ts';
import {
  currentRelease,
  type EncodedEntries,
  loadEntries,
  type NewRelease,
  publishRelease,
  type Release,
  type ReleaseAbout,
  tidyReleases,
} from '../curation/publish-release.ts';
import { currentInSwitch } from '../curation/store.ts';
import { readModels } from '../curation/stored-models.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { createLearnedEmbedder, type Embedder } from '../providers/embedder.ts';
import { encode } from '../understanding/encoder.ts';
import { questionsOf, releaseOf } from '../understanding/learn-from.ts';
import { changedShare, loadModels, type Models } from '../understanding/models.ts';
import { indexSteps } from '../understanding/retriever.ts';
import { runInSlices } from '../understanding/slices.ts';
import { createDenseSearch, growGraph } from '../understanding/store.ts';
import { createUnderstanding } from '../understanding/understand.ts';
import type { Learned } from './learned.ts';
import { cachedModels } from './model-cache.ts';

export interface PublishDeps {
  pool: Pool;
  config: Config;
  learned: Learned;
  onProgress(line: string): void;
  /** Ends learning and what follows a publication. */
  signal?: AbortSignal;
}

const hasExternal = (config: Config): boolean => config.EMBEDDING_BASE_URL !== '';

/** The embedder of the settings; null when the learned one does it alone. */
async function externalEmbedder(config: Config): Promise<Embedder | null> {
  if (!hasExternal(config)) return null;
  const { createOpenAiEmbedder } = await import('../providers/openai-embedder.ts'); // the SDK costs memory and time: only who asks pays
  return createOpenAiEmbedder({
    baseUrl: config.EMBEDDING_BASE_URL,
    apiKey: config.EMBEDDING_API_KEY,
    model: config.EMBEDDING_MODEL,
    ...(config.EMBEDDING_DIMENSIONS > 0 ? { dimensions: config.EMBEDDING_DIMENSIONS } : {}),
  });
}

const learnedEmbedder = (models: Models): Embedder =>
  createLearnedEmbedder({
    id: models.encoder.id,
    dimensions: encode(models.encoder, '一').length,
    encode: (text) => encode(models.encoder, text),
  });

/** One vector per wording; wordings without any known n-gram have no direction and are left to the lexical index. */
async function embedEntries(embedder: Embedder, content: Content): Promise<EncodedEntries> {
  const wordings = content.entries.flatMap((e) => questionsOf(e).map((variant) => ({ entryId: e.id, variant })));
  const vectors = await embedder.embedDocuments(wordings.map((w) => w.variant));
  const byEntry = new Map<string, { variant: string; vector: Float32Array }[]>();
  wordings.forEach(({ entryId, variant }, i) => {
    const vector = Float32Array.from(vectors[i]!);
    const list = byEntry.get(entryId) ?? [];
    if (vector.some((x) => x !== 0)) list.push({ variant, vector });
    byEntry.set(entryId, list);
  });
  return { id: embedder.id, vectors: byEntry };
}

/** The endpoint's vectors when it can be had; the learned ones always exist, so that publishing never waits for it. */
async function encodeAll(
  deps: Pick<PublishDeps, 'config' | 'onProgress'>,
  models: Models,
  content: Content,
): Promise<EncodedEntries[]> {
  const encoders = [await embedEntries(learnedEmbedder(models), content)];
  const external = await externalEmbedder(deps.config);
  if (external === null) return encoders;
  try {
    encoders.push(await embedEntries(external, content));
  } catch (error) {
    deps.onProgress(`向量接口暂时不可用（${(error as Error).message}），先用自己学出的编码器发布`);
  }
  return encoders;
}

/** The thresholds of the shop's own file, else those found while training. */
function policyOf(models: Models, content: Content): Policy {
  const file = content.policy;
  if (file === null) return models.policy;
  const { wrong_at_most, answer_min, clarify_min, act_min, evaluation } = file;
  const numbers = { wrongAtMost: wrong_at_most, answerMin: answer_min, clarifyMin: clarify_min, actMin: act_min };
  return { version: versionOf(file), ...numbers, evaluation };
}

const versionOf = (file: PolicyFile): string =>
  createHash('sha256').update(JSON.stringify(file)).digest('hex').slice(0, 12);

/** Without a file of its own, a shop keeps the thresholds its release was published with. */
const isCurrentPolicy = (release: Release, content: Content): boolean =>
  content.policy === null || release.policy.version === versionOf(content.policy);

/** Up to this share of changed texts the models of the current release go on serving until new ones are learned. */
const CHANGED_AT_MOST = 0.1;

/** The models the shop answers with; null before the first publication, and when they are damaged or of another format. */
async function modelsOf({ learned }: PublishDeps, shopId: ShopId, current: Release | null): Promise<Models | null> {
  if (current === null) return null;
  try {
    return await learned.of(shopId, current.modelsId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_content') return null;
    throw error;
  }
}

/** The release these models make of the content, whatever they were learned from. */
export async function draftRelease(
  deps: Pick<PublishDeps, 'config' | 'onProgress'>,
  content: Content,
  models: Uint8Array,
): Promise<NewRelease> {
  const learned = await loadModels(models);
  return { content, models, policy: policyOf(learned, content), encoders: await encodeAll(deps, learned, content) };
}

/** Thresholds that were chosen and not found while training stay, also where the content comes without a file of them. */
function chosenPolicy(current: Release | null, models: Models | null, content: Content): { policy?: object } {
  if (current === null || content.policy !== null) return {};
  return current.policy.version === models?.policy.version ? {} : { policy: current.policy };
}

/** The state of the content files: what they say, and the thresholds beside them. */
export const filesHashOf = (content: Content): string =>
  content.policy === null ? content.hash : `${content.hash}:${versionOf(content.policy)}`;

/** Who publishes, and what belongs into the transaction that makes the release the current one. */
export interface Publication {
  about?: Partial<ReleaseAbout>;
  inSwitch?(client: PoolClient, release: { id: string; number: number }): Promise<void>;
}

/**
 * Publishes content unless the current release already is this content. Little changed: at once, with the current models, and
 * `settle` learns new ones later. Much changed, or the first time: learns first. Whatever fails, the current release stays.
 * @throws AppError `bad_content` from the loader; anything of training or of the database
 */
export async function publishContent(
  deps: PublishDeps,
  shopId: ShopId,
  content: Content,
  { about = { filesHash: filesHashOf(content) }, inSwitch }: Publication = {},
): Promise<{ releaseId: string; unchanged: boolean }> {
  const current = await currentRelease(deps.pool, shopId);
  const models = await modelsOf(deps, shopId, current);
  const fits = models !== null && changedShare(models, content) <= CHANGED_AT_MOST;
  const encodersWanted = hasExternal(deps.config) ? 2 : 1;
  const isSame = current?.hash === content.hash && isCurrentPolicy(current, content) && fits;
  if (isSame && current.encoders.length >= encodersWanted) return { releaseId: current.id, unchanged: true };
  const bytes = fits
    ? await readModels(deps.pool, shopId, current!.modelsId)
    : await cachedModels(content, deps.onProgress, deps.signal);
  const draft = { ...(await draftRelease(deps, content, bytes)), ...chosenPolicy(current, models, content), about };
  if (isSame && draft.encoders.length <= current.encoders.length) return { releaseId: current.id, unchanged: true };
  return { releaseId: await publishRelease(deps.pool, shopId, draft, undefined, inSwitch), unchanged: false };
}

/**
 * What follows a publication and may take its time: old vectors go, the search graph of a large shop grows, and models older
 * than the content are replaced by newly learned ones. Resolves to true when it has published.
 */
export async function settle(deps: PublishDeps, shopId: ShopId, content: Content): Promise<boolean> {
  await tidyReleases(deps.pool, shopId);
  const current = await currentRelease(deps.pool, shopId);
  if (current === null) return false;
  const grow = async (releaseId: string, encoderIds: readonly string[]) => {
    for (const encoderId of encoderIds)
      await growGraph(deps.pool, { shopId, releaseId, encoderId }, { signal: deps.signal });
  };
  await grow(current.id, current.encoders);
  const stale = await modelsOf(deps, shopId, current);
  if (current.hash !== content.hash || stale?.releaseHash === content.hash) return false;
  const bytes = await cachedModels(content, deps.onProgress, deps.signal);
  const { origin, filesHash, note, madeBy } = current;
  const draft = {
    ...(await draftRelease(deps, content, bytes)),
    ...chosenPolicy(current, stale, content),
    about: { origin, filesHash, note, madeBy, learned: true },
  };
  let isLate = false;
  // nobody waits for this release, so its graph is whole before it answers; by then a newer one may be there
  const growAll = (releaseId: string) =>
    grow(
      releaseId,
      draft.encoders.map(({ id }) => id),
    );
  try {
    await publishRelease(deps.pool, shopId, draft, growAll, async (client) => {
      isLate = (await currentInSwitch(client, shopId))?.hash !== content.hash;
      if (isLate) throw new Error('newer content was published while this was learned');
    });
  } catch (error) {
    if (isLate) return false;
    throw error;
  }
  await tidyReleases(deps.pool, shopId);
  return true;
}

export interface KnowledgeBase {
  has(shopId: ShopId): boolean;
  /** @throws AppError `not_ready` before the first publication. */
  of(shopId: ShopId): Knowledge;
  /** Loads what has been published since, here or by another process. */
  refresh(): Promise<void>;
  close(): void;
}

const LOOK_EVERY_MS = 10_000;

async function loadKnowledge(
  deps: { pool: Pool; config: Config; learned: Learned },
  shopId: ShopId,
  release: Release,
): Promise<Knowledge> {
  const entries = await loadEntries(deps.pool, shopId, release.id);
  const models = await deps.learned.of(shopId, release.modelsId);
  const external = await externalEmbedder(deps.config);
  const content = { entries: [...entries.values()].map((e) => e.file) };
  // the endpoint's id may only be known after its first answer; an embedder whose vectors were never stored is not asked
  const usable = external !== null && release.encoders.some((id) => id !== models.encoder.id);
  const searched = releaseOf(content, release.id, (id) => entries.get(id)!.revisionId);
  const emotions = new Map(release.intents.map((intent) => [intent.name, intent.emotion]));
  const understanding = createUnderstanding({
    models,
    index: await runInSlices(indexSteps(searched, (text) => encode(models.encoder, text))),
    denseSearch: createDenseSearch(deps.pool),
    emotionOf: (name) => emotions.get(name),
    ...(usable && external
      ? {
          embedder: {
            encoderId: release.encoders.find((id) => id !== models.encoder.id)!,
            embedQuery: async (text: string) => Float32Array.from(await external.embedQuery(text)),
          },
        }
      : {}),
  });
  return createKnowledge({
    id: release.id,
    policy: release.policy as Policy,
    intents: release.intents,
    entries,
    understand: understanding.understand,
  });
}

export async function createKnowledgeBase(
  deps: { pool: Pool; config: Config; learned: Learned; onError(error: unknown, where: string): void },
  shops: readonly ShopId[],
): Promise<KnowledgeBase> {
  const loaded = new Map<ShopId, Knowledge>();
  /** As the release has it, and the revision of its policy that lies over it. */
  const published = new Map<ShopId, { policy: Policy; revision: string | null }>();
  async function load(): Promise<void> {
    for (const shopId of shops) {
      const { rows } = await shopQuery<{ id: string | null }>(
        deps.pool,
        shopId,
        'select current_release_id::text as id from shops where id = $1',
        [shopId],
      );
      const revision = await latestRevision(deps.pool, shopId);
      const known = loaded.get(shopId);
      const under = published.get(shopId);
      if (rows[0]?.id && known && under && rows[0].id === known.releaseId) {
        if (under.revision === (revision?.id ?? null)) continue;
        published.set(shopId, { ...under, revision: revision?.id ?? null });
        loaded.set(shopId, { ...known, policy: withRevision(under.policy, revision) });
        continue;
      }
      const release = await currentRelease(deps.pool, shopId);
      if (!release) continue;
      const knowledge = await loadKnowledge(deps, shopId, release);
      published.set(shopId, { policy: knowledge.policy, revision: revision?.id ?? null });
      loaded.set(shopId, { ...knowledge, policy: withRevision(knowledge.policy, revision) });
    }
  }
  // one after the other: two at once would load the same release twice
  let last: Promise<void> = Promise.resolve();
  const refresh = (): Promise<void> => {
    last = last.then(load, load);
    return last;
  };
  await refresh();
  const timer = setInterval(() => void refresh().catch((e: unknown) => deps.onError(e, 'knowledge')), LOOK_EVERY_MS);
  timer.unref();
  return {
    has: (shopId) => loaded.has(shopId),
    of(shopId) {
      const knowledge = loaded.get(shopId);
      if (!knowledge) throw new AppError('not_ready', '还没有发布过内容：请运行 npm run content -- publish');
      return knowledge;
    },
    refresh,
    close: () => clearInterval(timer),
  };
}
