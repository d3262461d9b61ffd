// One conversation as the desk holds it: who owns it, its packet, its messages from the end backwards, and what is being sent into it.
import { useCallback, useEffect, useRef, useState } from 'react';
import { joinBySeq, stillOnItsWay } from '../by-seq.ts';
import type { ConversationDetail, DeskMessage, HandoffDetail } from '../wire.ts';
import { type OutboxStore, type Sending, useOutbox, type Written } from './outbox.ts';
import type { StaffApi } from './staff-api.ts';

interface Held {
  of: string | null;
  detail: ConversationDetail | null;
  handoff: HandoffDetail | null;
  messages: readonly DeskMessage[];
  /** Older messages are still on the server. */
  older: boolean;
  loaded: boolean;
  error: unknown;
}

export interface Thread extends Omit<Held, 'of'> {
  sending: readonly Sending[];
  outbox: OutboxStore;
  /** Written while the network was away, over all conversations, and so old that the agent is asked. */
  held: readonly Sending[];
  /** Fetches what is new; call it whenever something may have moved. Never rejects. */
  refresh(): Promise<void>;
  /** Fetches older messages; once at a time. */
  loadOlder(): void;
  send(text: string, kind: 'reply' | 'note', more?: Pick<Written, 'suggestionId' | 'attachments' | 'tone'>): void;
  resend(clientMessageId: string): void;
  discard(clientMessageId: string): void;
}

const nothingOf = (of: string | null): Held => ({
  of,
  detail: null,
  handoff: null,
  messages: [],
  older: false,
  loaded: false,
  error: null,
});

/** Delivery of the last messages may still change, so they are fetched again with the new ones. */
const OVERLAP = 20;
/** The server's page. */
const PAGE_FULL = 500;
/** What is fetched at first, and with each look further back. */
const BACK = 80;
const END = 2_147_483_647;

async function fetchMessages(api: StaffApi, id: string, known: readonly DeskMessage[]): Promise<DeskMessage[]> {
  if (known.length === 0) return (await api.messagesBefore(id, END, BACK)).messages;
  const arrived: DeskMessage[] = [];
  let after = Math.max(known[0]!.seq - 1, known.at(-1)!.seq - OVERLAP);
  for (;;) {
    const { messages } = await api.messages(id, after);
    arrived.push(...messages);
    const last = messages.at(-1);
    if (last === undefined || messages.length < PAGE_FULL) return arrived;
    after = last.seq;
  }
}

export function useThread(
  api: StaffApi,
  conversationId: string | null,
  handoffId: string | null,
  onSaid: (kind: Sending['kind']) => void,
): Thread {
  const [state, setState] = useState<Held>(() => nothingOf(conversationId));
  const held = state.of === conversationId ? state : nothingOf(conversationId);
  // what a slow answer compares itself with: one for a conversation that was left must not replace the open one
  const now = useRef(held);
  now.current = held;

  const change = useCallback((of: string, next: (before: Held) => Partial<Held>) => {
    if (now.current.of !== of) return;
    setState((before) => {
      const base = before.of === of ? before : nothingOf(of);
      return { ...base, ...next(base) };
    });
  }, []);

  const refresh = useCallback(async () => {
    if (conversationId === null) return;
    const known = now.current.of === conversationId ? now.current.messages : [];
    try {
      const [detail, arrived] = await Promise.all([
        api.conversation(conversationId),
        fetchMessages(api, conversationId, known),
      ]);
      const id = detail.handoff?.id ?? handoffId;
      const handoff = id === null ? null : await api.handoff(id).catch(() => null);
      change(conversationId, (before) => ({
        detail,
        handoff,
        messages: joinBySeq(before.messages, arrived),
        older: before.loaded && before.messages.length > 0 ? before.older : arrived.length === BACK,
        loaded: true,
        error: null,
      }));
    } catch (error) {
      change(conversationId, () => ({ error, loaded: true }));
    }
  }, [api, conversationId, handoffId, change]);

  useEffect(() => void refresh(), [refresh]);

  const looking = useRef(false);
  const loadOlder = useCallback(() => {
    const { of, older, messages } = now.current;
    const first = messages[0]?.seq;
    if (looking.current || of === null || !older || first === undefined) return;
    looking.current = true;
    api
      .messagesBefore(of, first, BACK)
      .then(
        ({ messages: earlier }) =>
          change(of, (before) => ({
            messages: joinBySeq(earlier, before.messages),
            older: earlier.length === BACK,
          })),
        (error: unknown) => change(of, () => ({ error })),
      )
      .finally(() => {
        looking.current = false;
      });
  }, [api, change]);

  const latest = useRef({ refresh, onSaid });
  latest.current = { refresh, onSaid };
  const onSent = useCallback(async (id: string, kind: Sending['kind']) => {
    latest.current.onSaid(kind);
    if (now.current.of === id) await latest.current.refresh();
  }, []);
  const outbox = useOutbox(api, onSent);

  const { of: _, ...shown } = held;
  const ours = held.messages.filter((message) => message.from === 'agent');
  return {
    ...shown,
    sending: stillOnItsWay(
      outbox.sending.filter((s) => s.conversationId === conversationId),
      ours,
    ),
    refresh,
    loadOlder,
    outbox: outbox.store,
    held: outbox.sending.filter((s) => s.status === 'held'),
    send(text, kind, more = {}) {
      const after = held.messages.at(-1)?.seq ?? 0;
      if (conversationId !== null) outbox.store.send({ conversationId, text, kind, after, ...more });
    },
    resend: outbox.store.resend,
    discard: outbox.store.discard,
  };
}
