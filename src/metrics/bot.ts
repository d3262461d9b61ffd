// How the bot did, over sessions: what it received, kept, solved, handed over and should have handed over. Pure.
import type { MetricRating } from './history.ts';
import { type Share, share } from './measures.ts';
import type { Session } from './timeline.ts';

export interface BotOutcome {
  /** 接待率: sessions the bot spoke in ÷ all. */
  received: Share;
  /** 独立接待率: no person was asked for ÷ sessions the bot spoke in. */
  alone: Share;
  /** 解决率: of those it kept, nobody came back with the same matter in time and nobody rated it badly. */
  resolved: Share;
  /** 漏转率: of those it kept, a complaint or a bad rating. */
  missed: Share;
  /** 转人工 by reason. */
  handedOver: Readonly<Record<string, number>>;
}

export interface BotRule {
  /** Coming back with the same intent within this time means that it was not solved: 24 or 72 hours. */
  againWithinMs: number;
  /** A rating up to this is a bad one. */
  badScoreMax: number;
  complaintIntents: ReadonlySet<string>;
}

/** The session's own ratings: from its start to the start of the next one in its conversation. */
const ratedBadly = (session: Session, next: Session | undefined, ratings: readonly MetricRating[], rule: BotRule) =>
  ratings.some(
    (r) =>
      r.score !== null &&
      r.score <= rule.badScoreMax &&
      r.at >= session.startedAt &&
      r.at < (next?.startedAt ?? Number.POSITIVE_INFINITY),
  );

const cameBack = (session: Session, later: readonly Session[], rule: BotRule): boolean =>
  later.some(
    (next) =>
      next.startedAt - session.lastAt <= rule.againWithinMs &&
      next.intents.some((intent) => session.intents.includes(intent)),
  );

/**
 * A session counts once it is over, and as solved or not once the time for coming back has passed or somebody came back.
 * @param sessions of a reading that does not end at midnight, so that an evening's session stays one
 */
export function botOutcome(
  sessions: readonly Session[],
  ratings: readonly MetricRating[],
  rule: BotRule,
  asOf: number,
): BotOutcome {
  const known = sessions.filter((s) => s.over || s.humanAskedAt !== null);
  const withBot = known.filter((s) => s.botReplies > 0);
  const handedOver: Record<string, number> = {};
  for (const { handoffReason } of withBot) {
    if (handoffReason !== null) handedOver[handoffReason] = (handedOver[handoffReason] ?? 0) + 1;
  }
  const ofShopper = Map.groupBy(sessions, (s) => s.shopperId);
  const ofConversation = Map.groupBy(ratings, (r) => r.conversationId);
  const kept = withBot
    .filter((s) => s.humanAskedAt === null)
    .map((session) => {
      const later = ofShopper
        .get(session.shopperId)!
        .filter((s) => s.startedAt > session.startedAt)
        .sort((a, b) => a.startedAt - b.startedAt);
      const next = later.find((s) => s.conversationId === session.conversationId);
      const failed = ratedBadly(session, next, ofConversation.get(session.conversationId) ?? [], rule);
      const again = cameBack(session, later, rule);
      return {
        unsolved: failed || again,
        decided: failed || again || asOf - session.lastAt > rule.againWithinMs,
        missed: failed || session.intents.some((intent) => rule.complaintIntents.has(intent)),
      };
    });
  const decided = kept.filter((k) => k.decided);
  return {
    received: share(withBot.length, known.length),
    alone: share(kept.length, withBot.length),
    resolved: share(decided.filter((k) => !k.unsolved).length, decided.length),
    missed: share(kept.filter((k) => k.missed).length, kept.length),
    handedOver,
  };
}
