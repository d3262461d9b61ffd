// The cases behind every number of the board. A number is made of its cases, so the list of a number cannot differ from it. Pure.
import type { MetricRating } from './history.ts';
import { hourOf, weekdayOf } from './local-time.ts';
import { judge, waitsOf } from './measures.ts';
import { isIn, type Span } from './period.ts';
import type { AverageRow, Profile, RateRow } from './profile.ts';
import { headlineOf } from './profile.ts';
import { GENERIC } from './profiles/generic.ts';
import type { Round, Session, Timeline } from './timeline.ts';

export type CaseKind = 'bot' | 'person' | 'abandoned';

/** One thing that a number counts: a session, a round, a handoff, a rating. */
export interface Case {
  conversationId: string;
  at: number;
  kind: CaseKind | null;
  outcome: 'hit' | 'miss' | null;
  /** Milliseconds or stars. */
  value: number | null;
  reason: string | null;
  agentId: string | null;
}

/** A handoff as its row has it. */
export interface HandoffFact {
  conversationId: string;
  shopperId: string;
  reason: string;
  team: string;
  queuedAt: number;
  /** Null while it is open. */
  resolvedAt: number | null;
  acceptedBy: string | null;
  /** What lay behind it; null while it is open, and when nobody said. */
  cause: string | null;
}

/** An agent ended a case. */
export interface ResolvedFact {
  conversationId: string;
  agentId: string;
  team: string;
  at: number;
}

/** 「没解决」: what a shopper said of an answer, in words or by the button. */
export interface RejectedFact {
  conversationId: string;
  at: number;
}

/** One invitation to rate an agent, with the rating if there was one. */
export interface BoardRating extends MetricRating {
  agentId: string | null;
}

export interface Material {
  /** Read as common software reads a history; numbers that no platform judges come from here. */
  plain: Timeline;
  /** Read as the chosen platform reads it. */
  judged: Timeline;
  profile: Profile;
  handoffs: readonly HandoffFact[];
  resolved: readonly ResolvedFact[];
  rejected: readonly RejectedFact[];
  ratings: readonly BoardRating[];
  /** Only cases of this team; null for all, those of the bot alone too. */
  team: string | null;
}

export type PeriodMeasure =
  | 'sessions'
  | 'handoffs'
  | 'response'
  | 'average-response'
  | 'first-reply'
  | 'bot-resolution'
  | 'satisfaction'
  | 'resolved'
  | 'causes';

const DAY_MS = 86_400_000;
/** A handoff is committed a moment after the words that brought it about. */
const MOMENT_MS = 60_000;

/** The rate a profile leads with, or that of common software where the platform has none; the same with the average. */
export function rowsOf(profile: Profile): { rate: RateRow; average: AverageRow; from: Profile } {
  const own = headlineOf(profile);
  const average = (of: Profile) => of.metrics.find((row) => row.kind === 'average-response');
  return {
    rate: own ?? headlineOf(GENERIC)!,
    average: average(profile) ?? average(GENERIC)!,
    from: own === null ? GENERIC : profile,
  };
}

/** The handoff that was open while the session went on; of several the last. */
const handoffOf = (session: Session, handoffs: ReadonlyMap<string, readonly HandoffFact[]>): HandoffFact | undefined =>
  handoffs
    .get(session.conversationId)
    ?.findLast(
      (h) =>
        h.queuedAt <= session.lastAt + MOMENT_MS &&
        (h.resolvedAt ?? Number.POSITIVE_INFINITY) >= session.startedAt &&
        (session.humanAskedAt !== null || h.queuedAt >= session.startedAt),
    );

function kindOf(session: Session): CaseKind {
  if (session.humanAskedAt === null) return 'bot';
  return session.over && session.humanReplies.length === 0 && session.leftMessageAt === null ? 'abandoned' : 'person';
}

const sessionKey = (of: { conversationId: string }, startedAt: number) => `${of.conversationId} ${startedAt}`;

/**
 * Solved by the bot alone: nobody was asked for in it or within 24 hours after, nobody said 「没解决」, nobody rated it badly.
 * A session of the last day counts as it stands.
 */
function isSolved(session: Session, m: Material, byShopper: ReadonlyMap<string, readonly HandoffFact[]>): boolean {
  const until = session.lastAt + DAY_MS;
  const within = { from: session.startedAt, to: until };
  const isOfIt = (f: { conversationId: string; at: number }) =>
    f.conversationId === session.conversationId && isIn(within, f.at);
  if (session.humanAskedAt !== null) return false;
  if (byShopper.get(session.shopperId)?.some((h) => isIn(within, h.queuedAt))) return false;
  return !(m.rejected.some(isOfIt) || m.ratings.some((r) => r.score !== null && r.score <= 2 && isOfIt(r)));
}

const ofRound = (round: Round): Pick<Case, 'conversationId' | 'at' | 'agentId' | 'kind' | 'reason'> => ({
  conversationId: round.conversationId,
  at: round.askedAt,
  agentId: round.agentId,
  kind: null,
  reason: null,
});

