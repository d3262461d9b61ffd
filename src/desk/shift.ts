// Shifts and the check at their end (日清): nobody goes home with a due promise, an unanswered shopper or a handover nobody took.
import type { Commitment } from '../contract/commitment.ts';
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { instantOf, localTime, SHOP_TIME_ZONE } from '../promises/calendar.ts';
import { listForShift } from '../promises/ledger.ts';
import type { Staff } from '../staff/accounts.ts';
import type { LedgerDeps } from './commitments.ts';
import { type OpenHandover, openHandovers } from './handover-rows.ts';

export interface ShiftDeps extends LedgerDeps {
  /** Promises in what was said a moment ago are looked for before a shift may close. */
  readSpoken(shopId: ShopId): Promise<void>;
  /** Minutes since midnight; a shift without a planned end lasts until the shop closes. */
  serviceHours: { from: number; until: number };
}

export interface Shift {
  id: string;
  staffId: StaffId;
  startedAt: string;
  endsAt: string;
  closedAt: string | null;
  forced: { by: StaffId; reason: string } | null;
}

export interface UnansweredShopper {
  handoffId: HandoffId;
  conversationId: ConversationId;
  shopper: string | null;
  since: string;
}

/** What stands against closing a shift. */
export interface Unfinished {
  /** Due by the end of the shift, or without a time and not looked at today. */
  promises: Commitment[];
  suggestions: Commitment[];
  unanswered: UnansweredShopper[];
  handovers: OpenHandover[];
}

const SHIFT = `jsonb_build_object('id', id::text, 'staffId', staff_id::text, 'startedAt', started_at, 'endsAt', ends_at,
  'closedAt', closed_at, 'forced', case when forced_by is null then null
    else jsonb_build_object('by', forced_by::text, 'reason', force_reason) end) as shift`;

/** The shop's closing hour of today, or of tomorrow when it is over. */
function plannedEnd(now: Date, until: number): Date {
  const { day, second } = localTime(now, SHOP_TIME_ZONE);
  return instantOf({ day: second < until * 60 ? day : day + 1, second: until * 60 }, SHOP_TIME_ZONE);
}

const LONGEST_MS = 24 * 3_600_000;

/** Starts a shift; the one that is open already stays as it is. @throws AppError `invalid_request` */
export async function startShift(deps: ShiftDeps, staff: Staff, endsAt: Date | null): Promise<Shift> {
  const now = new Date();
  const end = endsAt ?? plannedEnd(now, deps.serviceHours.until);
  if (end <= now || end.getTime() - now.getTime() > LONGEST_MS)
    throw new AppError('invalid_request', '下班时间应在 24 小时之内，并且晚于现在');
  const shift = await inShop(deps.desk.pool, staff.shopId, async (tx) => {
    const { rows } = await tx.query<{ shift: Shift }>(
      `insert into shifts (shop_id, staff_id, ends_at) values ($1, $2, $3)
       on conflict (staff_id) where closed_at is null do nothing returning ${SHIFT}`,
      [staff.shopId, staff.id, end],
    );
    if (rows[0]) await note(tx, staff, { what: 'started', agentId: staff.id });
    return rows[0]?.shift ?? null;
  });
  deps.onChange(staff.shopId);
  return shift ?? (await openShift(deps, staff.shopId, staff.id))!;
}

async function openShift({ desk }: ShiftDeps, shopId: ShopId, staffId: StaffId): Promise<Shift | null> {
  const { rows } = await shopQuery<{ shift: Shift }>(
    desk.pool,
    shopId,
    `select ${SHIFT} from shifts where staff_id = $1 and closed_at is null`,
    [staffId],
  );
  return rows[0]?.shift ?? null;
}

async function note(tx: PoolClient, staff: Staff, payload: Record<string, unknown>): Promise<void> {
  await tx.query(`select append_event($1, 'desk', 'shift', $2::jsonb)`, [
    staff.shopId,
    JSON.stringify({ kind: 'shift', by: staff.id, ...payload }),
  ]);
}

const UNANSWERED = `select jsonb_build_object('handoffId', h.id::text, 'conversationId', h.conversation_id::text, 'shopper', s.name,
    'since', h.awaiting_since) as row
  from handoffs h join conversations c on c.id = h.conversation_id join shoppers s on s.id = c.shopper_id
  where h.state = 'with-agent' and h.accepted_by = $1 and h.awaiting_since is not null order by h.awaiting_since`;

