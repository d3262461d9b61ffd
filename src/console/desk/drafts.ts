// Unsent words of an agent, one draft per conversation, kept on this device.
import { useCallback, useSyncExternalStore } from 'react';
import { keep, kept } from '../kept.ts';

const keyOf = (conversationId: string): string => `jiebang.draft.${conversationId}`;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const draftOf = (conversationId: string): string => kept(keyOf(conversationId)) ?? '';

export function keepDraft(conversationId: string, text: string): void {
  keep(keyOf(conversationId), text === '' ? null : text);
  for (const listener of listeners) listener();
}

export const useDraft = (conversationId: string): string =>
  useSyncExternalStore(
    subscribe,
    useCallback(() => draftOf(conversationId), [conversationId]),
  );
