// What shoppers say about the service: a thumb for an answer, stars at the end. Knows no HTTP and no wording.
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Csat } from '../contract/shop.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';

/** So many answers in one conversation that did not help, and a person is offered; after a miss of the bot the first is enough. */
const UNHELPFUL_BEFORE_PERSON = 2;

/**
 * Notes whether an answer of the bot helped; the last word counts. Null when there is no such answer.
 * `offerHuman`: the bot has the conversation and does not get on.
 */
export async function noteFeedback(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  seq: number,
  helpful: boolean,
): Promise<{ helpful: boolean; offerHuman: boolean } | null> {
  return inShop(pool, shopId, async (tx) => {
    const noted = await tx.query(
      `insert into answer_feedback (shop_id, conversation_id, message_seq, helpful)
         select shop_id, conversation_id, seq, $3 from messages
         where conversation_id = $1 and seq = $2 and author = 'bot' and kind = 'text'
       on conflict (conversation_id, message_seq) do update set helpful = excluded.helpful, changed_at = now()`,
      [conversationId, seq, helpful],
    );
    if (noted.rowCount === 0) return null;
    if (helpful) return { helpful, offerHuman: false };
    const { rows } = await tx.query<{ offer: boolean }>(
      `select c.owner_kind = 'bot' and (coalesce((c.memory->>'misses')::int, 0) > 0 or (
         select count(*) from answer_feedback f where f.conversation_id = c.id and not f.helpful
           and coalesce(f.changed_at, f.created_at) > now() - interval '1 day') >= $2) as offer
       from conversations c where c.id = $1`,
      [conversationId, UNHELPFUL_BEFORE_PERSON],
    );
    return { helpful, offerHuman: rows[0]!.offer };
  });
}

/** After the end of a handoff: its shopper is asked, where there is a page to ask on. */
export async function askForCsat(pool: Pool, shopId: ShopId, handoffId: HandoffId): Promise<void> {
  await inShop(pool, shopId, (tx) =>
    tx.query(
      `insert into csat (handoff_id, shop_id, conversation_id, agent_id)
         select h.id, h.shop_id, h.conversation_id, h.accepted_by from handoffs h
           join conversations c on c.id = h.conversation_id join channel_accounts a on a.id = c.channel_account_id
         where h.id = $1 and h.state = 'resolved' and a.kind = 'web'
       on conflict (handoff_id) do nothing`,
      [handoffId],
    ),
  );
}

export interface Rating {
  score: number;
  tags: readonly string[];
  text: string;
}

interface AskedRow {
  handoffId: HandoffId;
  agentId: StaffId | null;
  isOpen: boolean;
}

/** Asked for a day; once given it may be changed for another. */
const OPEN = `coalesce(rated_at, asked_at) > now() - interval '1 day'`;

const lastAsked = async (tx: PoolClient, conversationId: ConversationId): Promise<AskedRow | undefined> => {
  const { rows } = await tx.query<AskedRow>(
    `select handoff_id::text as "handoffId", agent_id::text as "agentId", ${OPEN} as "isOpen" from csat
     where conversation_id = $1 order by asked_at desc, handoff_id desc limit 1 for no key update`,
    [conversationId],
  );
  return rows[0];
};

/** Gives or changes the rating of the last service. `why` when it is not taken. */
export async function rate(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  { score, tags, text }: Rating,
): Promise<{ status: 'rated' } | { status: 'not-asked' | 'too-late' }> {
  return inShop(pool, shopId, async (tx) => {
    const asked = await lastAsked(tx, conversationId);
    if (asked === undefined) return { status: 'not-asked' };
    if (!asked.isOpen) return { status: 'too-late' };
    const { rows } = await tx.query<{ changed: boolean }>(
      `update csat set score = $2, tags = $3, text = $4, rated_at = coalesce(rated_at, now()),
         changed_at = case when rated_at is null then null else now() end
       where handoff_id = $1 returning changed_at is not null as changed`,
      [asked.handoffId, score, tags, text],
    );
    // what was written in words is read over the API; an event carries figures and ids
    const event = {
      conversationId,
      handoffId: asked.handoffId,
      agentId: asked.agentId,
      score,
      changed: rows[0]!.changed,
    };
    await tx.query(`select append_event($1, 'desk', 'csat.received', $2::jsonb)`, [shopId, JSON.stringify(event)]);
    return { status: 'rated' };
  });
}

/** One SQL expression for the shopper's page: the last question that may still be answered; `c` is the conversation's row. */
export const CSAT_OF_CONVERSATION = `(select jsonb_build_object('askedAt', x.asked_at, 'agentName', s.name, 'score', x.score,
    'tags', to_jsonb(x.tags), 'text', x.text)
  from (select * from csat where conversation_id = c.id order by asked_at desc, handoff_id desc limit 1) x
  left join staff s on s.id = x.agent_id where ${OPEN.replaceAll(/(rated_at|asked_at)/g, 'x.$1')})`;

export interface CsatRow extends Csat {
  handoffId: HandoffId;
  conversationId: ConversationId;
  agentId: StaffId | null;
  ratedAt: string | null;
}

/** Everybody who was asked in a span of time, oldest first; `score` null: no answer. For the board's average and share. */
export async function readCsat(pool: Pool, shopId: ShopId, span: { since: Date; until: Date }): Promise<CsatRow[]> {
  const { rows } = await shopQuery<{ row: CsatRow }>(
    pool,
    shopId,
    `select jsonb_build_object('handoffId', x.handoff_id::text, 'conversationId', x.conversation_id::text,
       'agentId', x.agent_id::text, 'agentName', s.name, 'askedAt', x.asked_at, 'score', x.score, 'tags', to_jsonb(x.tags),
       'text', x.text, 'ratedAt', x.rated_at) as row
     from csat x left join staff s on s.id = x.agent_id
     where x.asked_at >= $1 and x.asked_at < $2 order by x.asked_at, x.handoff_id`,
    [span.since, span.until],
  );
  return rows.map(({ row }) => row);
}

/** Thumbs of a span of time. */
export async function countFeedback(
  pool: Pool,
  shopId: ShopId,
  span: { since: Date; until: Date },
): Promise<{ helpful: number; unhelpful: number }> {
  const { rows } = await shopQuery<{ helpful: number; unhelpful: number }>(
    pool,
    shopId,
    `select count(*) filter (where helpful)::int as helpful, count(*) filter (where not helpful)::int as unhelpful
     from answer_feedback where created_at >= $1 and created_at < $2`,
    [span.since, span.until],
  );
  return rows[0]!;
}
