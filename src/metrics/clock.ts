// The clocks of one conversation: since when the shopper waits, and by when each rate wants an answer. Pure; the time is an argument.
import type { MetricItem } from './history.ts';
import { WHOLE_DAY } from './local-time.ts';
import { isFirstOfSession } from './measures.ts';
import type { Profile, Reading } from './profile.ts';
import { readTimeline } from './rounds.ts';

/** A shopper waits until somebody answers: over midnight, over a transfer, inside and outside of assessed hours. */
const WAITING: Reading = {
  window: WHOLE_DAY,
  windowBy: 'message',
  round: {
    endedBy: ['agent', 'assist', 'bot', 'platform_agent'],
    midnight: 'goes-on',
    transfer: 'goes-on',
    close: 'ends',
    leftMessage: 'counts',
  },
  session: { idleMs: null, reopenMs: 0 },
};

/**
 * The first message of the shopper that nobody has answered, ms since 1970; null when nobody waits.
 * Later messages do not move it, and once a person was asked for only a person's words clear it.
 * @param history one conversation
 */
export function waitingSince(history: readonly MetricItem[], now: number): number | null {
  const last = readTimeline(history, WAITING, now).rounds.at(-1);
  return last?.state === 'open' && last.excluded === null ? last.askedAt : null;
}

export interface Deadline {
  metric: string;
  dueAt: number;
  /** Negative once it has passed. */
  leftMs: number;
}

export interface Countdown {
  since: number;
  waitedMs: number;
  /** When the agent is to be reminded (慢响应提醒), and whether that moment has come. */
  slowAt: number;
  isSlow: boolean;
  /** Of the rates for which this wait counts, earliest first. */
  deadlines: Deadline[];
  /** The earliest deadline that has not passed. */
  next: Deadline | null;
}

/** What a live countdown shows for one conversation; null when nobody waits. */
export function countdown(profile: Profile, history: readonly MetricItem[], now: number): Countdown | null {
  const since = waitingSince(history, now);
  if (since === null) return null;
  const { rounds } = readTimeline(history, profile, now);
  const round = rounds.findLast((r) => r.state === 'open' && r.inWindow && r.excluded === null);
  const deadlines = profile.metrics
    .filter((row) => row.kind === 'rate-within')
    .filter((row) => round && (row.unit !== 'session-first' || isFirstOfSession(rounds, round, row)))
    .map((row) => ({ metric: row.id, dueAt: round!.clockFrom + row.limitMs }))
    .map((deadline) => ({ ...deadline, leftMs: deadline.dueAt - now }))
    .sort((a, b) => a.dueAt - b.dueAt);
  const slowAt = since + profile.slowReplyMs;
  return {
    since,
    waitedMs: now - since,
    slowAt,
    isSlow: now >= slowAt,
    deadlines,
    next: deadlines.find((deadline) => deadline.leftMs >= 0) ?? null,
  };
}
