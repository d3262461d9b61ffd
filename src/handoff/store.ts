// The handoff's rows: queue, claim, resolve, give back, takeover. Every change of owner goes through `changeOwner`. Long because every change of owner stands in one place.
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { HandoffReason, RiskLevel } from '../contract/decision.ts';
import type { Packet } from '../contract/handoff.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';

export interface HandoffRow {
  id: HandoffId;
  conversationId: ConversationId;
  reason: HandoffReason;
  risk: RiskLevel;
  priority: number;
  team: string;
  state: 'waiting' | 'offered' | 'with-agent' | 'deferred' | 'resolved';
  waitingSince: string;
  dueAt: string;
  shopper: { id: string; name: string | null };
  channel: string;
  summary: string;
  intent: string | null;
  owner: { id: StaffId; name: string } | null;
  /** The shopper spoke last: somebody has to answer. */
  awaitingReply: boolean;
  deliveryTrouble: number;
}

export interface HandoffFilter {
  state: 'waiting' | 'with-agent' | 'deferred' | 'resolved';
  team?: string;
  ownerId?: StaffId;
  limit: number;
  /** Opaque; from the last page's `next`. */
  cursor?: string;
}

// One expression for the order everywhere: risk, then deadline, then age (= id). Resolved ones: newest first.
const VIEW = `jsonb_build_object('id', h.id::text, 'conversationId', h.conversation_id::text, 'reason', h.reason, 'risk', h.risk,
  'priority', h.priority, 'team', h.team, 'state', h.state, 'waitingSince', h.queued_at, 'dueAt', h.due_at,
  'shopper', jsonb_build_object('id', s.id::text, 'name', s.name), 'channel', a.kind, 'summary', h.summary, 'intent', h.intent,
  'owner', case when st.id is null then null else jsonb_build_object('id', st.id::text, 'name', st.name) end,
  'awaitingReply', coalesce((select m.author = 'shopper' from messages m where m.conversation_id = h.conversation_id
    and m.kind = 'text' order by m.seq desc limit 1), false),
  'deliveryTrouble', (select count(*) from outbox o where o.conversation_id = h.conversation_id and o.state in ('unknown', 'failed')))`;
const FROM = `from handoffs h join conversations c on c.id = h.conversation_id join shoppers s on s.id = c.shopper_id
  join channel_accounts a on a.id = c.channel_account_id left join staff st on st.id = h.accepted_by`;

export async function listHandoffs(
  pool: Pool,
  shopId: ShopId,
  filter: HandoffFilter,
): Promise<{ items: HandoffRow[]; next: string | null }> {
  const states = filter.state === 'waiting' ? ['waiting', 'offered'] : [filter.state];
  const newestFirst = filter.state === 'resolved';
  const key = newestFirst
    ? `lpad((9223372036854775807 - h.id)::text, 20, '0')`
    : `h.risk_rank::text || to_char(h.due_at at time zone 'utc', 'YYYYMMDDHH24MISSUS') || lpad(h.id::text, 20, '0')`;
  const { rows } = await shopQuery<{ view: HandoffRow; key: string }>(
    pool,
    shopId,
    `select ${VIEW} as view, ${key} as key ${FROM}
     where h.state = any($1) and ($2::text is null or h.team = $2) and ($3::bigint is null or h.accepted_by = $3)
       and ($4::text is null or ${key} > $4)
     order by ${newestFirst ? 'h.id desc' : 'h.risk_rank, h.due_at, h.id'} limit $5`,
    [states, filter.team ?? null, filter.ownerId ?? null, filter.cursor ?? null, filter.limit + 1],
  );
  const page = rows.slice(0, filter.limit);
  return { items: page.map((r) => r.view), next: rows.length > filter.limit ? (page.at(-1)?.key ?? null) : null };
}

export async function readHandoff(
  pool: Pool,
  shopId: ShopId,
  id: HandoffId,
): Promise<(HandoffRow & { packet: Packet }) | null> {
  const { rows } = await shopQuery<{ view: HandoffRow; packet: Packet }>(
    pool,
    shopId,
    `select ${VIEW} as view, h.packet ${FROM} where h.id = $1`,
    [id],
  );
  return rows[0] ? { ...rows[0].view, packet: rows[0].packet } : null;
}

