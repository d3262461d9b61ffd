// The handoffs of the sample history with their packets, who worked on them, and whom a person answered too late.
import { each, iso, type Scribe } from './scribe.ts';
import type { SampleHandoff, Topic, Visit } from './story.ts';

const MINUTE_MS = 60_000;
/** As in handoff/queue-order.ts: the platforms' three minutes, five for a complaint. */
const DUE_MS = { R2: 5 * MINUTE_MS, R3: 3 * MINUTE_MS, none: 3 * MINUTE_MS };
export const RANK = { R2: 2, R3: 3, none: 5 };

export interface HandoffRow extends Record<string, unknown> {
  c: string;
  queued: string;
}

export function packetOf(
  conversationId: string,
  topic: Topic,
  of: { reason: string; risk: string; wish: string },
  span: [number, number],
) {
  return {
    reason: of.reason,
    risk: of.risk,
    signals: [],
    summary: [of.wish, `机器人已答：${topic.answer.slice(0, 60)}`],
    intent: { name: topic.intent, label: topic.label, confidence: 0.9 },
    slots: {},
    orders: [],
    botSaid: [topic.answer],
    suggestions: [{ text: topic.answer, source: { kind: 'faq', id: topic.intent, title: topic.label } }],
    transcript: { conversationId, fromSeq: span[0], toSeq: span[1] },
  };
}

export function handoffRow(
  { staff }: Scribe,
  c: string,
  visit: Visit,
  handoff: SampleHandoff,
  seq: number,
): HandoffRow {
  const { accepted, intent, reason, risk } = handoff;
  const wish = visit.messages[0]!.text;
  return {
    c,
    reason,
    risk,
    rank: RANK[risk],
    team: handoff.team,
    state: 'resolved',
    summary: wish,
    intent: intent.intent,
    packet: packetOf(c, intent, { reason, risk, wish }, [seq, seq + visit.messages.length - 1]),
    queued: iso(handoff.queuedAt),
    due: iso(handoff.queuedAt + DUE_MS[risk]),
    by: accepted ? staff.get(accepted.by) : null,
    accepted: accepted ? iso(accepted.at) : null,
    replied: accepted ? iso(accepted.firstReplyAt) : null,
    resolved: iso(handoff.resolvedAt),
    disposition: accepted ? 'resolved' : null,
    category: accepted ? intent.category : null,
    stars: visit.stars,
  };
}

export async function writeHandoffs({ tx, shopId }: Scribe, rows: readonly HandoffRow[]): Promise<void> {
  await each(
    tx,
    `insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, state, summary, intent, packet, queued_at, due_at,
       accepted_by, accepted_at, first_reply_at, resolved_at, disposition, category, told_at, awaiting_since)
     select $2, (x->>'c')::bigint, x->>'reason', x->>'risk', (x->>'rank')::smallint, x->>'team', x->>'state', x->>'summary', x->>'intent',
       x->'packet', (x->>'queued')::timestamptz, (x->>'due')::timestamptz, (x->>'by')::bigint, (x->>'accepted')::timestamptz,
       (x->>'replied')::timestamptz, (x->>'resolved')::timestamptz, x->>'disposition', x->>'category', now(),
       case when x->>'state' = 'waiting' then (x->>'queued')::timestamptz end`,
    rows,
    shopId,
  );
}

/** Who worked on what, and whom a person answered too late: as the handoffs say. */
export async function writeTraces({ tx, shopId }: Scribe): Promise<void> {
  await tx.query(
    `insert into assignments (shop_id, handoff_id, agent_id, started_at, ended_at, outcome, how, accepted_at)
     select shop_id, id, accepted_by, accepted_at, resolved_at, 'resolved', 'claimed', accepted_at
     from handoffs where shop_id = $1 and accepted_by is not null`,
    [shopId],
  );
  await tx.query(
    `insert into breaches (shop_id, handoff_id, clock, started_at, breached_at, owner_id)
     select shop_id, id, 'first-reply', queued_at, due_at, accepted_by from handoffs where shop_id = $1 and first_reply_at > due_at`,
    [shopId],
  );
}

/** Everybody a person served was asked; some answered. */
export async function writeStars({ tx, shopId }: Scribe, rows: readonly HandoffRow[]): Promise<void> {
  await tx.query(
    `insert into csat (handoff_id, shop_id, conversation_id, agent_id, asked_at, score, rated_at)
     select h.id, $2, h.conversation_id, h.accepted_by, h.resolved_at, (x->>'stars')::smallint,
       case when x->>'stars' is not null then h.resolved_at + interval '30 seconds' end
     from jsonb_array_elements($1::jsonb) x join handoffs h on h.conversation_id = (x->>'c')::bigint
       and h.queued_at = (x->>'queued')::timestamptz and h.accepted_by is not null`,
    [JSON.stringify(rows.map(({ c, queued, stars }) => ({ c, queued, stars }))), shopId],
  );
}
