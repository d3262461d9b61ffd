// What the board reads of the rows besides the history: handoffs, endings, rejections, and who is behind a list of cases.
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import type { HandoffFact, RejectedFact, ResolvedFact } from './cases.ts';

export interface BoardFacts {
  handoffs: HandoffFact[];
  resolved: ResolvedFact[];
  rejected: RejectedFact[];
}

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

/** Takeovers are read too: they say whose team a session is; what the bot could not keep is without them. */
const FACTS = `select jsonb_build_object(
  'handoffs', (select coalesce(jsonb_agg(jsonb_build_object('conversationId', h.conversation_id::text, 'shopperId', c.shopper_id::text,
      'reason', h.reason, 'team', h.team, 'queuedAt', ${MS('h.queued_at')}, 'resolvedAt', ${MS('h.resolved_at')},
      'acceptedBy', h.accepted_by::text, 'cause', h.root_cause) order by h.id), '[]')
    from handoffs h join conversations c on c.id = h.conversation_id
    where (h.queued_at >= $1 or h.resolved_at is null or h.resolved_at >= $1) and ($2::bigint is null or c.channel_account_id = $2)),
  'resolved', (select coalesce(jsonb_agg(jsonb_build_object('conversationId', h.conversation_id::text, 'agentId', a.agent_id::text,
      'team', h.team, 'at', ${MS('a.ended_at')})), '[]')
    from assignments a join handoffs h on h.id = a.handoff_id join conversations c on c.id = h.conversation_id
    where a.outcome = 'resolved' and a.ended_at >= $1 and ($2::bigint is null or c.channel_account_id = $2)),
  'rejected', (select coalesce(jsonb_agg(jsonb_build_object('conversationId', t.conversation_id::text, 'at', ${MS('t.created_at')})), '[]')
    from turns t join conversations c on c.id = t.conversation_id
    where t.created_at >= $1 and t.receipt @> '{"rejects": true}' and ($2::bigint is null or c.channel_account_id = $2))
    || (select coalesce(jsonb_agg(jsonb_build_object('conversationId', f.conversation_id::text, 'at', ${MS('f.created_at')})), '[]')
      from answer_feedback f join conversations c on c.id = f.conversation_id
      where f.created_at >= $1 and not f.helpful and ($2::bigint is null or c.channel_account_id = $2))) as facts`;

export async function readFacts(
  pool: Pool,
  shopId: ShopId,
  since: Date,
  accountId: string | null,
): Promise<BoardFacts> {
  const { rows } = await shopQuery<{ facts: BoardFacts }>(pool, shopId, FACTS, [since, accountId]);
  return rows[0]!.facts;
}

export interface CaseBehind {
  handoffId: string | null;
  shopper: string | null;
  channel: string;
  state: string;
}

/** Who is behind each conversation, as it stands now. */
export async function readBehind(
  pool: Pool,
  shopId: ShopId,
  ids: readonly ConversationId[],
): Promise<Map<ConversationId, CaseBehind>> {
  const { rows } = await shopQuery<CaseBehind & { id: string }>(
    pool,
    shopId,
    `select c.id::text, s.name as shopper, a.kind as channel,
       (select h.id::text from handoffs h where h.conversation_id = c.id order by h.id desc limit 1) as "handoffId",
       case c.owner_kind when 'bot' then 'with-bot' when 'queue' then 'waiting' else 'with-agent' end as state
     from conversations c join shoppers s on s.id = c.shopper_id join channel_accounts a on a.id = c.channel_account_id
     where c.id = any($1::bigint[])`,
    [ids],
  );
  return new Map(rows.map(({ id, ...behind }) => [id, behind]));
}

export interface Place {
  id: string;
  kind: string;
  name: string;
}

export async function readAccounts(pool: Pool, shopId: ShopId): Promise<Place[]> {
  const { rows } = await shopQuery<Place>(
    pool,
    shopId,
    'select id::text, kind, name from channel_accounts order by id',
  );
  return rows;
}
