// A word to a shopper who has not just written: under the conversation's lock, only while it is still true, within the channel's quota.
import { type Channel, channelIfOn } from '../channels/channel.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { QUOTA_RESERVE, readQuota } from '../conversations/quota.ts';
import { putMessage } from '../conversations/store.ts';
import { type Born, SEND_LEASE_MS } from '../conversations/turns.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import type { Queues } from '../queue/queues.ts';

export interface NoticeDeps {
  pool: Pool;
  queues: Queues;
  channelOf(accountId: string): Channel;
}

export interface Notice {
  author: 'bot' | 'system';
  text: string;
  /** Looked at under the lock; false says nothing. Notes that it was said. */
  stands(tx: PoolClient): Promise<boolean>;
}

const BORN: Record<Channel['delivery'], Born> = { pull: 'sent', push: 'new', passive: 'held' };
/** One more would leave a message for the person. */
async function isWithinQuota(tx: PoolClient, channel: Channel, id: ConversationId, text: string): Promise<boolean> {
  const quota = channel.delivery === 'push' ? await readQuota(tx, id, channel) : null;
  return quota === null || (channel.partsOf?.({ text, payload: {} }) ?? 1) + QUOTA_RESERVE <= quota.left;
}

/** True when it was said. */
export async function sayNotice(
  deps: NoticeDeps,
  shopId: ShopId,
  to: { conversationId: ConversationId; accountId: string },
  notice: Notice,
): Promise<boolean> {
  const { conversationId } = to;
  const channel = channelIfOn(deps.channelOf, to.accountId);
  if (channel === null) return false;
  const put = await inShop(deps.pool, shopId, async (tx) => {
    await tx.query('select 1 from conversations where id = $1 for no key update', [conversationId]);
    if (!(await isWithinQuota(tx, channel, conversationId, notice.text)) || !(await notice.stands(tx))) return null;
    return putMessage(tx, {
      shopId,
      conversationId,
      author: notice.author,
      authorId: null,
      kind: 'notice',
      text: notice.text,
      payload: {},
      clientId: null,
      born: BORN[channel.delivery],
      leaseMs: SEND_LEASE_MS,
    });
  });
  if (put?.outboxId && channel.delivery === 'push')
    await deps.queues.add('delivery', { kind: 'deliver', shopId, id: put.outboxId });
  return put !== null;
}
