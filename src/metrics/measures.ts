// The formulas over rounds and sessions. Pure; what counts, for how long and for whom comes from the row of a profile.
import type { MetricRating } from './history.ts';
import type { AverageRow, FirstResponseRow, RateRow } from './profile.ts';
import type { Round, Session } from './timeline.ts';

/** `rate` is null when there is nothing to divide by. */
export interface Share {
  hits: number;
  of: number;
  rate: number | null;
}

export interface Mean {
  totalMs: number;
  of: number;
  meanMs: number | null;
}

export const share = (hits: number, of: number): Share => ({ hits, of, rate: of === 0 ? null : hits / of });

function mean(values: readonly number[]): Mean {
  const totalMs = values.reduce((sum, value) => sum + value, 0);
  return { totalMs, of: values.length, meanMs: values.length === 0 ? null : totalMs / values.length };
}

const groups = <T>(items: readonly T[], key: (item: T) => string): T[][] => [...Map.groupBy(items, key).values()];

/** Rounds that the platform looks at. */
const assessed = (rounds: readonly Round[]): Round[] => rounds.filter((r) => r.inWindow && r.excluded === null);

const sessionKey = (round: Round): string => `${round.conversationId} ${round.sessionStartedAt}`;

type Verdict = 'hit' | 'miss' | 'pending' | 'left-out';

function verdict(round: Round, row: Pick<RateRow, 'limitMs' | 'by'>): Verdict {
  switch (round.state) {
    case 'answered': {
      const standing = row.by[round.responder!];
      if (standing !== 'counts') return standing;
      return round.waitedMs <= row.limitMs ? 'hit' : 'miss';
    }
    case 'unanswered':
      return 'miss';
    case 'open':
      return round.waitedMs <= row.limitMs ? 'pending' : 'miss';
    default:
      return round.state satisfies never;
  }
}

/** A unit of a row with the round that stands for it: of a shopper's day the first that decides it. */
export interface Judged {
  round: Round;
  verdict: Exclude<Verdict, 'left-out'>;
}

/** One verdict for each unit of the row: a round, a session by its first round, a shopper's day by its worst round. */
export function judge(rounds: readonly Round[], row: Pick<RateRow, 'limitMs' | 'by' | 'unit'>): Judged[] {
  const judged = assessed(rounds).flatMap((round): Judged[] => {
    const of = verdict(round, row);
    return of === 'left-out' ? [] : [{ round, verdict: of }];
  });
  switch (row.unit) {
    case 'round':
      return judged;
    case 'session-first':
      return groups(judged, (j) => sessionKey(j.round)).map((ofSession) => ofSession[0]!);
    case 'shopper-day':
      return groups(judged, (j) => `${j.round.day} ${j.round.shopperId}`).map(
        (ofShopper) =>
          ofShopper.find((j) => j.verdict === 'miss') ??
          ofShopper.find((j) => j.verdict === 'pending') ??
          ofShopper[0]!,
      );
    default:
      return row.unit satisfies never;
  }
}

/** Whether a round is the one by which its session is judged. */
export const isFirstOfSession = (
  rounds: readonly Round[],
  round: Round,
  row: Pick<RateRow, 'limitMs' | 'by'>,
): boolean =>
  assessed(rounds).find((r) => sessionKey(r) === sessionKey(round) && verdict(r, row) !== 'left-out') === round;

/** Answered within `row.limitMs` (the limit itself is in time) ÷ all. What can still be answered in time is not counted yet. */
export function rateWithin(rounds: readonly Round[], row: Pick<RateRow, 'limitMs' | 'by' | 'unit'>): Share {
  const all = judge(rounds, row).map((j) => j.verdict);
  const hits = all.filter((v) => v === 'hit').length;
  return share(hits, hits + all.filter((v) => v === 'miss').length);
}

/** Adds the credit for well rated answers of the bot, never above the whole. */
export function withBotCredit(rate: Share, ratings: readonly MetricRating[], rule: RateRow['botCredit']): Share {
  if (rule === undefined) return rate;
  const good = ratings.filter((r) => r.responder === 'bot' && r.score !== null && r.score > rule.ratingAbove).length;
  const credit = good === 0 ? 0 : Math.max(1, good * rule.each);
  return share(Math.min(rate.of, rate.hits + credit), rate.of);
}

/** One wait of an average with the round that stands for it. */
export interface Wait {
  round: Round;
  ms: number;
}

type AverageRule = Pick<AverageRow, 'capMs' | 'unanswered' | 'over' | 'by'>;

