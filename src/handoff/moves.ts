// Every change of owner: locks the conversation, asks the state machine, writes what follows, in one transaction.
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { HandoffReason, RiskLevel } from '../contract/decision.ts';
import type { Packet } from '../contract/handoff.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { commitWith, inOneTrip, retryInShop } from '../db/transaction.ts';
import { type Baton, type BatonEvent, type Effect, type Refusal, step } from './baton.ts';
import { holderOf, type LockedRow, readBaton, type TransferNote } from './locked-row.ts';
import type { TransferSummary } from './transfer-summary.ts';

/** The agent under their lock, as the database's clock sees them. */
export interface LockedAgent {
  name: string;
  presence: 'online' | 'busy' | 'away' | 'offline';
  /** Since the last sign of life, milliseconds; null when there never was one. */
  awayMs: number | null;
  capacity: number;
  load: number;
  channelCapacity: Record<string, number>;
  channelLoad: Record<string, number>;
}

/** What a guard may look at: all read under the locks, times by the database's clock. */
export interface Sight {
  baton: Baton;
  ownerKind: LockedRow['ownerKind'];
  offerOver: boolean;
  risk: RiskLevel | null;
  weight: number;
  /** Since the shopper's oldest unanswered message, milliseconds; null when nothing waits. */
  awaitingMs: number | null;
  /** Of the agent the event is about. */
  agent: LockedAgent | null;
}

/** A handoff that is about to be opened. */
export interface NewHandoff {
  reason: HandoffReason;
  risk: RiskLevel;
  rank: number;
  team: string;
  summary: string;
  packet: Packet;
  /** Until the first human reply is due. */
  dueMs: number;
}

export interface MoveDetails {
  /** Says no by what it sees under the locks; the event is then refused as `not-now`. */
  when?: (sight: Sight) => boolean;
  /** The agent whose lock is taken besides the conversation's. */
  agent?: StaffId;
  offerMs?: number;
  why?: Record<string, unknown>;
  open?: NewHandoff;
  close?: { disposition: string; category: string | null; cause?: string | null; causeNote?: string | null };
  transfer?: { reason: string; note: string | null; summary: TransferSummary | null };
  /** What the bot shall know when it goes on. */
  memory?: Record<string, unknown>;
}

export type MoveResult =
  | {
      status: 'moved';
      conversationId: ConversationId;
      /** Null when the move was between the bot and the platform's own people: no handoff of ours was open. */
      handoffId: HandoffId | null;
      before: Baton;
      after: Baton;
      told: boolean;
    }
  | {
      status: 'refused';
      why: Refusal | 'not-now';
      baton: Baton;
      handoffId: HandoffId | null;
      ownerId: StaffId | null;
      ownerName: string | null;
    }
  | { status: 'not-found' };

/** How a case ends that no person has answered: its `disposition`. */
export type LeaveWhy = 'shopper_left' | 'bot_answered';

export type MoveTarget = { handoff: HandoffId } | { conversation: ConversationId };

const agentLock = (id: StaffId) => ({ text: 'select lock_agent($1) as agent', values: [id] });
const agentIn = ({ rows }: { rows: unknown[] }) => (rows[0] as { agent: LockedAgent | null }).agent;

/**
 * Locks the agent a move is about, and whoever it takes the conversation from, always the older account first: two agents
 * who take each other's conversations would otherwise wait for each other in a circle.
 */
async function lockAgents(tx: PoolClient, wanted: StaffId, leaving: StaffId | null): Promise<LockedAgent | null> {
  const ids = [...new Set([wanted, leaving ?? wanted])].sort((a, b) => Number(BigInt(a) - BigInt(b)));
  const locked = await inOneTrip(tx, ids.map(agentLock));
  return agentIn(locked[ids.indexOf(wanted)]!);
}

interface Locked {
  row: LockedRow | null;
  at: string;
  /** Locked along with it, where a move takes nothing from anybody and so needs no other. */
  agent: LockedAgent | null;
}

/** In one trip: all that a move looks at, under its lock. Undefined when there is none. */
async function lockBaton(tx: PoolClient, target: MoveTarget, agent: StaffId | null): Promise<Locked | undefined> {
  const from =
    'handoff' in target
      ? '(select conversation_id as id from handoffs where id = $1) c'
      : '(select $1::bigint as id) c';
  const [baton, ...agents] = await inOneTrip(tx, [
    {
      text: `select lock_baton(c.id) as row, now() as at from ${from}`,
      values: ['handoff' in target ? target.handoff : target.conversation],
    },
    ...(agent === null ? [] : [agentLock(agent)]),
  ]);
  const found = baton!.rows[0] as Omit<Locked, 'agent'> | undefined;
  return found && { ...found, agent: agents[0] ? agentIn(agents[0]) : null };
}

const INSERT = `insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, state, summary, packet, due_at,
    told_at, awaiting_since, offer_platform_at, previous_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, now() + $10::bigint * interval '1 ms', now(),
    case when $3 = 'takeover' then null else now() end, 'infinity',
    (select h.id from handoffs h where h.conversation_id = $2 and h.resolved_at > now() - interval '24 hours' order by h.id desc limit 1))
  returning id::text`;

