// Reading conversations, and the few writes that are not part of a turn. All SQL here runs inside one shop.
import type { Author, ChannelAccount, ConversationId, MessagePayload, ShopId } from '../contract/conversation.ts';
import type { EmotionName } from '../contract/decision.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { FEELING } from './feeling.ts';
import type { Born } from './turns.ts';

export interface Visitor {
  conversationId: ConversationId;
  shopperId: string;
}

/** Makes sure a shopper of a pull channel has a conversation before the first message. */
export async function openConversation(
  pool: Pool,
  account: ChannelAccount,
  shopper: { platformId: string; name: string | null; customerId: string | null; memory: Record<string, unknown> },
): Promise<Visitor> {
  return inShop(pool, account.shopId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into shoppers as s (shop_id, channel_account_id, platform_id, name, customer_id) values ($1, $2, $3, $4, $5)
       on conflict (channel_account_id, platform_id) do update set name = coalesce(excluded.name, s.name),
         customer_id = coalesce(excluded.customer_id, s.customer_id) returning id`,
      [account.shopId, account.id, shopper.platformId, shopper.name, shopper.customerId],
    );
    const shopperId = rows[0]!.id;
    const made = await tx.query<{ id: string }>(
      `insert into conversations as c (shop_id, channel_account_id, shopper_id, memory) values ($1, $2, $3, $4)
       on conflict (channel_account_id, shopper_id) do update set closed_at = null returning id`,
      [account.shopId, account.id, shopperId, JSON.stringify(shopper.memory)],
    );
    return { conversationId: made.rows[0]!.id, shopperId };
  });
}

export interface StoredMessage {
  seq: number;
  author: Author;
  kind: 'text' | 'notice' | 'note';
  text: string;
  payload: MessagePayload;
  authorName: string | null;
  /** Delivery of an outgoing message; null for incoming ones and notes. */
  delivery: string | null;
  deliveryError: string | null;
  /** What the shopper said about an answer of the bot; null when nothing. */
  helpful: boolean | null;
  at: string;
}

interface MessageRow extends Omit<StoredMessage, 'seq' | 'authorName' | 'deliveryError'> {
  seq: string;
  author_name: string | null;
  delivery_error: string | null;
}

const MESSAGE = `select m.seq::text, m.author, m.kind, m.text, m.payload, st.name as author_name, o.state as delivery,
    o.last_error as delivery_error, f.helpful, m.created_at as at
  from messages m
  left join answer_feedback f on f.conversation_id = m.conversation_id and f.message_seq = m.seq
  left join outbox o on o.conversation_id = m.conversation_id and o.message_seq = m.seq
  left join staff st on st.id = m.author_id
  where m.conversation_id = $1`;

const toMessage = (r: MessageRow): StoredMessage => ({
  seq: Number(r.seq),
  author: r.author,
  kind: r.kind,
  text: r.text,
  payload: r.payload,
  authorName: r.author_name,
  delivery: r.delivery,
  deliveryError: r.delivery_error,
  helpful: r.helpful,
  at: new Date(r.at).toISOString(),
});

/**
 * Messages after `afterSeq`, oldest first.
 * `audience` shopper: no notes, and nothing that was cancelled before it was sent.
 */
export async function readMessages(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  afterSeq: number,
  audience: 'shopper' | 'staff',
  limit = 200,
): Promise<StoredMessage[]> {
  const { rows } = await shopQuery<MessageRow>(
    pool,
    shopId,
    `${MESSAGE} and m.seq > $2 and ($3 = 'staff' or (m.kind <> 'note' and coalesce(o.state, 'sent') not in ('cancelled')))
     order by m.seq limit $4`,
    [conversationId, afterSeq, audience, limit],
  );
  return rows.map(toMessage);
}

/** The last messages before a place, oldest first, as staff see them: how a long conversation is read backwards. */
export async function readMessagesBefore(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  beforeSeq: number,
  limit: number,
): Promise<StoredMessage[]> {
  const { rows } = await shopQuery<MessageRow>(pool, shopId, `${MESSAGE} and m.seq < $2 order by m.seq desc limit $3`, [
    conversationId,
    beforeSeq,
    limit,
  ]);
  return rows.reverse().map(toMessage);
}

export type ConversationState = 'with-bot' | 'waiting' | 'with-agent' | 'closed';

export interface ConversationView {
  id: ConversationId;
  state: ConversationState;
  epoch: string;
  ownerId: string | null;
  ownerName: string | null;
  shopper: { id: string; name: string | null; customerId: string | null; platformId: string };
  accountId: string;
  channel: string;
  lastSeq: number;
  memory: Record<string, unknown>;
  handoff: { id: string; state: string; riskRank: number; dueAt: string; queuedAt: string } | null;
  /** The shopper's feeling; null when it is no news. */
  emotion: EmotionName | null;
}

/** One conversation as staff and shopper pages show it; null when the shop has no such conversation. */
export async function readConversation(
  pool: Pool,
  shopId: ShopId,
  id: ConversationId,
): Promise<ConversationView | null> {
  const { rows } = await shopQuery<{ view: ConversationView }>(
    pool,
    shopId,
    `select jsonb_build_object('id', c.id::text, 'epoch', c.epoch::text, 'ownerId', c.owner_id::text, 'ownerName', st.name,
       'state', case when c.closed_at is not null then 'closed' when c.owner_kind = 'bot' then 'with-bot'
         when c.owner_kind = 'queue' then 'waiting' else 'with-agent' end,
       'shopper', jsonb_build_object('id', s.id::text, 'name', s.name, 'customerId', s.customer_id, 'platformId', s.platform_id),
       'accountId', c.channel_account_id::text, 'channel', a.kind, 'lastSeq', c.next_seq - 1, 'memory', c.memory,
       'handoff', (select jsonb_build_object('id', h.id::text, 'state', h.state, 'riskRank', h.risk_rank, 'dueAt', h.due_at, 'queuedAt', h.queued_at)
         from handoffs h where h.conversation_id = c.id and h.state <> 'resolved'), 'emotion', ${FEELING}) as view
     from conversations c left join handoffs h on h.conversation_id = c.id and h.state <> 'resolved' join shoppers s on s.id = c.shopper_id join channel_accounts a on a.id = c.channel_account_id
     left join staff st on st.id = c.owner_id
     where c.id = $1`,
    [id],
  );
  return rows[0]?.view ?? null;
}

export interface ReceiptView {
  turnId: string;
  firstSeq: number;
  lastSeq: number;
  state: string;
  attempt: number;
  receipt: Record<string, unknown> | null;
  at: string;
}

/** Decision receipts, newest first. */
export async function readReceipts(pool: Pool, shopId: ShopId, id: ConversationId, limit = 50): Promise<ReceiptView[]> {
  const { rows } = await shopQuery<{ view: ReceiptView }>(
    pool,
    shopId,
    `select jsonb_build_object('turnId', t.id::text, 'firstSeq', t.first_seq, 'lastSeq', t.last_seq, 'state', t.state,
       'attempt', t.attempt, 'receipt', t.receipt, 'at', t.created_at) as view
     from turns t where t.conversation_id = $1 order by t.id desc limit $2`,
    [id, limit],
  );
  return rows.map((r) => r.view);
}

/** Writes one outgoing message under the conversation's lock; the caller has locked the row and checked the owner. */
export async function putMessage(
  tx: PoolClient,
  message: {
    shopId: ShopId;
    conversationId: ConversationId;
    author: 'bot' | 'agent' | 'system';
    authorId: string | null;
    kind: 'text' | 'notice' | 'note';
    text: string;
    payload: MessagePayload;
    clientId: string | null;
    born: Born;
    leaseMs: number;
  },
): Promise<{ seq: number; outboxId: string | null }> {
  const { rows } = await tx.query<{ seq: string; epoch: string }>(
    'update conversations set next_seq = next_seq + 1 where id = $1 returning (next_seq - 1)::text as seq, epoch::text',
    [message.conversationId],
  );
  const { seq, epoch } = rows[0]!;
  const put = await tx.query<{ id: string | null }>(
    'select put_message($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, null, 1, $11, $12)::text as id',
    [
      message.shopId,
      message.conversationId,
      seq,
      message.author,
      message.authorId,
      message.kind,
      message.text,
      JSON.stringify(message.payload),
      message.clientId,
      epoch,
      message.born,
      message.leaseMs,
    ],
  );
  return { seq: Number(seq), outboxId: put.rows[0]!.id };
}

/** The stored answer to one passive-reply message, and whether its turn is over. */
export async function readPassiveReply(
  pool: Pool,
  account: ChannelAccount,
  externalId: string,
): Promise<{ reply: string | null; over: boolean; conversationId: ConversationId } | null> {
  const { rows } = await shopQuery<{ reply: string | null; over: boolean; conversation_id: string }>(
    pool,
    account.shopId,
    `select i.reply, i.conversation_id::text, not exists (select from turns t where t.conversation_id = i.conversation_id
       and i.seq between t.first_seq and t.last_seq and t.state in ('open', 'leased')) as over
     from inbound_ids i where i.channel_account_id = $1 and i.external_id = $2`,
    [account.id, externalId],
  );
  const row = rows[0];
  return row ? { reply: row.reply, over: row.over, conversationId: row.conversation_id } : null;
}

export interface PassiveWords {
  render(message: { text: string; payload: MessagePayload }): string;
  /** Whether the platform takes so much as one message. */
  fits(text: string): boolean;
}

/**
 * Binds what waits to be said in the conversation, oldest first and as much as fits, to this message as its one passive
 * reply; the rest waits for the next message. Later calls for the same message give the same text; null when nothing waits.
 * `render` words choices for a platform without buttons; what alone does not fit is taken alone.
 */
export async function takePassiveReply(
  pool: Pool,
  account: ChannelAccount,
  conversationId: ConversationId,
  externalId: string,
  { render, fits }: PassiveWords,
): Promise<string | null> {
  return inShop(pool, account.shopId, async (tx) => {
    const lock = await tx.query<{ epoch: string }>(
      'select epoch::text from conversations where id = $1 for no key update',
      [conversationId],
    );
    const bound = await tx.query<{ reply: string | null }>(
      'select reply from inbound_ids where channel_account_id = $1 and external_id = $2',
      [account.id, externalId],
    );
    if (bound.rows[0]?.reply) return bound.rows[0].reply;
    await tx.query(
      `update outbox set state = 'cancelled', last_error = 'a person took over'
       where conversation_id = $1 and state = 'new' and author in ('bot', 'system') and epoch <> $2`,
      [conversationId, lock.rows[0]!.epoch],
    );
    const { rows } = await tx.query<{ id: string; text: string; payload: MessagePayload }>(
      `select o.id::text, m.text, m.payload from outbox o join messages m on m.conversation_id = o.conversation_id and m.seq = o.message_seq
       where o.conversation_id = $1 and o.state = 'new' order by o.id for no key update of o`,
      [conversationId],
    );
    const [first, ...more] = rows;
    if (first === undefined) return null;
    const taken = [first.id];
    let reply = render(first);
    for (const row of more) {
      const longer = `${reply}\n${render(row)}`;
      if (!fits(longer)) break;
      reply = longer;
      taken.push(row.id);
    }
    await tx.query(
      `update outbox set state = 'sent', attempt = attempt + 1, lease_until = null where id = any($1::bigint[])`,
      [taken],
    );
    await tx.query('update inbound_ids set reply = $3 where channel_account_id = $1 and external_id = $2', [
      account.id,
      externalId,
      reply,
    ]);
    return reply;
  });
}

export interface ConversationRow {
  id: ConversationId;
  state: ConversationState;
  shopper: { name: string | null };
  channel: string;
  lastText: string | null;
  lastFrom: Author | null;
  lastAt: string | null;
}

const OWNERS: Record<'with-bot' | 'waiting' | 'with-agent', string[]> = {
  'with-bot': ['bot'],
  waiting: ['queue'],
  'with-agent': ['agent', 'platform_agent'],
};

/** Conversations in which something was said, the latest first. */
export async function listConversations(
  pool: Pool,
  shopId: ShopId,
  state: keyof typeof OWNERS,
  limit: number,
): Promise<ConversationRow[]> {
  const { rows } = await shopQuery<{ view: ConversationRow }>(
    pool,
    shopId,
    `select jsonb_build_object('id', c.id::text, 'state', $2::text, 'shopper', jsonb_build_object('name', s.name), 'channel', a.kind,
       'lastText', m.text, 'lastFrom', m.author, 'lastAt', m.created_at) as view
     from conversations c join shoppers s on s.id = c.shopper_id join channel_accounts a on a.id = c.channel_account_id
     join lateral (select text, author, created_at from messages where conversation_id = c.id and kind <> 'note' order by seq desc limit 1) m on true
     where c.owner_kind = any($1) and c.closed_at is null order by c.last_shopper_at desc nulls last limit $3`,
    [OWNERS[state], state, limit],
  );
  return rows.map((r) => r.view);
}
