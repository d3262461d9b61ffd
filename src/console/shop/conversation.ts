// The shopper's conversation as the page holds it: messages by place, what is still being sent, state and queue, live.
// Knows no component; a page subscribes and draws.

import type { Card } from '../../contract/conversation.ts';
import type { Choice } from '../../contract/decision.ts';
import { ApiError, call, newClientId } from '../api.ts';
import { joinBySeq, stillOnItsWay } from '../by-seq.ts';
import { type LinkState, type Live, openLive } from '../live.ts';
import type { ShopMessage, ShopPage, ShopState } from '../wire.ts';

/** What is said: words, a tapped choice, a card, or a picture that is not uploaded yet. */
export interface Say {
  text: string;
  choice?: string;
  card?: Card;
  picture?: Blob;
}

/** A message of the shopper that the server has not confirmed. */
export interface Pending extends Say {
  clientMessageId: string;
  /** Of the picture, once it is there: a resend does not upload it again. */
  uploadId?: string;
  status: 'sending' | 'failed';
  /** What the server said against it; null for a lost network. */
  why: string | null;
  /** The last place known when it was written. */
  after: number;
}

export interface ConversationView extends ShopState {
  messages: readonly ShopMessage[];
  pending: readonly Pending[];
  link: LinkState;
  /** The first page has arrived. */
  ready: boolean;
}

export const NOTHING_YET: ConversationView = {
  messages: [],
  pending: [],
  state: 'with-bot',
  link: 'connecting',
  ready: false,
};

export interface ShopConversation {
  token: string;
  view(): ConversationView;
  subscribe(listener: () => void): () => void;
  say(said: Say): void;
  choose(choice: Choice): void;
  resend(clientMessageId: string): void;
  /** The shopper is writing; told at most every few seconds. */
  typing(): void;
  retryNow(): void;
  close(): void;
}

const PAGE_FULL = 50;
/** The server forgets after 6 s. */
const TYPING_AGAIN_MS = 3_000;

/** As the server will bring it; shown until then. */
const asMessage = ({ text, card, uploadId }: Pending, seq: number): ShopMessage => ({
  seq,
  from: 'shopper',
  kind: 'text',
  text,
  ...(card && { card }),
  ...(uploadId && { attachments: [{ kind: 'image', id: uploadId }] }),
  at: new Date().toISOString(),
});

export function openShopConversation(token: string, onRefused: () => void): ShopConversation {
  const headers = { authorization: `Bearer ${token}` };
  const listeners = new Set<() => void>();
  let closed = false;
  let live: Live | null = null;
  // the highest place up to which nothing is missing; our own confirmed message may be ahead of it
  let cursor = 0;
  let current = NOTHING_YET;

  // everything not yet confirmed; the view shows what the stream has not brought meanwhile
  let held: readonly Pending[] = [];

  const change = (part: Partial<Omit<ConversationView, 'pending'>>) => {
    if (closed) return;
    const next = { ...current, ...part };
    const mine = next.messages.filter((message) => message.from === 'shopper');
    current = { ...next, pending: stillOnItsWay(held, mine) };
    for (const listener of listeners) listener();
  };

  // what a state does not say is over
  const setState = ({ state, queue, message, mayLeave, typing, marks, csat }: ShopState) =>
    change({ state, queue, message, mayLeave, typing, marks, csat });

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

  const amend = (clientMessageId: string, part: Partial<Pending>) => {
    held = held.map((p) => (p.clientMessageId === clientMessageId ? { ...p, ...part } : p));
    change({});
  };

  // one after the other, so that two quick messages cannot overtake each other
  let line = Promise.resolve();
  const queue = (clientMessageId: string) => {
    line = line.then(() => post(clientMessageId));
  };

  const post = async (clientMessageId: string) => {
    const find = () => held.find((p) => p.clientMessageId === clientMessageId);
    try {
      const { picture, uploadId } = find()!;
      if (picture && !uploadId) {
        const { upload } = await import('./pictures.tsx');
        amend(clientMessageId, { uploadId: await upload(token, picture) });
      }
      const said = find()!;
      const { seq } = await call<{ seq: number }>('/api/shop/messages', {
        method: 'POST',
        headers,
        // what is undefined is left out by JSON
        body: {
          clientMessageId,
          text: said.text || undefined,
          choice: said.choice,
          ...(said.uploadId && { attachments: [{ id: said.uploadId }] }),
          ...(said.card && { [`${said.card.kind}Id`]: said.card.id }),
        },
      });
      const known = current.messages.some((message) => message.seq === seq);
      held = held.filter((p) => p.clientMessageId !== clientMessageId);
      change({ messages: known ? current.messages : joinBySeq(current.messages, [asMessage(said, seq)]) });
    } catch (error) {
      caught(error);
      const why = error instanceof ApiError && error.code !== 'offline' ? error.message : null;
      amend(clientMessageId, { status: 'failed', why });
    }
  };

  const say = (said: Say) => {
    const after = current.messages.at(-1)?.seq ?? 0;
    const clientMessageId = newClientId();
    held = [...held, { ...said, clientMessageId, status: 'sending', why: null, after }];
    change({});
    queue(clientMessageId);
  };

  let typedAt = 0;

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
    token,
    view: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    say,
    choose: ({ label, value }) => say({ text: label, choice: value }),
    resend(clientMessageId) {
      if (!held.some((p) => p.clientMessageId === clientMessageId && p.status === 'failed')) return;
      amend(clientMessageId, { status: 'sending', why: null });
      queue(clientMessageId);
    },
    typing() {
      const now = Date.now();
      // the bot reads nothing before it is sent
      if (current.state === 'with-bot' || now - typedAt < TYPING_AGAIN_MS) return;
      typedAt = now;
      call('/api/shop/typing', { method: 'POST', headers, body: { typing: true } }).catch(() => {});
    },
    retryNow: () => live?.retryNow(),
    close() {
      closed = true;
      live?.close();
    },
  };
}
