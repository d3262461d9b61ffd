// All figures of a profile at one moment: each row over its own days. Pure.
import type { MetricItem, MetricRating } from './history.ts';
import { dayOf, daysUpTo, isWithin } from './local-time.ts';
import {
  averageQueue,
  averageResponse,
  effectiveSessions,
  firstHumanResponse,
  leftMessages,
  type Mean,
  notServed,
  rateWithin,
  ratingParticipation,
  ratingShare,
  replied,
  type Share,
  share,
  withBotCredit,
} from './measures.ts';
import type { MetricRow, Profile } from './profile.ts';
import { readTimeline } from './rounds.ts';
import type { Session, Timeline } from './timeline.ts';

export type Figure = { id: string; name: string } & (
  | ({ kind: 'share'; target: number | null } & Share)
  | ({ kind: 'duration' } & Mean)
  | { kind: 'count'; count: number }
);

interface Material extends Timeline {
  profile: Profile;
  ratings: readonly MetricRating[];
}

type CountOf = (MetricRow & { kind: 'count' })['of'];

function count(of: CountOf, { sessions, ratings }: Material): number {
  const assigned = sessions.filter((s) => s.assignedAt !== null);
  switch (of) {
    case 'assigned-sessions':
      return assigned.length;
    case 'assigned-shoppers':
      return new Set(assigned.map((s) => s.shopperId)).size;
    case 'assigned-messages':
      return assigned.reduce((sum, s) => sum + s.questions, 0);
    case 'effective-sessions':
      return effectiveSessions(sessions);
    case 'bot-sessions':
      return withBot(sessions).length;
    case 'invitations':
      return ratings.length;
    default:
      return of satisfies never;
  }
}

const withBot = (sessions: readonly Session[]): Session[] => sessions.filter((s) => s.botReplies > 0);

/** Kept by the bot, or handed over, of the sessions it spoke in. One that still goes on with the bot is not decided. */
function botShare(sessions: readonly Session[], of: 'alone' | 'handed-over'): Share {
  const decided = withBot(sessions).filter((s) => s.over || s.humanAskedAt !== null);
  const alone = decided.filter((s) => s.humanAskedAt === null).length;
  return share(of === 'alone' ? alone : decided.length - alone, decided.length);
}

type RatingRow = MetricRow & { kind: 'rating-share' | 'rating-participation' };

const ratingsFor = (row: RatingRow, { ratings, profile }: Material): MetricRating[] =>
  ratings.filter(
    (r) =>
      (row.of === 'anybody' || r.responder === 'person') && (row.hours === 'any' || isWithin(profile.window, r.at)),
  );

function compute(row: MetricRow, material: Material): Share | Mean | number {
  const { rounds, sessions, ratings } = material;
  switch (row.kind) {
    case 'rate-within':
      return withBotCredit(rateWithin(rounds, row), ratings, row.botCredit);
    case 'average-response':
      return averageResponse(rounds, row);
    case 'first-human-response':
      return firstHumanResponse(sessions, row.from);
    case 'not-served':
      return notServed(sessions);
    case 'replied':
      return replied(sessions, row.of);
    case 'left-message':
      return leftMessages(sessions, row.outside);
    case 'average-queue':
      return averageQueue(sessions);
    case 'bot-alone':
      return botShare(sessions, 'alone');
    case 'bot-handed-over':
      return botShare(sessions, 'handed-over');
    case 'rating-share':
      return ratingShare(ratingsFor(row, material), row.scores);
    case 'rating-participation':
      return ratingParticipation(ratingsFor(row, material));
    case 'count':
      return count(row.of, material);
    default:
      return row satisfies never;
  }
}

function toFigure(row: MetricRow, value: Share | Mean | number): Figure {
  const { id, name } = row;
  if (typeof value === 'number') return { id, name, kind: 'count', count: value };
  if ('rate' in value) return { id, name, kind: 'share', target: row.target, ...value };
  return { id, name, kind: 'duration', ...value };
}

/**
 * Every metric of a profile as it stands at `asOf` (ms since 1970, UTC), in the order of its rows.
 * @param history at least the days of the longest row; older rows do no harm
 * @param lastDay the local day with which every period ends: today unless a past day is asked for
 */
export function measure(
  profile: Profile,
  history: readonly MetricItem[],
  ratings: readonly MetricRating[],
  asOf: number,
  lastDay = dayOf(asOf),
): Figure[] {
  const timeline = readTimeline(history, profile, asOf);
  const rated = ratings.filter((r) => r.at <= asOf);
  return profile.metrics.map((row) => {
    const isCounted = daysUpTo(lastDay, row.days);
    const material: Material = {
      profile,
      rounds: timeline.rounds.filter((round) => isCounted(round.day)),
      sessions: timeline.sessions.filter((session) => isCounted(session.day)),
      ratings: rated.filter((rating) => isCounted(dayOf(rating.at))),
    };
    return toFigure(row, compute(row, material));
  });
}
