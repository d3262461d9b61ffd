// What the routes of the studio read before they answer: the catalogue of a shop, one entry of it, and what speaks against some.
import type { FaqFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import { type CatalogueEntry, catalogueOf, standingOf } from '../curation/catalogue.ts';
import { editsOf, latestEdits } from '../curation/edit-store.ts';
import { type LintFinding, lintEntry, wordingsOf } from '../curation/lint.ts';
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

/** What looks through weeks of turns is asked for once in a while, however many editors look. */
export function keptFor<T>(ms: number, load: (shopId: ShopId) => Promise<T>): (shopId: ShopId) => Promise<T> {
  const kept = new Map<ShopId, { until: number; value: Promise<T> }>();
  return (shopId) => {
    const known = kept.get(shopId);
    if (known !== undefined && known.until > Date.now()) return known.value;
    const value = load(shopId);
    kept.set(shopId, { until: Date.now() + ms, value });
    value.catch(() => kept.delete(shopId));
    return value;
  };
}