/** What an average is the mean of: the rounds that count, each capped, or the mean of each session. */
export function waitsOf(rounds: readonly Round[], row: AverageRule): Wait[] {
  const cap = row.capMs ?? Number.POSITIVE_INFINITY;
  const waits = assessed(rounds).flatMap((round): Wait[] => {
    if (round.state === 'answered' && row.by[round.responder!] === 'counts')
      return [{ round, ms: Math.min(round.waitedMs, cap) }];
    if (round.state === 'unanswered' && row.unanswered === 'cap') return [{ round, ms: cap }];
    return [];
  });
  switch (row.over) {
    case 'rounds':
      return waits;
    case 'sessions':
      return groups(waits, (w) => sessionKey(w.round)).map((ofSession) => ({
        round: ofSession[0]!.round,
        ms: mean(ofSession.map((w) => w.ms)).meanMs!,
      }));
    default:
      return row.over satisfies never;
  }
}

/** Mean wait of the rounds that count, each capped. */
export const averageResponse = (rounds: readonly Round[], row: AverageRule): Mean =>
  mean(waitsOf(rounds, row).map((w) => w.ms));

/** Sessions in which a person was asked for, as far as the platform looks at them. */
const forHuman = (sessions: readonly Session[]): Session[] =>
  sessions.filter((s) => s.humanAskedAt !== null && s.humanInWindow);

/** Mean time to the first words of a person; sessions without any are left out. */
export function firstHumanResponse(sessions: readonly Session[], from: FirstResponseRow['from']): Mean {
  const waits = forHuman(sessions).flatMap((session) => {
    const start = { message: null, handoff: session.handedOffAt, assign: session.assignedAt }[from];
    if (from !== 'message' && start === null) return [];
    const first = session.humanReplies.find((reply) => reply.at >= (start ?? 0));
    return first ? [first.at - (start ?? first.since)] : [];
  });
  return mean(waits);
}

/** Whether a session for a person went without one; null while that is still to be seen. */
function isUnserved(session: Session): boolean | null {
  if (session.leftMessageAt !== null) return true;
  if (session.humanReplies.length > 0) return false;
  return session.over ? true : null;
}

/** 人工不服务率: it became a 留言 for want of a free agent, or nobody said a word of his own. */
export function notServed(sessions: readonly Session[]): Share {
  const known = forHuman(sessions)
    .map(isUnserved)
    .filter((unserved) => unserved !== null);
  return share(known.filter(Boolean).length, known.length);
}

/** Answered by a person ÷ those in which one was asked for (without 留言), or assigned. */
export function replied(sessions: readonly Session[], of: 'asked' | 'assigned'): Share {
  const all = forHuman(sessions).filter((s) => (of === 'assigned' ? s.assignedAt !== null : s.leftMessageAt === null));
  const known = all.filter((s) => s.humanReplies.length > 0 || s.over);
  return share(known.filter((s) => s.humanReplies.length > 0).length, known.length);
}

/** 留言 ÷ (留言 + sessions for a person). */
export function leftMessages(sessions: readonly Session[], outside: 'counts' | 'left-out'): Share {
  const asked = sessions.filter((s) => s.humanAskedAt !== null && (outside === 'counts' || s.humanInWindow));
  return share(asked.filter((s) => s.leftMessageAt !== null || !s.humanInWindow).length, asked.length);
}

/** From the handoff to the agent, of those who got one. */
export const averageQueue = (sessions: readonly Session[]): Mean =>
  mean(
    forHuman(sessions).flatMap((s) =>
      s.handedOffAt !== null && s.assignedAt !== null && s.assignedAt >= s.handedOffAt
        ? [s.assignedAt - s.handedOffAt]
        : [],
    ),
  );

/** Both sides spoke after a person was asked for (人工有效会话). */
export const effectiveSessions = (sessions: readonly Session[]): number =>
  forHuman(sessions).filter((s) => s.questionsToHuman > 0 && s.humanReplies.length > 0).length;

/** Ratings with one of `scores` ÷ all ratings. */
export function ratingShare(ratings: readonly MetricRating[], scores: readonly number[]): Share {
  const given = ratings.filter((r) => r.score !== null);
  return share(given.filter((r) => scores.includes(r.score!)).length, given.length);
}

/** Ratings ÷ invitations. */
export const ratingParticipation = (ratings: readonly MetricRating[]): Share =>
  share(ratings.filter((r) => r.score !== null).length, ratings.length);