function ofSession(session: Session): Case {
  return {
    conversationId: session.conversationId,
    at: session.startedAt,
    kind: kindOf(session),
    outcome: null,
    value: null,
    reason: session.handoffReason,
    agentId: null,
  };
}

/** First words of a person after one was asked for, with the wait for them. */
function firstReplies(sessions: readonly Session[]): Case[] {
  return sessions.flatMap((session) => {
    const start = session.handedOffAt ?? session.assignedAt;
    const first = start === null ? undefined : session.humanReplies.find((reply) => reply.at >= start);
    return first === undefined ? [] : [{ ...ofSession(session), at: start!, value: first.at - start! }];
  });
}

function botSessions(sessions: readonly Session[], m: Material): Case[] {
  const byShopper = Map.groupBy(m.handoffs, (h) => h.shopperId);
  return sessions
    .filter((s) => s.botReplies > 0 && (s.over || s.humanAskedAt !== null))
    .map((s) => ({ ...ofSession(s), outcome: isSolved(s, m, byShopper) ? ('hit' as const) : ('miss' as const) }));
}

function rounds(m: Material, isOurs: (s: Session | undefined) => boolean): Round[] {
  const sessions = new Map(m.judged.sessions.map((s) => [sessionKey(s, s.startedAt), s]));
  return m.judged.rounds.filter((r) => isOurs(sessions.get(sessionKey(r, r.sessionStartedAt))));
}

/** Every case of a measure in a span, in no order. */
export function casesOf(measure: PeriodMeasure, m: Material, span: Span): Case[] {
  const byConversation = Map.groupBy(m.handoffs, (h) => h.conversationId);
  const isTeam = (team: string | undefined) => m.team === null || team === m.team;
  const isOurs = (s: Session | undefined) =>
    m.team === null || (s !== undefined && isTeam(handoffOf(s, byConversation)?.team));
  const started = () => m.plain.sessions.filter((s) => isIn(span, s.startedAt) && isOurs(s));
  const asked = () => rounds(m, isOurs).filter((r) => isIn(span, r.askedAt));
  switch (measure) {
    case 'sessions':
      return started().map(ofSession);
    case 'handoffs':
      return m.handoffs
        .filter((h) => h.reason !== 'takeover' && isIn(span, h.queuedAt) && isTeam(h.team))
        .map((h) => ({
          conversationId: h.conversationId,
          at: h.queuedAt,
          kind: null,
          outcome: null,
          value: null,
          reason: h.reason,
          agentId: h.acceptedBy,
        }));
    case 'response':
      return judge(asked(), rowsOf(m.profile).rate).flatMap(({ round, verdict }) =>
        verdict === 'pending' ? [] : [{ ...ofRound(round), outcome: verdict, value: round.waitedMs }],
      );
    case 'average-response':
      return waitsOf(asked(), rowsOf(m.profile).average).map(({ round, ms }) => ({
        ...ofRound(round),
        outcome: null,
        value: ms,
      }));
    case 'first-reply':
      return firstReplies(m.plain.sessions.filter(isOurs)).filter((c) => isIn(span, c.at));
    case 'bot-resolution':
      return botSessions(started(), m);
    case 'satisfaction':
      return m.ratings
        .filter(
          (r) => r.score !== null && isIn(span, r.at) && isTeam(byConversation.get(r.conversationId)?.at(-1)?.team),
        )
        .map((r) => ({
          conversationId: r.conversationId,
          at: r.at,
          kind: r.responder,
          outcome: r.score! >= 4 ? ('hit' as const) : ('miss' as const),
          value: r.score,
          reason: null,
          agentId: r.agentId,
        }));
    case 'resolved':
      return m.resolved
        .filter((r) => isIn(span, r.at) && isTeam(r.team))
        .map((r) => ({ ...r, kind: null, outcome: null, value: null, reason: null }));
    case 'causes':
      return m.handoffs
        .filter((h) => h.cause !== null && h.resolvedAt !== null && isIn(span, h.resolvedAt) && isTeam(h.team))
        .map((h) => ({
          conversationId: h.conversationId,
          at: h.resolvedAt!,
          kind: null,
          outcome: null,
          value: null,
          reason: h.cause,
          agentId: h.acceptedBy,
        }));
    default:
      return measure satisfies never;
  }
}

export interface Narrowing {
  outcome?: 'hit' | 'miss' | undefined;
  kind?: CaseKind | undefined;
  hour?: number | undefined;
  weekday?: number | undefined;
  reason?: string | undefined;
  agent?: string | undefined;
}

/** The cases behind a part of a number: a bar, a field of the heat map, an agent's line. */
export const narrow = (cases: readonly Case[], by: Narrowing): Case[] =>
  cases.filter(
    (c) =>
      (by.outcome === undefined || c.outcome === by.outcome) &&
      (by.kind === undefined || c.kind === by.kind) &&
      (by.hour === undefined || hourOf(c.at) === by.hour) &&
      (by.weekday === undefined || weekdayOf(c.at) === by.weekday) &&
      (by.reason === undefined || c.reason === by.reason) &&
      (by.agent === undefined || c.agentId === by.agent),
  );
