// What an editor sees: the published entries with the drafts over them. Pure.
import type { FaqFile } from '../contract/content.ts';
import { contentHash } from './canonical.ts';
import { compareText } from './content-problems.ts';
import type { LatestEdit } from './edit-store.ts';

/** `live`: as published · `new`, `changed`, `retiring`: a draft that is not out yet · `retired`: taken out by an editor. */
export type EntryState = 'live' | 'new' | 'changed' | 'retiring' | 'retired';

export interface CatalogueEntry {
  file: FaqFile;
  /** What shoppers get now; null when it is not published. */
  published: FaqFile | null;
  state: EntryState;
  /** To be named by the next save. */
  version: number;
  updatedBy: string | null;
  updatedAt: string | null;
}

const isSame = (a: FaqFile, b: FaqFile): boolean => a === b || contentHash(a) === contentHash(b);

/** A draft that says what is published anyway is none. */
function stateOf(edit: LatestEdit | undefined, published: FaqFile | null): EntryState | null {
  if (edit === undefined || edit.releasedIn !== null) {
    if (published !== null) return 'live';
    return edit?.retired ? 'retired' : null;
  }
  if (edit.retired) return published === null ? 'retired' : 'retiring';
  if (published === null) return 'new';
  return isSame(edit.file, published) ? 'live' : 'changed';
}

export function standingOf(edit: LatestEdit | undefined, published: FaqFile | null): CatalogueEntry | null {
  const state = stateOf(edit, published);
  const isOpen = edit !== undefined && edit.releasedIn === null;
  const file = (isOpen || published === null ? edit?.file : published) ?? null;
  if (state === null || file === null) return null;
  return {
    file,
    published,
    state,
    version: edit?.top ?? 0,
    updatedBy: edit?.editor ?? null,
    updatedAt: edit?.at ?? null,
  };
}

/** Sorted by id. */
export function catalogueOf(
  published: ReadonlyMap<string, FaqFile>,
  edits: ReadonlyMap<string, LatestEdit>,
): CatalogueEntry[] {
  const ids = [...new Set([...published.keys(), ...edits.keys()])].sort(compareText);
  return ids.flatMap((id) => standingOf(edits.get(id), published.get(id) ?? null) ?? []);
}

/** The entries as they would be published now, and which saves that takes in. */
export function applyEdits(
  published: ReadonlyMap<string, FaqFile>,
  edits: ReadonlyMap<string, LatestEdit>,
): { entries: FaqFile[]; applied: { entryId: string; version: number }[] } {
  const rows = catalogueOf(published, edits);
  const entries = rows.filter(({ state }) => state !== 'retired' && state !== 'retiring').map(({ file }) => file);
  const applied = [...edits.values()]
    .filter((edit) => edit.releasedIn === null)
    .map(({ entryId, version }) => ({ entryId, version }));
  return { entries, applied };
}

export interface CatalogueFilter {
  q?: string | undefined;
  stage?: string | undefined;
  intent?: string | undefined;
  scope?: 'general' | 'own' | undefined;
  channel?: string | undefined;
  state?: EntryState | 'draft' | undefined;
  validity?: 'limited' | 'expired' | 'soon' | undefined;
}

const SOON_DAYS = 7;
const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

const textOf = ({ id, question, similar, answers }: FaqFile): string =>
  plain([id, question, ...similar, ...Object.values(answers)].join('\n'));

function isInState(state: EntryState, wanted: CatalogueFilter['state']): boolean {
  if (wanted === undefined) return true;
  return wanted === 'draft' ? state === 'new' || state === 'changed' || state === 'retiring' : state === wanted;
}

function hasValidity(
  { valid_from, valid_until }: FaqFile,
  wanted: CatalogueFilter['validity'],
  today: string,
): boolean {
  if (wanted === undefined) return true;
  if (wanted === 'limited') return valid_from !== undefined || valid_until !== undefined;
  if (valid_until === undefined) return false;
  if (wanted === 'expired') return valid_until < today;
  const last = new Date(`${today}T00:00:00Z`);
  last.setUTCDate(last.getUTCDate() + SOON_DAYS);
  return valid_until >= today && valid_until <= last.toISOString().slice(0, 10);
}

/** `general` are the ids that all shops share; `stageOf` names the stage of an intent; `today` is the shop's day. */
export function filterCatalogue(
  rows: readonly CatalogueEntry[],
  filter: CatalogueFilter,
  about: { general: ReadonlySet<string>; stageOf(intent: string): string | undefined; today: string },
): CatalogueEntry[] {
  const words = plain(filter.q ?? '')
    .split(/\s+/)
    .filter(Boolean);
  return rows.filter(({ file, state }) => {
    const main = file.intents[0] ?? '';
    if (!isInState(state, filter.state)) return false;
    if (filter.intent !== undefined && main !== filter.intent) return false;
    if (filter.stage !== undefined && about.stageOf(main) !== filter.stage) return false;
    if (filter.scope !== undefined && about.general.has(file.id) !== (filter.scope === 'general')) return false;
    if (filter.channel !== undefined && file.channels.length > 0 && !file.channels.includes(filter.channel))
      return false;
    if (!hasValidity(file, filter.validity, about.today)) return false;
    if (words.length === 0) return true;
    const text = textOf(file);
    return words.every((word) => text.includes(word));
  });
}
