// The shopper's conversation as the page holds it: messages by place, what is still being sent, state and queue, live.
// Knows no component; a page subscribes and draws.

import type { Choice } from '../../contract/decision.ts';
import { ApiError, call, newClientId } from '../api.ts';
import { joinBySeq, stillOnItsWay } from '../by-seq.ts';
import { type LinkState, type Live, openLive } from '../live.ts';
import type { ConversationState, ShopMessage, ShopPage, ShopState } from '../wire.ts';

/** A message of the shopper that the server has not confirmed. */
export interface Pending {
  clientMessageId: string;
  text: string;
  choice: string | null;
  status: 'sending' | 'failed';
  /** What the server said against it; null for a lost network. */
  why: string | null;
  /** The last place known when it was written. */
  after: number;
}

export interface ConversationView {
  messages: readonly ShopMessage[];
  pending: readonly Pending[];
  state: ConversationState;
  /** Of who waits: the place, or when people are back. */
  wait: Pick<ShopState, 'queue' | 'message' | 'mayLeave'>;
  link: LinkState;
  /** The first page has arrived. */
  ready: boolean;
}

export interface ShopConversation {
  view(): ConversationView;
  subscribe(listener: () => void): () => void;
  send(text: string): void;
  choose(choice: Choice): void;
  resend(clientMessageId: string): void;
  retryNow(): void;
  close(): void;
}

const PAGE_FULL = 50;

export function openShopConversation(token: string, onRefused: () => void): ShopConversation {
  const headers = { authorization: `Bearer ${token}` };
  const listeners = new Set<() => void>();
  let closed = false;
  let live: Live | null = null;
  // the highest place up to which nothing is missing; our own confirmed message may be ahead of it
  let cursor = 0;
  let current: ConversationView = {
    messages: [],
    pending: [],
    state: 'with-bot',
    wait: {},
    link: 'connecting',
    ready: false,
  };

  // everything not yet confirmed; the view shows what the stream has not brought meanwhile
  let held: readonly Pending[] = [];

  const change = (part: Partial<Omit<ConversationView, 'pending'>>) => {
    if (closed) return;
    const next = { ...current, ...part };
    const mine = next.messages.filter((message) => message.from === 'shopper');
    current = { ...next, pending: stillOnItsWay(held, mine) };
    for (const listener of listeners) listener();
  };

  const setState = ({ state, queue, message, mayLeave }: ShopState) =>
    change({ state, wait: { queue, message, mayLeave } });

  const arrive = (messages: readonly ShopMessage[]) => {
    for (const message of messages) cursor = Math.max(cursor, message.seq);
    change({ messages: joinBySeq(current.messages, messages) });
  };

  /** Everything after the cursor, page by page. */
  const catchUp = async () => {
    for (;;) {
      const page = await call<ShopPage>(`/api/shop/messages?after=${cursor}`, { headers });
      arrive(page.messages);
      setState(page);
      if (page.messages.length < PAGE_FULL) break;
    }
    change({ ready: true });
  };

  const refused = () => {
    if (!closed) onRefused();
  };

  const caught = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401) refused();
    // anything else: the stream comes back and asks again
  };

  // one after the other, so that two quick messages cannot overtake each other
  let line = Promise.resolve();
  const queue = (pending: Pending) => {
    line = line.then(() => post(pending));
  };

  const post = async (pending: Pending) => {
    const { clientMessageId, text, choice } = pending;
    const body = { clientMessageId, text, ...(choice !== null && { choice }) };
    try {
      const { seq } = await call<{ seq: number }>('/api/shop/messages', { method: 'POST', headers, body });
      const mine: ShopMessage = { seq, from: 'shopper', kind: 'text', text, at: new Date().toISOString() };
      const known = current.messages.some((message) => message.seq === seq);
      held = held.filter((p) => p.clientMessageId !== clientMessageId);
      change({ messages: known ? current.messages : joinBySeq(current.messages, [mine]) });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) refused();
      const why = error instanceof ApiError && error.code !== 'offline' ? error.message : null;
      mark(clientMessageId, 'failed', why);
    }
  };

  const mark = (clientMessageId: string, status: Pending['status'], why: string | null) => {
    held = held.map((p) => (p.clientMessageId === clientMessageId ? { ...p, status, why } : p));
    change({});
  };

  const add = (text: string, choice: string | null) => {
    const after = current.messages.at(-1)?.seq ?? 0;
    const pending: Pending = { clientMessageId: newClientId(), text, choice, status: 'sending', why: null, after };
    held = [...held, pending];
    change({});
    queue(pending);
  };

  live = openLive({
    url: () => `/api/shop/stream?after=${cursor}`,
    headers,
    onEvent: ({ event, data }) => {
      if (event === 'message') arrive([JSON.parse(data) as ShopMessage]);
      else if (event === 'state') setState(JSON.parse(data) as ShopState);
      else if (event === 'resync') catchUp().catch(caught);
    },
    onLink: (link) => {
      change({ link });
      if (link === 'live') catchUp().catch(caught);
    },
    onRefused: refused,
  });

  return {
    view: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (text) => add(text, null),
    choose: (choice) => add(choice.label, choice.value),
    resend(clientMessageId) {
      const pending = held.find((p) => p.clientMessageId === clientMessageId && p.status === 'failed');
      if (!pending) return;
      mark(clientMessageId, 'sending', null);
      queue(pending);
    },
    retryNow: () => live?.retryNow(),
    close() {
      closed = true;
      live?.close();
    },
  };
}
