// What an editor sets off: publishing drafts, going back to an old release, trying drafts without publishing. Files published by
// the terminal or at a start are a road of their own and never replace the studio's by themselves.
import type { Knowledge } from '../bot/knowledge.ts';
import type { Content, FaqFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import { contentHash } from '../curation/canonical.ts';
import { applyEdits } from '../curation/catalogue.ts';
import { badContent, compareText } from '../curation/content-problems.ts';
import { latestEdits, markReleased } from '../curation/edit-store.ts';
import { lintEntry, wordingsOf } from '../curation/lint.ts';
import { currentRelease, loadEntries, type Release } from '../curation/publish-release.ts';
import { releaseWith } from '../curation/release-list.ts';
import { currentInSwitch } from '../curation/store.ts';
import { AppError } from '../errors.ts';
import { writeAudit } from '../staff/audit.ts';
import { createDraftKnowledge } from './draft-knowledge.ts';
import { filesHashOf, type PublishDeps, publishContent } from './release.ts';

/** The content of a release as it was published. Its thresholds stay with the shop. */
export async function contentOfRelease(
  deps: Pick<PublishDeps, 'pool'>,
  shopId: ShopId,
  release: Pick<Release, 'id' | 'intents'>,
): Promise<Content> {
  const entries = [...(await loadEntries(deps.pool, shopId, release.id)).values()].map(({ file }) => file);
  return asContent(release.intents, entries);
}

function asContent(intents: Content['intents'], entries: readonly FaqFile[]): Content {
  const content = { intents, entries: [...entries].sort((a, b) => compareText(a.id, b.id)) };
  return { ...content, policy: null, hash: contentHash(content) };
}

/**
 * At a start: the files are published when the current release came from files. What was published from the studio stays, and
 * files that have changed since are told and not merged. Resolves to the content that is current afterwards.
 */
export async function publishFiles(deps: PublishDeps, shopId: ShopId, files: Content): Promise<Content> {
  const current = await currentRelease(deps.pool, shopId);
  if (current === null || current.origin === 'files') {
    await publishContent(deps, shopId, files);
    return files;
  }
  if (current.filesHash !== filesHashOf(files)) deps.onProgress(FILES_CHANGED);
  const content = await contentOfRelease(deps, shopId, current);
  // models of another version of this program are learned anew
  await publishContent(deps, shopId, content, { about: aboutOf(current) });
  return content;
}

const FILES_CHANGED =
  'intents/ 或 faq-corpus/ 里的文件有改动；线上内容是在知识库页面发布的，文件没有自动合并。要以文件为准，请运行 npm run content -- publish';

const aboutOf = ({ origin, filesHash, note, madeBy, learned }: Release) => ({
  origin,
  filesHash,
  note,
  madeBy,
  learned,
});

export interface StudioMoves {
  /** @throws AppError `bad_content` (with what is wrong), `wrong_state` when there is nothing to publish or somebody else just has */
  publish(shopId: ShopId, by: { id: string; note: string | null }): Promise<{ number: number }>;
  rollBack(shopId: ShopId, releaseId: string, by: { id: string }): Promise<{ number: number }>;
  /** The bot with all drafts applied; nothing published is touched. */
  draftKnowledge(shopId: ShopId): Promise<Knowledge>;
  /** The files differ from what the current release takes into account. */
  filesChanged(shopId: ShopId): Promise<boolean>;
  current(shopId: ShopId): Promise<{ id: string; number: number }>;
}

export function createStudioMoves(
  deps: PublishDeps & {
    /** Of the files as they were at the start. */
    filesHash: string;
    /** Loads the new release, and learns from it in the background. */
    onPublished(content: Content): Promise<void>;
  },
): StudioMoves {
  const drafts = createDraftKnowledge(deps);

  async function current(shopId: ShopId): Promise<Release> {
    const release = await currentRelease(deps.pool, shopId);
    if (release === null) throw new AppError('not_ready', '还没有发布过内容');
    return release;
  }

  /** Nobody may have published since `seen` was read: what they changed would be lost. Newly learned models change nothing. */
  async function publish(
    shopId: ShopId,
    seen: Release,
    content: Content,
    about: { origin: 'studio' | 'rollback'; note: string | null; madeBy: string },
    applied: { entryId: string; version: number }[],
  ): Promise<{ number: number }> {
    let number = seen.number;
    const { unchanged } = await publishContent(deps, shopId, content, {
      about: { ...about, filesHash: seen.filesHash },
      async inSwitch(client, release) {
        const now = await currentInSwitch(client, shopId);
        const isOnlyLearned = now?.learned === true && now.hash === seen.hash;
        if (now?.id !== seen.id && !isOnlyLearned)
          throw new AppError('wrong_state', '刚刚有另一次发布，请刷新后再发布');
        number = release.number;
        await markReleased(client, shopId, release.number, applied);
        await writeAudit(client, shopId, {
          by: about.madeBy,
          action: about.origin === 'studio' ? 'release.publish' : 'release.rollback',
          subject: `v${release.number}`,
          before: { release: `v${seen.number}` },
          after: { release: `v${release.number}`, note: about.note, entries: applied.map(({ entryId }) => entryId) },
        });
      },
    });
    if (unchanged) throw new AppError('wrong_state', '内容与线上相同，没有需要发布的改动');
    await deps.onPublished(content);
    return { number };
  }

  return {
    async publish(shopId, { id, note }) {
      const seen = await current(shopId);
      const entries = await loadEntries(deps.pool, shopId, seen.id);
      const published = new Map([...entries].map(([entryId, { file }]) => [entryId, file]));
      const { entries: next, applied } = applyEdits(published, await latestEdits(deps.pool, shopId));
      if (applied.length === 0) throw new AppError('wrong_state', '没有草稿，没有需要发布的改动');
      refuseProblems(next, new Set(applied.map(({ entryId }) => entryId)), seen.intents);
      return publish(shopId, seen, asContent(seen.intents, next), { origin: 'studio', note, madeBy: id }, applied);
    },

    async rollBack(shopId, releaseId, { id }) {
      const seen = await current(shopId);
      const old = await releaseWith(deps.pool, shopId, releaseId);
      if (old === null) throw new AppError('not_found', '没有这个版本，可能已被清理');
      const content = await contentOfRelease(deps, shopId, old);
      const note = `回滚到 v${old.number}`;
      return publish(shopId, seen, content, { origin: 'rollback', note, madeBy: id }, []);
    },

    draftKnowledge: drafts.of,
    current: async (shopId) => {
      const about = await currentRelease(deps.pool, shopId);
      if (about === null) throw new AppError('not_ready', '还没有发布过内容');
      return { id: about.id, number: about.number };
    },
    filesChanged: async (shopId) => {
      const about = await currentRelease(deps.pool, shopId);
      if (about === null) return false;
      const { origin, filesHash } = about;
      return origin !== 'files' && filesHash !== deps.filesHash;
    },
  };
}

/** What was published before stays as it is; what is new must be sound. */
function refuseProblems(entries: readonly FaqFile[], changed: ReadonlySet<string>, intents: Content['intents']): void {
  const context = { intents: new Set(intents.map(({ name }) => name)), wordings: wordingsOf(entries) };
  const problems = entries
    .filter(({ id }) => changed.has(id))
    .flatMap((entry) =>
      lintEntry(entry, context)
        .filter(({ level }) => level !== 'warning')
        .map(({ text, evidence }) => ({
          file: entry.question,
          line: 0,
          text: evidence ? `${text}（${evidence}）` : text,
        })),
    );
  if (problems.length > 0) throw badContent(problems);
}
