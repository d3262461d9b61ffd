// A clock of a handoff has run out: the owner's desk is told, and from the platforms' own limit on a supervisor and the shop's group.
import type { HandoffId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { CLOCK_LIMITS, type Clock, type ClockSight, noteBreaches, readClocks, runOut } from '../handoff/clocks.ts';
import { hoursOf, isOpen } from '../handoff/hours.ts';
import { readTeams } from '../handoff/teams.ts';
import type { Live } from '../queue/live.ts';

export interface ClockDeps {
  pool: Pool;
  live: Live;
  serviceHours: { from: number; until: number };
  now(): Date;
  /** To the groups of the staff. No shopper's name and no word of theirs: such a group is not a place for personal data. */
  tellStaff(notice: { title: string; lines: readonly string[] }): void;
}

const WORDS: Record<Exclude<Clock, 'slow-reply'>, string> = {
  'first-reply': '首次回复超时',
  'next-reply': '顾客的追问超过 3 分钟没有回复',
  resolution: '会话超过 24 小时没有解决',
};

const TEAM_WORDS: Record<string, string> = { presale: '售前', insale: '售中', aftersale: '售后', complaint: '投诉' };

const noticeOf = (sight: ClockSight, clock: Exclude<Clock, 'slow-reply'>) => ({
  title: WORDS[clock],
  lines: [
    `接待号 ${sight.id}（${TEAM_WORDS[sight.team] ?? sight.team}，风险 ${sight.risk === 'none' ? '无' : sight.risk}）`,
    sight.ownerName === null ? '还没有人接入，请尽快安排。' : `由 ${sight.ownerName} 接待，请跟进。`,
  ],
});

export const raisedNotice = (id: HandoffId) => ({
  title: '两轮派单都没有人接',
  lines: [`接待号 ${id}`, '已经请溢出团队一起接，请主管安排。'],
});

/** True when something new was written. */
export async function checkClocks(deps: ClockDeps, shopId: ShopId, id: HandoffId): Promise<boolean> {
  const [sight, teams] = await Promise.all([readClocks(deps.pool, shopId, id), readTeams(deps.pool, shopId)]);
  if (sight === null) return false;
  const own = teams.find((t) => t.name === sight.team)?.hours ?? null;
  const there = isOpen(hoursOf(own, deps.serviceHours), deps.now());
  const fresh = await noteBreaches(deps.pool, shopId, sight, runOut(sight, CLOCK_LIMITS, there));
  if (fresh.length === 0) return false;
  deps.live.touch(`desk:${shopId}`);
  for (const clock of fresh) if (clock !== 'slow-reply') deps.tellStaff(noticeOf(sight, clock));
  return true;
}