async function insertHandoff(
  tx: PoolClient,
  shopId: ShopId,
  conversationId: ConversationId,
  open: NewHandoff,
  state: string,
): Promise<HandoffId> {
  const { rows } = await tx.query<{ id: string }>(INSERT, [
    shopId,
    conversationId,
    open.reason,
    open.risk,
    open.rank,
    open.team,
    // born waiting; the update below brings it where it belongs, so that one statement writes every state
    state === 'deferred' ? 'deferred' : 'waiting',
    open.summary,
    JSON.stringify(open.packet),
    open.dueMs,
  ]);
  return rows[0]!.id;
}

/** All columns that a state says something about, so that nothing of an earlier state stays behind. */
const WRITE = `update handoffs set state = $3, team = $4, passed = $5::bigint[], raised = $6,
    offered_to = $7::bigint, offer_expires_at = case when $7::bigint is null then null else now() + $8::bigint * interval '1 ms' end,
    accepted_by = case when $3 = 'resolved' then accepted_by else $9::bigint end,
    held_since = case when $9::bigint is null then null when accepted_by = $9::bigint then held_since else now() end,
    accepted_at = case when $9::bigint is null then accepted_at else coalesce(accepted_at, now()) end,
    transfer = $10::jsonb, resolved_at = case when $3 = 'resolved' then now() end,
    due_at = case when $2 = 'deferred' and $3 = 'waiting' then now() + (due_at - queued_at) else due_at end,
    disposition = coalesce($11, disposition), category = coalesce($12, category),
    root_cause = coalesce($13, root_cause), root_note = coalesce($14, root_note)
  where id = $1 and state = $2`;

function columnsOf(before: Baton, next: Baton, details: MoveDetails, by: StaffId | null, at: string): unknown[] {
  if (next.kind === 'with-bot' || next.kind === 'with-platform') {
    const team = before.kind === 'with-bot' || before.kind === 'with-platform' ? null : before.team;
    const { disposition, category, cause, causeNote } = details.close ?? {};
    return ['resolved', team, '{}', false, null, 0, null, null, disposition, category, cause, causeNote];
  }
  const transfer =
    next.kind === 'with-agent' && next.transfer !== null
      ? JSON.stringify({
          ...next.transfer,
          ...(details.transfer ? { by, ...details.transfer, at } : {}),
        })
      : null;
  return [
    next.kind,
    next.team,
    `{${next.passed.join(',')}}`,
    next.raised,
    next.kind === 'offered' ? next.to : null,
    details.offerMs ?? 30_000,
    next.kind === 'with-agent' ? next.owner : null,
    transfer,
    ...[null, null, null, null],
  ];
}

interface Place {
  shopId: ShopId;
  row: LockedRow;
  handoffId: HandoffId | null;
  details: MoveDetails;
  /** The transfer that this move fulfils. */
  accepted: TransferNote | null;
}

interface Statement {
  text: string;
  values: unknown[];
}

/** Not changing exactly one row means that the lock did not hold; everything is rolled back. */
const oneRow = (text: string, values: unknown[], orElse: string): Statement => ({
  text: `with done as (${text} returning 1) select must_be_one(count(*), $${values.length + 1}) from done`,
  values: [...values, orElse],
});

/**
 * Taking work is a sign of life, and ends being offline: else the line of whoever was gone for a while would be lost at
 * once. A system that works over the API gives no signs and gets none.
 */
const isThere = (agent: StaffId): Statement => ({
  text: `update staff set presence_at = now(), presence = case presence when 'offline' then 'busy' else presence end,
           presence_since = case presence when 'offline' then now() else presence_since end
         where id = $1 and presence_at is not null`,
  values: [agent],
});

/** What an effect writes. The conditions repeat what the lock already guarantees: a lost lock must not become a lost baton. */
function statementsOf(effect: Effect, { shopId, row, handoffId, details, accepted }: Place): Statement[] {
  const { conversationId, epoch } = row;
  switch (effect.kind) {
    case 'own':
      return [
        oneRow(
          `update conversations set owner_kind = $2, owner_id = $3, epoch = epoch + 1, closed_at = null,
             memory = memory || $4::jsonb
           where id = $1 and epoch = $5`,
          [
            conversationId,
            effect.owner,
            effect.owner === 'agent' ? effect.id : null,
            JSON.stringify(details.memory ?? {}),
            epoch,
          ],
          `conversation ${conversationId} changed hands under its lock`,
        ),
        {
          text: `update outbox set state = 'cancelled', last_error = 'a person took over'
                 where conversation_id = $1 and state = 'new' and author in ('bot', 'system')`,
          values: [conversationId],
        },
      ];
    case 'begin': {
      const why = { ...details.why, ...(accepted ? { transfer: accepted } : {}) };
      return [
        {
          text: `insert into assignments (shop_id, handoff_id, agent_id, how, accepted_at, why)
                 values ($1, $2, $3, $4, case when $4 = 'claimed' then now() end, $5::jsonb)`,
          values: [shopId, handoffId, effect.agent, effect.how, JSON.stringify(why)],
        },
        ...(effect.how === 'claimed' ? [isThere(effect.agent)] : []),
      ];
    }
    case 'accepted':
      return [
        {
          text: `update assignments set accepted_at = now() where handoff_id = $1 and agent_id = $2 and ended_at is null`,
          values: [handoffId, effect.agent],
        },
        isThere(effect.agent),
      ];
    case 'end':
      return [
        {
          text: `with ended as (update assignments set ended_at = now(), outcome = $2
                   where handoff_id = $1 and ended_at is null returning agent_id)
                 update staff set idle_since = now() where id in (select agent_id from ended)`,
          values: [handoffId, effect.outcome],
        },
      ];
    case 'open':
    case 'close':
    case 'tell-supervisor':
      return [];
    default:
      return effect satisfies never;
  }
}