/** The conversation's lock, then a compare-and-set of its owner; bot messages not yet sending are cancelled under the same lock. */
async function changeOwner(
  tx: PoolClient,
  conversationId: ConversationId,
  from: readonly string[],
  to: { kind: 'bot' | 'queue' | 'agent'; id: StaffId | null },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update conversations set owner_kind = $3, owner_id = $4, epoch = epoch + 1 where id = $1 and owner_kind = any($2)`,
    [conversationId, from, to.kind, to.id],
  );
  if (rowCount !== 1) return false;
  await tx.query(
    `update outbox set state = 'cancelled', last_error = 'a person took over'
     where conversation_id = $1 and state = 'new' and author in ('bot', 'system')`,
    [conversationId],
  );
  return true;
}

const announce = (
  tx: PoolClient,
  shopId: ShopId,
  handoffId: HandoffId,
  conversationId: ConversationId,
  state: string,
) =>
  tx.query(
    `select append_event($1, 'desk', 'handoff', jsonb_build_object('handoffId', $2::text, 'conversationId', $3::text, 'state', $4::text))`,
    [shopId, handoffId, conversationId, state],
  );

export type ClaimResult =
  | { status: 'claimed'; conversationId: ConversationId }
  | { status: 'taken'; ownerName: string | null; state: string }
  | { status: 'not_found' };

/** One agent wins. The conditional UPDATE of the handoff decides, under the conversation's lock. */
export async function claimHandoff(pool: Pool, shopId: ShopId, id: HandoffId, agentId: StaffId): Promise<ClaimResult> {
  return inShop(pool, shopId, async (tx) => {
    const where = await tx.query<{ conversation_id: string }>(
      'select conversation_id::text from handoffs where id = $1',
      [id],
    );
    const conversationId = where.rows[0]?.conversation_id;
    if (conversationId === undefined) return { status: 'not_found' };
    await tx.query('select 1 from conversations where id = $1 for update', [conversationId]);
    const won = await tx.query(
      `update handoffs set state = 'with-agent', accepted_by = $2, accepted_at = now()
       where id = $1 and state in ('waiting', 'offered') and (offered_to is null or offered_to = $2)`,
      [id, agentId],
    );
    if (won.rowCount === 1 && (await changeOwner(tx, conversationId, ['queue'], { kind: 'agent', id: agentId }))) {
      await tx.query('insert into assignments (shop_id, handoff_id, agent_id) values ($1, $2, $3)', [
        shopId,
        id,
        agentId,
      ]);
      await announce(tx, shopId, id, conversationId, 'with-agent');
      return { status: 'claimed', conversationId };
    }
    const now = await tx.query<{ state: string; name: string | null }>(
      'select h.state, s.name from handoffs h left join staff s on s.id = coalesce(h.accepted_by, h.offered_to) where h.id = $1',
      [id],
    );
    return { status: 'taken', ownerName: now.rows[0]!.name, state: now.rows[0]!.state };
  });
}

/** The most urgent one that waits, or null when none does. */
export async function nextWaiting(pool: Pool, shopId: ShopId, teams: readonly string[]): Promise<HandoffId | null> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    shopId,
    `select id::text from handoffs where state = 'waiting' and (cardinality($1::text[]) = 0 or team = any($1))
     order by risk_rank, due_at, id limit 1`,
    [teams],
  );
  return rows[0]?.id ?? null;
}

export type OwnerAction =
  | { status: 'done'; conversationId: ConversationId }
  | { status: 'not_owner'; ownerName: string | null }
  | { status: 'not_found' };

/** Ends an agent's work on a handoff: the next message is the bot's again. */
export async function endHandoff(
  pool: Pool,
  shopId: ShopId,
  id: HandoffId,
  agentId: StaffId,
  end: {
    disposition: string;
    category: string | null;
    outcome: 'resolved' | 'returned';
    memory: Record<string, unknown>;
  },
): Promise<OwnerAction> {
  return inShop(pool, shopId, async (tx) => {
    const where = await tx.query<{
      conversation_id: string;
      accepted_by: string | null;
      state: string;
      name: string | null;
    }>(
      `select h.conversation_id::text, h.accepted_by::text, h.state, s.name from handoffs h left join staff s on s.id = h.accepted_by where h.id = $1`,
      [id],
    );
    const found = where.rows[0];
    if (!found) return { status: 'not_found' };
    await tx.query('select 1 from conversations where id = $1 for update', [found.conversation_id]);
    const ended = await tx.query(
      `update handoffs set state = 'resolved', resolved_at = now(), disposition = $3, category = $4
       where id = $1 and state = 'with-agent' and accepted_by = $2`,
      [id, agentId, end.disposition, end.category],
    );
    if (ended.rowCount !== 1) return { status: 'not_owner', ownerName: found.name };
    await changeOwner(tx, found.conversation_id, ['agent'], { kind: 'bot', id: null });
    await tx.query('update conversations set memory = memory || $2::jsonb where id = $1', [
      found.conversation_id,
      JSON.stringify(end.memory),
    ]);
    await tx.query(
      `update assignments set ended_at = now(), outcome = $3 where handoff_id = $1 and agent_id = $2 and ended_at is null`,
      [id, agentId, end.outcome],
    );
    await announce(tx, shopId, id, found.conversation_id, 'resolved');
    return { status: 'done', conversationId: found.conversation_id };
  });
}

export type Takeover =
  | { status: 'done'; handoffId: HandoffId; previousOwner: string | null }
  | { status: 'already_owner'; handoffId: HandoffId }
  | { status: 'not_found' };

/** A person takes the conversation from the bot, the queue or a colleague. */
export async function takeOver(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  agentId: StaffId,
  handoff: { team: string; summary: string; packet: Packet; dueMs: number; rank: number },
): Promise<Takeover> {
  return inShop(pool, shopId, async (tx) => {
    const locked = await tx.query<{ owner_kind: string; owner_id: string | null; name: string | null }>(
      `select c.owner_kind, c.owner_id::text, (select s.name from staff s where s.id = c.owner_id) as name
       from conversations c where c.id = $1 for update of c`,
      [conversationId],
    );
    const owner = locked.rows[0];
    if (!owner) return { status: 'not_found' };
    const open = await tx.query<{ id: string }>(
      `select id::text from handoffs where conversation_id = $1 and state <> 'resolved'`,
      [conversationId],
    );
    let handoffId = open.rows[0]?.id;
    if (owner.owner_kind === 'agent' && owner.owner_id === agentId && handoffId)
      return { status: 'already_owner', handoffId };
    if (handoffId) {
      await tx.query(
        `update handoffs set state = 'with-agent', accepted_by = $2, accepted_at = coalesce(accepted_at, now()), offered_to = null where id = $1`,
        [handoffId, agentId],
      );
      await tx.query(
        `update assignments set ended_at = now(), outcome = 'taken_over' where handoff_id = $1 and ended_at is null`,
        [handoffId],
      );
    } else {
      const made = await tx.query<{ id: string }>(
        `insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, state, summary, packet, due_at, told_at, accepted_by, accepted_at)
         values ($1, $2, 'takeover', 'none', $3, $4, 'with-agent', $5, $6::jsonb, now() + $7::bigint * interval '1 ms', now(), $8, now()) returning id::text`,
        [
          shopId,
          conversationId,
          handoff.rank,
          handoff.team,
          handoff.summary,
          JSON.stringify(handoff.packet),
          handoff.dueMs,
          agentId,
        ],
      );
      handoffId = made.rows[0]!.id;
    }
    await changeOwner(tx, conversationId, ['bot', 'queue', 'agent', 'platform_agent'], { kind: 'agent', id: agentId });
    await tx.query('insert into assignments (shop_id, handoff_id, agent_id) values ($1, $2, $3)', [
      shopId,
      handoffId,
      agentId,
    ]);
    await announce(tx, shopId, handoffId!, conversationId, 'with-agent');
    return { status: 'done', handoffId: handoffId!, previousOwner: owner.name };
  });
}

/** Opens a handoff outside of a turn (an undeliverable reply, a failed bot). Null when a person has the conversation already. */
export async function openHandoff(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  handoff: {
    reason: HandoffReason;
    risk: RiskLevel;
    rank: number;
    team: string;
    summary: string;
    dueMs: number;
    packet: Packet;
  },
): Promise<HandoffId | null> {
  return inShop(pool, shopId, async (tx) => {
    await tx.query('select 1 from conversations where id = $1 for update', [conversationId]);
    if (!(await changeOwner(tx, conversationId, ['bot'], { kind: 'queue', id: null }))) return null;
    const { rows } = await tx.query<{ id: string }>(
      `insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, summary, packet, due_at, told_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, now() + $9::bigint * interval '1 ms', now()) returning id::text`,
      [
        shopId,
        conversationId,
        handoff.reason,
        handoff.risk,
        handoff.rank,
        handoff.team,
        handoff.summary,
        JSON.stringify(handoff.packet),
        handoff.dueMs,
      ],
    );
    await announce(tx, shopId, rows[0]!.id, conversationId, 'waiting');
    return rows[0]!.id;
  });
}

/** Agents resting on a shopper's unanswered message for too long: the conversation returns to the bot if its risk allows. */
export async function giveBackSilent(
  pool: Pool,
  shopId: ShopId,
  id: HandoffId,
  silentMs: number,
): Promise<ConversationId | null> {
  return inShop(pool, shopId, async (tx) => {
    const where = await tx.query<{ conversation_id: string }>(
      'select conversation_id::text from handoffs where id = $1',
      [id],
    );
    const conversationId = where.rows[0]?.conversation_id;
    if (!conversationId) return null;
    await tx.query('select 1 from conversations where id = $1 for update', [conversationId]);
    await tx.query(`update handoffs set told_at = now() where id = $1 and state = 'with-agent'`, [id]); // looked at: not again before its time
    const { rowCount } = await tx.query(
      `update handoffs h set state = 'resolved', resolved_at = now(), disposition = 'no_response'
       where h.id = $1 and h.state = 'with-agent' and h.risk in ('R3', 'R4', 'none')
         and (select m.author = 'shopper' and m.created_at < now() - $2::bigint * interval '1 ms' from messages m
           where m.conversation_id = h.conversation_id and m.kind = 'text' order by m.seq desc limit 1)`,
      [id, silentMs],
    );
    if (rowCount !== 1) return null;
    await changeOwner(tx, conversationId, ['agent'], { kind: 'bot', id: null });
    await tx.query(
      `update assignments set ended_at = now(), outcome = 'agent_silent' where handoff_id = $1 and ended_at is null`,
      [id],
    );
    await announce(tx, shopId, id, conversationId, 'resolved');
    return conversationId;
  });
}

export interface QueuePlace {
  handoffId: HandoffId;
  conversationId: ConversationId;
  accountId: string;
  /** 1 is next. */
  position: number;
  toldPosition: number | null;
}

/** Everybody's place in the shop's queue, in its order. */
export async function queuePlaces(pool: Pool, shopId: ShopId): Promise<QueuePlace[]> {
  const { rows } = await shopQuery<{ place: QueuePlace }>(
    pool,
    shopId,
    `select jsonb_build_object('handoffId', h.id::text, 'conversationId', h.conversation_id::text, 'accountId', c.channel_account_id::text,
       'position', row_number() over (order by h.risk_rank, h.due_at, h.id), 'toldPosition', h.told_position) as place
     from handoffs h join conversations c on c.id = h.conversation_id where h.state in ('waiting', 'offered') order by h.risk_rank, h.due_at, h.id`,
    [],
  );
  return rows.map((r) => r.place);
}

/** Figures behind an honest waiting time: how many wait before a newcomer of this rank, the last waits, and who is online. */
export async function queueFigures(
  pool: Pool,
  shopId: ShopId,
  rank: number,
): Promise<{ ahead: number; waitsMs: number[]; agentsOnline: number }> {
  const { rows } = await shopQuery<{ ahead: string; waits: number[] | null; online: string }>(
    pool,
    shopId,
    `select (select count(*) from handoffs where state in ('waiting', 'offered') and risk_rank <= $1) as ahead,
       (select array_agg(w.ms) from (select (extract(epoch from accepted_at - queued_at) * 1000)::float8 as ms from handoffs
          where accepted_at is not null and reason <> 'takeover' order by id desc limit 100) w) as waits,
       (select count(*) from staff where presence = 'online' and presence_at > now() - interval '60 seconds') as online`,
    [rank],
  );
  const row = rows[0]!;
  return { ahead: Number(row.ahead), waitsMs: row.waits ?? [], agentsOnline: Number(row.online) };
}

/** Notes what the shopper was told, if the handoff still waits. */
export async function noteTold(tx: PoolClient, id: HandoffId, position: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update handoffs set told_at = now(), told_position = $2 where id = $1 and state in ('waiting', 'offered')`,
    [id, position],
  );
  return rowCount === 1;
}
