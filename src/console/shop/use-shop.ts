// Joins visitor and conversation for the shopper's page: start, come back, become somebody else.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type ConversationView, NOTHING_YET, openShopConversation, type ShopConversation } from './conversation.ts';
import { type Arrival, forgetVisitor, keptVisitor, newVisitor, type Visitor } from './visitor.ts';

export type Shop =
  | { status: 'starting' }
  | { status: 'failed'; error: unknown; retry(): void }
  | { status: 'open'; visitor: Visitor; conversation: ShopConversation; startAs(name: string): void };

const RETRY_MS = 3000;

/** The shopper of this page. Starts by itself; a refused token makes a new visitor. */
export function useShop(arrival: Arrival): Shop {
  const [visitor, setVisitor] = useState<Visitor | null>(() => keptVisitor(arrival));
  const [conversation, setConversation] = useState<ShopConversation | null>(null);
  const [error, setError] = useState<unknown>(null);
  const asking = useRef(false);

  const start = useCallback(
    (name: string | null) => {
      if (asking.current) return;
      asking.current = true;
      setError(null);
      newVisitor(arrival, name)
        .then(setVisitor, setError)
        .finally(() => {
          asking.current = false;
        });
    },
    [arrival],
  );

  useEffect(() => {
    if (visitor === null && error === null) start(arrival.name);
    if (error === null) return;
    const timer = setTimeout(() => start(arrival.name), RETRY_MS);
    return () => clearTimeout(timer);
  }, [visitor, error, start, arrival]);

  useEffect(() => {
    if (visitor === null) return;
    const opened = openShopConversation(visitor.token, () => {
      forgetVisitor(arrival);
      setVisitor(null);
    });
    setConversation(opened);
    return () => {
      opened.close();
      setConversation(null);
    };
  }, [visitor, arrival]);

  if (visitor === null && error !== null) return { status: 'failed', error, retry: () => start(arrival.name) };
  if (visitor === null || conversation === null) return { status: 'starting' };
  return { status: 'open', visitor, conversation, startAs: start };
}

const nothing = { subscribe: () => () => {}, view: () => NOTHING_YET };

/** Null: not begun yet. */
export function useConversation(conversation: ShopConversation | null): ConversationView {
  const { subscribe, view } = conversation ?? nothing;
  return useSyncExternalStore(subscribe, view);
}
