// Unsent words of an agent, one draft per conversation: on this device at once, on the server a second later, so that they
// follow to another device. Each person has their own.
import { useCallback, useSyncExternalStore } from 'react';
import { keep, kept } from '../kept.ts';
import type { Ask } from '../staff/ask.ts';

export interface Draft {
  text: string;
  kind: 'reply' | 'note';
}

interface Kept extends Draft {
  /** When it was written, in milliseconds; 0 for one that came from the server. */
  at: number;
  /** The server has exactly this. */
  synced: boolean;
}

const SAVE_AFTER_MS = 1_000;
const EMPTY: Draft = { text: '', kind: 'reply' };

let owner: { id: string; ask: Ask } | null = null;
const listeners = new Set<(conversationId: string | null) => void>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

const prefix = (): string => `jiebang.draft.${owner?.id ?? ''}.`;
const indexKey = (): string => `jiebang.drafts.${owner?.id ?? ''}`;

function tell(conversationId: string | null): void {
  for (const listener of listeners) listener(conversationId);
}

/** `null` in a listener: many have changed. */
export function onDrafts(listener: (conversationId: string | null) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function parse<T>(text: string | null, otherwise: T): T {
  try {
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

const read = (conversationId: string): Kept | null => parse<Kept | null>(kept(prefix() + conversationId), null);
const written = (): string[] => parse<string[]>(kept(indexKey()), []);

function write(conversationId: string, draft: Kept | null): void {
  keep(prefix() + conversationId, draft === null ? null : JSON.stringify(draft));
  const others = written().filter((id) => id !== conversationId);
  const all = draft === null ? others : [...others, conversationId];
  keep(indexKey(), all.length === 0 ? null : JSON.stringify(all));
}

export function draftOf(conversationId: string): Draft {
  const found = read(conversationId);
  return found ? { text: found.text, kind: found.kind } : EMPTY;
}

function save(conversationId: string): void {
  timers.delete(conversationId);
  const by = owner;
  if (by === null) return;
  const { text, kind } = draftOf(conversationId);
  by.ask('PUT /api/conversations/:id/draft', { params: { id: conversationId }, body: { text, kind } }).then(
    () => {
      const now = owner === by ? read(conversationId) : null;
      if (now?.text === text && now.text !== '') write(conversationId, { ...now, synced: true });
      else if (now?.text === '') write(conversationId, null);
    },
    () => undefined, // it is on this device; the next look at the server's drafts brings it there
  );
}

export function keepDraft(conversationId: string, draft: Draft): void {
  const before = draftOf(conversationId);
  if (before.text === draft.text && (draft.text === '' || before.kind === draft.kind)) return;
  // an emptied one stays as a mark until the server has forgotten it too
  write(conversationId, { ...draft, at: Date.now(), synced: false });
  tell(conversationId);
  clearTimeout(timers.get(conversationId));
  timers.set(
    conversationId,
    setTimeout(() => save(conversationId), SAVE_AFTER_MS),
  );
}

/** Brings both sides together: the newer words win, what was sent from another device goes. */
async function meet(): Promise<void> {
  const by = owner;
  if (by === null) return;
  const { items } = await by.ask('GET /api/drafts');
  if (owner !== by) return;
  for (const { conversationId, text, kind, savedAt } of items) {
    const mine = read(conversationId);
    const isNewer = mine === null || mine.synced || mine.at < Date.parse(savedAt);
    if (isNewer) write(conversationId, { text, kind, at: Date.parse(savedAt), synced: true });
    else save(conversationId);
  }
  const there = new Set(items.map((item) => item.conversationId));
  for (const id of written().filter((id) => !there.has(id))) {
    const mine = read(id);
    if (mine?.synced || mine?.text === '') write(id, null);
    else save(id);
  }
  tell(null);
}

/** For whoever is signed in; call the result when they leave. */
export function openDrafts(id: string, ask: Ask): () => void {
  owner = { id, ask };
  tell(null);
  const look = () => {
    if (document.visibilityState === 'visible') meet().catch(() => undefined);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    for (const [conversationId, timer] of timers) {
      clearTimeout(timer);
      save(conversationId);
    }
    owner = null;
  };
}

/** The words of a draft, for the list; empty without one. */
export const useDraft = (conversationId: string): string =>
  useSyncExternalStore(
    onDrafts,
    useCallback(() => draftOf(conversationId).text, [conversationId]),
  );