const actorOf = (event: BatonEvent): StaffId | null => ('by' in event ? event.by : null);

function announcement({ shopId, row, handoffId }: Place, after: Baton, event: BatonEvent, effects: readonly Effect[]) {
  const payload = {
    handoffId,
    conversationId: row.conversationId,
    state: after.kind === 'with-bot' || after.kind === 'with-platform' ? 'resolved' : after.kind,
    what: event.kind,
    ...(after.kind === 'offered' ? { offeredTo: after.to } : {}),
    ...(after.kind === 'with-agent' ? { owner: after.owner, transfer: after.transfer } : {}),
    ...('team' in after ? { team: after.team } : {}),
    ...(effects.some((e) => e.kind === 'tell-supervisor') ? { supervisor: true } : {}),
  };
  return { text: `select append_event($1, 'desk', 'handoff', $2::jsonb)`, values: [shopId, JSON.stringify(payload)] };
}

/**
 * Applies one event, or the one that fits what stands. Safe to call at any time from any process and as often as one likes: the lock, the machine and the
 * guard decide. Lock order: conversation, (handoff), agent, topic. @throws only what the database throws
 */
export async function move(
  pool: Pool,
  shopId: ShopId,
  target: MoveTarget,
  what: BatonEvent | ((baton: Baton) => BatonEvent),
  details: MoveDetails = {},
): Promise<MoveResult> {
  return retryInShop(pool, shopId, async (tx) => {
    const offered = typeof what !== 'function' && what.kind === 'offer' ? (details.agent ?? null) : null;
    const locked = await lockBaton(tx, target, offered);
    if (!locked?.row) return { status: 'not-found' };
    const { row, at } = locked;
    const { conversationId } = row;
    const baton = readBaton(row);
    const refused = async (why: Refusal | 'not-now'): Promise<MoveResult> => {
      const ownerId = holderOf(baton);
      const { rows } = await tx.query<{ name: string }>('select name from staff where id = $1', [ownerId]);
      return {
        status: 'refused',
        why,
        baton,
        handoffId: row.handoff?.id ?? null,
        ownerId,
        ownerName: rows[0]?.name ?? null,
      };
    };
    // an old handoff of a conversation that has another one now
    if ('handoff' in target && row.handoff?.id !== target.handoff) return refused('over');
    const event = typeof what === 'function' ? what(baton) : what;
    const done = step(baton, event);
    if (!done.ok) return refused(done.why);
    const ends = done.effects.some((e) => e.kind === 'end');
    const agent =
      locked.agent ?? (details.agent ? await lockAgents(tx, details.agent, ends ? holderOf(baton) : null) : null);
    const { handoff } = row;
    const sight: Sight = {
      baton,
      ownerKind: row.ownerKind,
      offerOver: handoff?.offerOver ?? false,
      risk: handoff?.risk ?? null,
      weight: handoff?.weight ?? 1,
      awaitingMs: handoff?.awaitingMs ?? null,
      agent,
    };
    if (details.when && !details.when(sight)) return refused('not-now');

    const opens = done.effects.some((e) => e.kind === 'open');
    if (opens && !details.open) throw new Error(`${event.kind} opens a handoff and was not told which`);
    const handoffId =
      handoff?.id ?? (opens ? await insertHandoff(tx, shopId, conversationId, details.open!, done.next.kind) : null);
    const accepted = event.kind === 'accept-transfer' ? (handoff?.transfer ?? null) : null;
    const place: Place = { shopId, row, handoffId, details, accepted };
    const from = handoff?.state ?? (done.next.kind === 'deferred' ? 'deferred' : 'waiting');
    const statements: Statement[] = [
      ...(handoffId === null
        ? []
        : [
            oneRow(
              WRITE,
              [handoffId, from, ...columnsOf(baton, done.next, details, actorOf(event), at)],
              `handoff ${handoffId} was no longer ${from} under its lock`,
            ),
          ]),
      ...done.effects.flatMap((effect) => statementsOf(effect, place)),
    ];
    // every move of the shop counts up the same topic, so the announcement comes last
    await commitWith(tx, [...statements, announcement(place, done.next, event, done.effects)]);
    const told = done.effects.some((e) => e.kind === 'tell-supervisor');
    return { status: 'moved', conversationId, handoffId, before: baton, after: done.next, told };
  });
}
