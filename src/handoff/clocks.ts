// The clocks of a handoff: when a person has to have answered, and what has run out. Pure but for the two queries at the end.
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { RiskLevel } from '../contract/decision.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';

export type Clock = 'first-reply' | 'slow-reply' | 'next-reply' | 'resolution';

/** Milliseconds. The first reply's time stands on the handoff (`due_at`), because risk and priority shorten it. */
export interface ClockLimits {
  /** Taobao's desk reminds after 100 s (慢响应提醒): the owner is told, nobody else. */
  slowReplyMs: number;
  /** The platforms' own measure, an answer within three minutes. */
  nextReplyMs: number;
  resolutionMs: number;
}

export const CLOCK_LIMITS: ClockLimits = { slowReplyMs: 100_000, nextReplyMs: 180_000, resolutionMs: 24 * 3_600_000 };

/** What the clocks of one handoff run on; moments are ms since 1970 by the database's clock. */
export interface ClockSight {
  id: HandoffId;
  conversationId: ConversationId;
  state: 'waiting' | 'offered' | 'with-agent' | 'deferred' | 'resolved';
  risk: RiskLevel;
  team: string;
  owner: StaffId | null;
  ownerName: string | null;
  queuedAt: number;
  dueAt: number;
  firstReplyAt: number | null;
  awaitingSince: number | null;
  now: number;
}

export interface RunOut {
  clock: Clock;
  startedAt: number;
  lateMs: number;
}

/** A danger, a legal matter or a complaint is due at any hour; everything else only while its team is there. */
const everyHour = (risk: RiskLevel): boolean => risk === 'R0' || risk === 'R1' || risk === 'R2';

/**
 * Which clocks have run out. They rest while the shopper is not waiting for anybody (everything but the resolution), while the
 * case is deferred or resolved, and, for ordinary cases, while the team is closed.
 */
export function runOut(sight: ClockSight, limits: ClockLimits, isTeamThere: boolean): RunOut[] {
  if (sight.state === 'deferred' || sight.state === 'resolved') return [];
  if (!isTeamThere && !everyHour(sight.risk)) return [];
  const found: RunOut[] = [];
  const check = (clock: Clock, startedAt: number, dueAt: number): void => {
    if (sight.now >= dueAt) found.push({ clock, startedAt, lateMs: sight.now - dueAt });
  };
  if (sight.firstReplyAt === null) check('first-reply', sight.queuedAt, sight.dueAt);
  if (sight.state === 'with-agent' && sight.awaitingSince !== null) {
    check('slow-reply', sight.awaitingSince, sight.awaitingSince + limits.slowReplyMs);
    if (sight.firstReplyAt !== null) check('next-reply', sight.awaitingSince, sight.awaitingSince + limits.nextReplyMs);
  }
  check('resolution', sight.queuedAt, sight.queuedAt + limits.resolutionMs);
  return found;
}

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

export async function readClocks(pool: Pool, shopId: ShopId, id: HandoffId): Promise<ClockSight | null> {
  const { rows } = await shopQuery<ClockSight>(
    pool,
    shopId,
    `select h.id::text, h.conversation_id::text as "conversationId", h.state, h.risk, h.team, h.accepted_by::text as owner,
       s.name as "ownerName", ${ms('h.queued_at')} as "queuedAt", ${ms('h.due_at')} as "dueAt",
       ${ms('h.first_reply_at')} as "firstReplyAt", ${ms('h.awaiting_since')} as "awaitingSince", ${ms('now()')} as now
     from handoffs h left join staff s on s.id = h.accepted_by where h.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Writes what has run out, each once; returns what was new, so that one process of many tells it. */
export async function noteBreaches(
  pool: Pool,
  shopId: ShopId,
  sight: ClockSight,
  found: readonly RunOut[],
): Promise<Clock[]> {
  return inShop(pool, shopId, async (tx) => {
    const fresh: Clock[] = [];
    for (const { clock, startedAt } of found) {
      // the columns themselves, because a moment that went through floating point would never be found again
      const started = clock === 'slow-reply' || clock === 'next-reply' ? 'awaiting_since' : 'queued_at';
      const { rowCount } = await tx.query(
        `insert into breaches (shop_id, handoff_id, clock, started_at, owner_id)
         select $1, h.id, $3, h.${started}, h.accepted_by from handoffs h
         where h.id = $2 and h.${started} is not null and abs(${ms(`h.${started}`)} - $4) < 1 on conflict do nothing`,
        [shopId, sight.id, clock, startedAt],
      );
      if (rowCount !== 1) continue;
      fresh.push(clock);
      await tx.query(`select append_event($1, 'desk', 'breach', $2::jsonb)`, [
        shopId,
        JSON.stringify({
          handoffId: sight.id,
          conversationId: sight.conversationId,
          clock,
          team: sight.team,
          owner: sight.owner,
          supervisor: clock !== 'slow-reply',
        }),
      ]);
    }
    return fresh;
  });
}
