// What a shopper has said since they were last answered, with all that wording an answer needs. Reads rows of one conversation, changes nothing.
import type { ConversationId, MessagePayload, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import type { ClaimedTurn, PastMessage } from './turns.ts';

/** A conversation that a person owns and in which the shopper spoke last. */
export interface OpenQuestion {
  shopId: ShopId;
  conversationId: ConversationId;
  accountId: string;
  epoch: string;
  memory: Record<string, unknown>;
  shopper: ClaimedTurn['shopper'];
  /** The shopper's last burst, oldest first; at least one message. */
  messages: { seq: number; text: string; payload: MessagePayload; at: string }[];
  /** Before it, oldest first. */
  history: PastMessage[];
}

export interface Glance {
  /** Of the newest message of any kind. */
  lastSeq: number;
  /** Drafts have been made up to this message. */
  draftedSeq: number;
  /** The owner's clock runs: somebody waits for their words. */
  isAwaiting: boolean;
  /** The owner said that they are away. */
  isAway: boolean;
  /** Null when a person does not own it, or the shopper does not wait for words. */
  question: OpenQuestion | null;
}

/** Messages further apart than this are about different things, however long nobody answers. Seconds. */
const BURST_S = 20;
const BURST_MAX = 6;
const HISTORY = 12;

const QUERY = `
  with c as (select * from conversations where id = $1),
  answered as (select coalesce((select m.seq from messages m where m.conversation_id = $1 and m.author <> 'shopper' and m.kind = 'text'
    order by m.seq desc limit 1), 0) as seq),
  said as (select m.seq, m.text, m.payload, m.created_at from messages m, answered a
    where m.conversation_id = $1 and m.author = 'shopper' and m.seq > a.seq order by m.seq desc limit ${BURST_MAX}),
  -- a message starts the burst when the one before it is long ago; everything from the newest start on belongs to it
  starts as (select s.seq from (select seq, created_at - lag(created_at) over (order by seq) as gap from said) s
    where s.gap is null or s.gap > interval '${BURST_S} seconds' order by s.seq desc limit 1),
  burst as (select said.* from said, starts where said.seq >= starts.seq)
  select jsonb_build_object('lastSeq', c.next_seq - 1,
    'draftedSeq', (select coalesce(max(g.for_seq), 0) from suggestions g where g.conversation_id = $1), 'isPersons', c.owner_kind = 'agent',
    'isAwaiting', exists (select from handoffs h where h.conversation_id = $1 and h.state = 'with-agent' and h.awaiting_since is not null),
    'isAway', coalesce((select s.presence = 'away' from staff s where s.id = c.owner_id), false), 'accountId', c.channel_account_id::text,
    'epoch', c.epoch::text, 'memory', c.memory,
    'shopper', (select jsonb_build_object('id', s.id::text, 'platformId', s.platform_id, 'name', s.name, 'customerId', s.customer_id)
      from shoppers s where s.id = c.shopper_id),
    'messages', (select coalesce(jsonb_agg(jsonb_build_object('seq', b.seq, 'text', b.text, 'payload', b.payload, 'at', b.created_at)
      order by b.seq), '[]') from burst b),
    'history', (select coalesce(jsonb_agg(h order by h.seq), '[]') from (
      select m.seq, m.author, m.text, m.kind, m.payload->'source' as source from messages m
      where m.conversation_id = $1 and m.seq < (select min(seq) from burst) and m.kind <> 'note' order by m.seq desc limit ${HISTORY}) h)
  ) as seen from c`;

type Row = Omit<OpenQuestion, 'shopId' | 'conversationId'> & {
  lastSeq: number;
  draftedSeq: number;
  isPersons: boolean;
  isAwaiting: boolean;
  isAway: boolean;
};

/** Null when the shop has no such conversation. */
export async function readOpenQuestion(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<Glance | null> {
  const { rows } = await shopQuery<{ seen: Row }>(pool, shopId, QUERY, [conversationId], { name: 'open-question' });
  if (!rows[0]) return null;
  const { lastSeq, draftedSeq, isPersons, isAwaiting, isAway, ...question } = rows[0].seen;
  return {
    lastSeq,
    draftedSeq,
    isAwaiting,
    isAway: isPersons && isAway,
    question: isPersons && question.messages.length > 0 ? { ...question, shopId, conversationId } : null,
  };
}