async function unfinished(deps: ShiftDeps, shopId: ShopId, staffId: StaffId, until: Date): Promise<Unfinished> {
  const { pool } = deps.desk;
  const { rows } = await shopQuery<{ now: Date }>(pool, shopId, 'select now() as now');
  const { now } = rows[0]!;
  const [ledger, unanswered, handovers] = await Promise.all([
    listForShift(pool, shopId, staffId, until > now ? until : now),
    shopQuery<{ row: UnansweredShopper }>(pool, shopId, UNANSWERED, [staffId]),
    openHandovers(pool, shopId, staffId),
  ]);
  return {
    promises: ledger.filter((c) => c.state !== 'suggested'),
    suggestions: ledger.filter((c) => c.state === 'suggested'),
    unanswered: unanswered.rows.map((r) => r.row),
    handovers: handovers.filter((h) => h.direction === 'given'),
  };
}

const isClear = (left: Unfinished): boolean => Object.values(left).every((list) => list.length === 0);

function sentence(left: Unfinished): string {
  const parts = [
    left.promises.length > 0 ? `${left.promises.length} 条到期的承诺没有兑现、延期或顺延` : '',
    left.suggestions.length > 0 ? `${left.suggestions.length} 条承诺等您确认` : '',
    left.unanswered.length > 0 ? `${left.unanswered.length} 位顾客还没有回复` : '',
    left.handovers.length > 0 ? '交接还没有人确认' : '',
  ];
  return `还不能下班：${parts.filter((p) => p !== '').join('；')}。处理完再下班，或请主管写明原因后放行。`;
}

/** The open shift and what stands against closing it; null without one. */
export async function readShift(
  deps: ShiftDeps,
  shopId: ShopId,
  staffId: StaffId,
): Promise<{ shift: Shift; left: Unfinished; clear: boolean } | null> {
  const shift = await openShift(deps, shopId, staffId);
  if (shift === null) return null;
  await deps.readSpoken(shopId);
  const left = await unfinished(deps, shopId, staffId, new Date(shift.endsAt));
  return { shift, left, clear: isClear(left) };
}

export interface Force {
  by: Staff;
  reason: string;
}

/**
 * Closes somebody's shift. A supervisor may force it with a reason; who, why and what was left is kept.
 * @throws AppError `shift_not_clear` with the list, `wrong_state` without an open shift
 */
export async function closeShift(
  deps: ShiftDeps,
  staff: Staff,
  staffId: StaffId,
  force: Force | null,
): Promise<{ shift: Shift; left: Unfinished }> {
  const found = await readShift(deps, staff.shopId, staffId);
  if (found === null) throw new AppError('wrong_state', '没有进行中的班次，请先开始上班');
  const { left, clear, shift } = found;
  if (!clear && force === null) throw new AppError('shift_not_clear', sentence(left), { left });
  const closed = await inShop(deps.desk.pool, staff.shopId, async (tx) => {
    const isForced = force !== null && !clear;
    const { rows } = await tx.query<{ shift: Shift }>(
      `update shifts set closed_at = now(), forced_by = $2, force_reason = $3, left_open = $4::jsonb
       where id = $1 and closed_at is null returning ${SHIFT}`,
      [
        shift.id,
        isForced ? force.by.id : null,
        isForced ? force.reason : null,
        isForced ? JSON.stringify(idsOf(left)) : null,
      ],
    );
    if (!rows[0]) throw new AppError('wrong_state', '这个班次刚刚已经结束');
    const forced = isForced ? { reason: force.reason, left: idsOf(left), supervisor: true } : {};
    await note(tx, staff, { what: isForced ? 'forced' : 'closed', agentId: staffId, shiftId: shift.id, ...forced });
    return rows[0].shift;
  });
  deps.onChange(staff.shopId);
  return { shift: closed, left };
}

const idsOf = (left: Unfinished) => ({
  promises: left.promises.map((c) => c.id),
  suggestions: left.suggestions.map((c) => c.id),
  unanswered: left.unanswered.map((u) => u.handoffId),
  handovers: left.handovers.map((h) => h.id),
});
