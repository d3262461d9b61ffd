// What a platform still takes in a conversation: counted from the rows, never kept beside them. Knows no channel and nobody who sends.
import type { ConversationId, MessagePayload, Opening, Quota, ShopId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';

/** What a channel says of itself. */
export interface QuotaRules {
  quota?: Quota;
  /** How many of the platform's messages one of ours becomes. Left out: one. */
  partsOf?(message: { text: string; payload: MessagePayload }): number;
}

export interface QuotaLeft {
  /** Messages that the platform would still take now. */
  left: number;
  /** Until then; null when nothing may be sent before the shopper comes again. */
  until: string | null;
}

/** Something the shopper did. */
export interface Opened {
  opening: Opening;
  seq: number;
  /** Milliseconds; the platform's own time when that is earlier. */
  at: number;
}

/** A message that the platform took, or that is on its way. */
export interface Spent {
  id: string;
  seq: number;
  parts: number;
  /** When it was with the platform; null while it is on its way. */
  endedAt: number | null;
}

/** One is always kept for the word that a person will come, or for the person. */
export const QUOTA_RESERVE = 1;
/** What went out so shortly before a shopper's message may have reached the platform after it. */
export const QUOTA_CROSSING_MS = 3_000;

/**
 * How long before its end a window is closed for us. Its beginning is the earlier of two clocks, so that it is late only where
 * ours is behind and the message came late, by the smaller of both: WeChat calls again after 5 s, three times in all
 * (it.6wolf.com/thread-452732, 被动回复用户消息). And a call of ours takes up to 10 s, one for a fresh access token before it as
 * much again (channels/outbound.ts). That is half a minute; twice as much costs nobody anything in 48 hours. Of the minute after a
 * click it would leave nothing: there it is a twentieth, and the platform's refusal (45015) is an agent's to see.
 */
export const QUOTA_MARGIN_MAX_MS = 60_000;
const MARGIN_SHARE = 20;
export const quotaMargin = (windowMs: number): number => Math.min(QUOTA_MARGIN_MAX_MS, windowMs / MARGIN_SHARE);

/** What the rows tell. */
export interface Used {
  opened: readonly Opened[];
  spent: readonly Spent[];
  /** The latest message that the platform refused until the shopper writes; 0 when there is none. */
  refusedSeq?: number;
}

/**
 * A message is allowed while any opening allows it, and counts against every opening before it: no platform counts more strictly.
 * What was on its way when the shopper wrote may have arrived after them, so it counts as well.
 * The platform knows better than this count: what was open before a message that it refused is shut.
 */
export function quotaLeft(quota: Quota, { opened, spent, refusedSeq = 0 }: Used, now: number): QuotaLeft {
  let best: QuotaLeft = { left: 0, until: null };
  for (const { opening, seq, at } of opened) {
    const rule = quota[opening];
    if (rule === undefined || seq < refusedSeq) continue;
    const until = at + rule.windowMs - quotaMargin(rule.windowMs);
    if (until <= now) continue;
    const used = spent
      .filter((one) => one.seq > seq || one.endedAt === null || one.endedAt >= at - QUOTA_CROSSING_MS)
      .reduce((sum, one) => sum + one.parts, 0);
    const left = Math.max(0, rule.messages - used);
    const isLater = best.until === null || until > Date.parse(best.until);
    if (left > best.left || (left === best.left && left > 0 && isLater))
      best = { left, until: new Date(until).toISOString() };
  }
  return best;
}

/** Shopper's messages looked back at: on a platform with a quota a handful of answers lies between two of them. */
const LOOK_BACK = 200;

interface OpenedRow {
  opening: Opening;
  seq: string;
  at: number;
  now: number;
  refused: string | null;
}

interface SpentRow {
  id: string;
  seq: string;
  text: string;
  payload: MessagePayload;
  ended_at: number | null;
}

/**
 * The same under the caller's transaction; null when the platform counts nothing. `without`: a message that is about to be sent
 * does not count against itself.
 */
export async function readQuota(
  tx: PoolClient,
  conversationId: ConversationId,
  { quota, partsOf = () => 1 }: QuotaRules,
  without?: string,
): Promise<QuotaLeft | null> {
  if (quota === undefined) return null;
  const opened = await tx.query<OpenedRow>(
    `select distinct on (opening) opening, seq::text, at, extract(epoch from clock_timestamp())::float8 * 1000 as now,
       (select max(o.message_seq)::text from outbox o where o.conversation_id = $1 and o.until_shopper) as refused from (
       select m.seq, coalesce(m.payload->>'opening', case when m.payload ? 'choice' and $3 then 'click' else 'message' end) as opening,
         extract(epoch from least(m.created_at, (m.payload->>'sentAt')::timestamptz))::float8 * 1000 as at
       from messages m where m.conversation_id = $1 and m.author = 'shopper' order by m.seq desc limit $2) last
     order by last.opening, last.seq desc`,
    [conversationId, LOOK_BACK, quota.click !== undefined],
  );
  if (opened.rows.length === 0) return { left: 0, until: null };
  const oldest = Math.min(...opened.rows.map((row) => row.at));
  const spent = await tx.query<SpentRow>(
    `select o.id::text, o.message_seq::text as seq, m.text, m.payload, extract(epoch from o.ended_at)::float8 * 1000 as ended_at
     from outbox o join messages m on m.conversation_id = o.conversation_id and m.seq = o.message_seq
     where o.conversation_id = $1 and o.state in ('new', 'sending', 'sent', 'unknown')
       and (o.ended_at is null or o.ended_at >= to_timestamp($2::float8 / 1000)) order by o.id desc limit $3`,
    [conversationId, oldest - QUOTA_CROSSING_MS, LOOK_BACK],
  );
  const used: Used = {
    opened: opened.rows.map((row) => ({ ...row, seq: Number(row.seq) })),
    spent: spent.rows
      .filter((row) => row.id !== without)
      .map((row) => ({ id: row.id, seq: Number(row.seq), parts: partsOf(row), endedAt: row.ended_at })),
    refusedSeq: Number(opened.rows[0]!.refused),
  };
  return quotaLeft(quota, used, opened.rows[0]!.now);
}

/** Read on its own, for those who only look. */
export const quotaOf = async (
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  rules: QuotaRules,
): Promise<QuotaLeft | null> =>
  rules.quota === undefined ? null : inShop(pool, shopId, (tx) => readQuota(tx, conversationId, rules));
