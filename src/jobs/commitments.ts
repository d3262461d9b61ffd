// Time and the ledger of promises: what was said is looked at, reminders go out, the morning's patrol is made. Rows decide; jobs only wake.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { makePatrol, type PatrolDeps } from '../desk/patrol.ts';
import { announce } from '../promises/announce.ts';
import { BINDING, lockCommitment } from '../promises/ledger.ts';
import { type ReminderKind, reminderTimes } from '../promises/reminders.ts';
import { forgetSpoken, readSpoken } from '../promises/spoken.ts';
import type { Live } from '../queue/live.ts';
import type { Queues } from '../queue/queues.ts';

export interface LedgerClockDeps {
  pool: Pool;
  queues: Queues;
  live: Live;
  patrol: PatrolDeps;
  /** To the groups of the staff: no shopper's name and no word of theirs. */
  tellStaff(notice: { title: string; lines: readonly string[] }): void;
}

export interface LedgerClock {
  /** Looks for promises in what was said; calls at the same time become one more look. */
  read(shopId: ShopId): Promise<void>;
  /** True when a reminder went out. */
  remind(shopId: ShopId, id: string): Promise<boolean>;
  /** True when this call made the shop's list of today. */
  patrol(shopId: ShopId): Promise<boolean>;
  /** A hint for the queue: the rows remind without it, a little later. */
  remindAt(shopId: ShopId, id: string, at: Date): void;
}

/** 10:00 in the morning, minutes since midnight. */
export const PATROL_MINUTE = 600;

export function createLedgerClock(deps: LedgerClockDeps): LedgerClock {
  const { pool, live } = deps;
  const looking = new Map<ShopId, Promise<void>>();
  const again = new Set<ShopId>();

  async function look(shopId: ShopId): Promise<void> {
    do {
      again.delete(shopId);
      for (;;) {
        const { suggested, more } = await readSpoken(pool, shopId);
        if (suggested > 0) live.touch(`desk:${shopId}`);
        if (!more) break;
      }
    } while (again.has(shopId));
  }

  const clock: LedgerClock = {
    read(shopId) {
      const under = looking.get(shopId);
      if (under) {
        again.add(shopId);
        return under;
      }
      const work = look(shopId).finally(() => looking.delete(shopId));
      looking.set(shopId, work);
      return work;
    },
    async remind(shopId, id) {
      const sent = await sendReminder(pool, shopId, id);
      if (sent === null) return false;
      live.touch(`desk:${shopId}`);
      if (sent.kind === 'overdue')
        deps.tellStaff({ title: '对顾客的承诺超时没有兑现', lines: [`承诺编号 ${id}`, '请主管跟进，尽快告知顾客。'] });
      if (sent.nextAt) clock.remindAt(shopId, id, sent.nextAt);
      return true;
    },
    async patrol(shopId) {
      const made = await makePatrol(deps.patrol, shopId);
      if (made === null) return false;
      live.touch(`desk:${shopId}`);
      if (made.unshipped > 0)
        deps.tellStaff({
          title: '早班巡检：有漏发订单',
          lines: [`超过承诺发货时间还没有发出的订单 ${made.unshipped} 单`],
        });
      await forgetSpoken(pool, shopId);
      return true;
    },
    remindAt(shopId, id, at) {
      const delayMs = Math.max(0, at.getTime() - Date.now()) + 50;
      // the moment is part of the job's name, so that a new time is not swallowed by the job of the old one
      void deps.queues.add('timer', { kind: 'commitment', shopId, id }, { delayMs, attempt: at.getTime() });
    },
  };
  return clock;
}

/** Of several that have come while nobody looked, only the last is said. Null when none was due. */
async function sendReminder(
  pool: Pool,
  shopId: ShopId,
  id: string,
): Promise<{ kind: ReminderKind; nextAt: Date | null } | null> {
  return inShop(pool, shopId, async (tx) => {
    const locked = await lockCommitment(tx, id);
    if (locked === null || locked.nextReminderAt === null || locked.nextReminderAt > locked.now) return null;
    if (!BINDING.includes(locked.state)) return null;
    const before = new Date(locked.nextReminderAt.getTime() - 1);
    const plan = reminderTimes(locked.dueAt, before);
    const kind = plan.findLast(({ at }) => at <= locked.now)?.kind ?? locked.nextReminder!;
    const next = kind === 'overdue' ? undefined : plan.find(({ at }) => at > locked.now);
    const isOver = kind === 'overdue';
    await tx.query(
      `update commitments set reminded = reminded || $2::text, next_reminder = $3, next_reminder_at = $4,
         state = case when $5 then 'broken' else state end, broken_at = case when $5 then coalesce(broken_at, now()) else broken_at end
       where id = $1`,
      [id, kind, next?.kind ?? null, next?.at ?? null, isOver],
    );
    const state = isOver ? 'broken' : locked.state;
    await announce(tx, shopId, kind, { ...locked, state }, isOver ? { supervisor: true } : {});
    return { kind, nextAt: next?.at ?? null };
  });
}
