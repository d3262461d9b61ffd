// What a channel whose shoppers fetch may read of their own conversation. Joins conversations, uploads, viewers and live.
import type { Reading, SeenMessage } from './channels/channel.ts';
import type { ChannelAccount, ConversationId } from './contract/conversation.ts';
import { findConversation, isBusy, uploadTypes } from './conversations/fetching.ts';
import { openConversation, readMessages, type StoredMessage } from './conversations/store.ts';
import type { Pool } from './db/database.ts';
import { readHappened } from './desk/handoff-events.ts';
import { noteViewer } from './desk/viewers.ts';
import type { Live } from './queue/live.ts';
import type { Uploads } from './uploads/uploads.ts';

/** A lost hint must not cost a waiting reader more than this. */
const LOOK_AGAIN_MS = 2_000;
const KNOWN_MAX = 10_000;

export interface ReadingDeps {
  pool: Pool;
  live: Live;
  uploads: Pick<Uploads, 'read'>;
  onError(error: unknown, where: string): void;
}

function toSeen(m: StoredMessage, types: ReadonlyMap<string, string>): SeenMessage {
  const { choices, source, agentName, generated, attachments, platform } = m.payload;
  return {
    seq: m.seq,
    from: m.author === 'platform_agent' ? 'agent' : m.author,
    kind: m.kind === 'notice' ? 'notice' : 'text',
    text: m.text,
    payload: {
      ...(choices && { choices }),
      ...(source && { source }),
      ...(agentName && { agentName }),
      ...(generated && { generated }),
    },
    files: (attachments ?? []).flatMap(({ id = '', name }) => {
      const type = types.get(id);
      return type === undefined ? [] : [{ id, type, ...(name !== undefined && { name }) }];
    }),
    own: m.author === 'shopper' ? (platform ?? null) : null,
    at: m.at,
  };
}

export function createReading({ pool, live, uploads, onError }: ReadingDeps): Reading {
  // the two never part; asking again for every look of every open line would be most of the work
  const known = new Map<string, ConversationId>();

  async function conversationOf(account: ChannelAccount, shopperId: string): Promise<ConversationId | null> {
    const key = `${account.id}:${shopperId}`;
    const id = known.get(key) ?? (await findConversation(pool, account, shopperId));
    if (id === null) return null;
    if (known.size >= KNOWN_MAX) known.delete(known.keys().next().value!);
    known.set(key, id);
    return id;
  }

  /** A row to watch is needed before the first word. One that is there is not touched: it may be closed. */
  async function ensureConversation(account: ChannelAccount, shopperId: string): Promise<ConversationId> {
    const found = await conversationOf(account, shopperId);
    if (found !== null) return found;
    const shopper = { platformId: shopperId, name: null, customerId: null, memory: {} };
    return (await openConversation(pool, account, shopper)).conversationId;
  }

  return {
    async read(account, shopperId, afterSeq, limit) {
      const id = await conversationOf(account, shopperId);
      if (id === null) return { messages: [], busy: false };
      const [stored, busy] = await Promise.all([
        readMessages(pool, account.shopId, id, afterSeq, 'shopper', limit),
        isBusy(pool, account.shopId, id),
      ]);
      const files = stored.flatMap((m) => m.payload.attachments?.flatMap((a) => a.id ?? []) ?? []);
      const types = await uploadTypes(pool, account.shopId, files);
      return { messages: stored.map((m) => toSeen(m, types)), busy };
    },
    async handoffs(account, shopperId, after) {
      const id = await conversationOf(account, shopperId);
      return id === null ? [] : readHappened(pool, account.shopId, id, after);
    },
    watch(account, shopperId, onNews) {
      let isOver = false;
      let unwatch = () => {};
      const timer = setInterval(onNews, LOOK_AGAIN_MS);
      timer.unref();
      const settle = async () => {
        const id = await ensureConversation(account, shopperId);
        if (isOver) return;
        unwatch = live.watch(`conversation:${id}`, onNews);
        onNews();
      };
      settle().catch((error: unknown) => onError(error, 'watch')); // looking again every few seconds goes on
      return () => {
        isOver = true;
        clearInterval(timer);
        unwatch();
      };
    },
    async noteTyping(account, shopperId) {
      const id = await conversationOf(account, shopperId);
      if (id === null) return;
      await noteViewer(pool, account.shopId, id, null, { viewing: false, typing: true });
      live.touch(`conversation:${id}`);
    },
    async file(account, shopperId, id) {
      const conversationId = await conversationOf(account, shopperId);
      return conversationId === null ? null : uploads.read(account.shopId, id, { conversationId });
    },
  };
}
