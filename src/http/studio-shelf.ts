// What the routes of the studio read before they answer: the catalogue of a shop, and how often each entry was the answer.
import type { FaqFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import { type CatalogueEntry, catalogueOf, standingOf } from '../curation/catalogue.ts';
import { editsOf, latestEdits } from '../curation/edit-store.ts';
import { type LintFinding, lintEntry, wordingsOf } from '../curation/lint.ts';
import { hitsOf } from '../curation/unknown-store.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';

export const publishedIn = (ctx: HttpContext, shopId: ShopId): Map<string, FaqFile> =>
  new Map([...ctx.knowledge(shopId).entries].map(([id, { file }]) => [id, file]));

export const readCatalogue = async (ctx: HttpContext, shopId: ShopId): Promise<CatalogueEntry[]> =>
  catalogueOf(publishedIn(ctx, shopId), await latestEdits(ctx.pool, shopId));

/** @throws AppError `not_found` for an entry of no shop or of another */
export async function readEntry(ctx: HttpContext, shopId: ShopId, id: string) {
  const history = await editsOf(ctx.pool, shopId, id);
  const top = history[0]?.version ?? 0;
  const latest = history.find(({ discarded }) => !discarded);
  const published = ctx.knowledge(shopId).entry(id)?.file ?? null;
  const standing = standingOf(latest === undefined ? undefined : { ...latest, top }, published);
  if (standing === null) throw new AppError('not_found', '没有这条知识');
  // a draft that was thrown away still counts up the versions
  return { standing: { ...standing, version: top }, history };
}

export const intentsOf = (ctx: HttpContext, shopId: ShopId): ReadonlySet<string> =>
  new Set(ctx.knowledge(shopId).intents.map(({ name }) => name));

/** Against everything as it would be published. */
export function lintAgainst(
  ctx: HttpContext,
  shopId: ShopId,
  rows: readonly CatalogueEntry[],
  entries: readonly FaqFile[],
): LintFinding[][] {
  const changed = new Set(entries.map(({ id }) => id));
  const others = rows.filter(({ file, state }) => !changed.has(file.id) && state !== 'retired' && state !== 'retiring');
  const wordings = wordingsOf([...others.map(({ file }) => file), ...entries]);
  const context = { intents: intentsOf(ctx, shopId), wordings };
  return entries.map((entry) => lintEntry(entry, context));
}

const HIT_DAYS = 7;
const KEPT_MS = 30_000;

/** Counting looks through a week of turns; half a minute old is good enough. */
export function createHitCounts(ctx: HttpContext): (shopId: ShopId) => Promise<ReadonlyMap<string, number>> {
  const kept = new Map<ShopId, { until: number; counts: Promise<ReadonlyMap<string, number>> }>();
  return (shopId) => {
    const known = kept.get(shopId);
    if (known !== undefined && known.until > Date.now()) return known.counts;
    const counts = hitsOf(ctx.pool, shopId, HIT_DAYS);
    kept.set(shopId, { until: Date.now() + KEPT_MS, counts });
    counts.catch(() => kept.delete(shopId));
    return counts;
  };
}
