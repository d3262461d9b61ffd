// The round builder: cuts histories into rounds (首问首答) and sessions by a profile's rules. Pure; knows no platform and no formula.
import { conversationsOf, type MetricEvent, type MetricItem, type MetricMessage } from './history.ts';
import { dayOf, isWithin, nextMidnight } from './local-time.ts';
import type { Reading, Responder } from './profile.ts';
import type { Exclusion, Round, Session, Timeline } from './timeline.ts';

interface Walk extends Timeline {
  readonly reading: Reading;
  /** The session that goes on or may be reopened. */
  session: Session | null;
  closedAt: number | null;
  round: Round | null;
  /** Whom the shopper has to do with. While a person is `asked` for, the bot's words end no wait; spoken after a `person`'s they say that the bot is back. */
  care: 'bot' | 'asked' | 'person';
  leftMessage: boolean;
  agentId: string | null;
  lastAt: number;
}

function startSession(walk: Walk, message: MetricMessage): Session {
  const { at, conversationId, shopperId } = message;
  const session: Session = {
    conversationId,
    shopperId,
    startedAt: at,
    lastAt: at,
    day: dayOf(at),
    inWindow: isWithin(walk.reading.window, at),
    over: false,
    questions: 0,
    questionsToHuman: 0,
    intents: [],
    botReplies: 0,
    handedOffAt: null,
    handoffReason: null,
    leftMessageAt: null,
    assignedAt: null,
    humanAskedAt: null,
    humanInWindow: false,
    humanReplies: [],
  };
  if (walk.session) walk.session.over = true;
  walk.sessions.push(session);
  walk.session = session;
  walk.closedAt = null;
  return session;
}

/** The bot and the shopper have had nothing to say for long. One who waits for an answer is not idle. */
const isIdle = (walk: Walk, session: Session, at: number): boolean =>
  walk.care === 'bot' &&
  (walk.round === null || walk.round.excluded !== null) &&
  at - session.lastAt > (walk.reading.session.idleMs ?? Number.POSITIVE_INFINITY);

/** The session a shopper's message belongs to. */
function sessionFor(walk: Walk, message: MetricMessage): Session {
  const { session, closedAt } = walk;
  if (session === null) return startSession(walk, message);
  if (closedAt !== null) {
    if (message.at - closedAt > walk.reading.session.reopenMs) return startSession(walk, message);
    walk.closedAt = null;
    session.over = false;
    return session;
  }
  return isIdle(walk, session, message.at) ? startSession(walk, message) : session;
}

function finish(
  walk: Walk,
  at: number,
  by: Exclude<Round['endedBy'], null>,
  who?: { responder?: Responder; agentId: string | null },
): void {
  const { round } = walk;
  if (round === null) return;
  walk.round = null;
  round.state = by === 'reply' ? 'answered' : 'unanswered';
  round.endedAt = at;
  round.endedBy = by;
  round.waitedMs = at - round.clockFrom;
  round.responder = who?.responder ?? null;
  round.agentId = who?.agentId ?? round.agentId;
  if (by === 'reply' && walk.reading.windowBy === 'message-or-reply')
    round.inWindow ||= isWithin(walk.reading.window, at);
}

function open(walk: Walk, message: MetricMessage, excluded: Exclusion | null): void {
  const { at, conversationId, shopperId } = message;
  const { window, windowBy } = walk.reading;
  walk.round = {
    conversationId,
    shopperId,
    sessionStartedAt: walk.session?.startedAt ?? at,
    day: dayOf(at),
    askedAt: at,
    clockFrom: at,
    questions: 1,
    inWindow: windowBy === 'session-start' ? (walk.session?.inWindow ?? false) : isWithin(window, at),
    excluded,
    state: 'open',
    endedBy: null,
    endedAt: null,
    responder: null,
    agentId: message.ownerId ?? walk.agentId,
    waitedMs: 0,
  };
  walk.rounds.push(walk.round);
}

function askForHuman(walk: Walk, at: number): void {
  walk.care = 'asked';
  const { session } = walk;
  if (session === null || session.humanAskedAt !== null) return;
  session.humanAskedAt = at;
  session.humanInWindow =
    walk.reading.windowBy === 'session-start' ? session.inWindow : isWithin(walk.reading.window, at);
}

function assign(walk: Walk, at: number, agentId: string | null): void {
  askForHuman(walk, at);
  walk.care = 'person';
  walk.leftMessage = false;
  walk.agentId = agentId;
  if (walk.session) walk.session.assignedAt ??= at;
}

const notCounting = (message: MetricMessage): Exclusion | null =>
  message.content === 'system-card' ? 'system-card' : message.excluded;

/** What does not count gives way to what does: the shopper's own words after a system card, or words inside the window after some outside. */
const givesWay = (walk: Walk, round: Round, at: number): boolean =>
  (round.excluded !== null && round.excluded !== 'left-message') ||
  (walk.reading.windowBy === 'message' && !round.inWindow && isWithin(walk.reading.window, at));

function hearShopper(walk: Walk, message: MetricMessage): void {
  const exclusion = notCounting(message);
  if (exclusion !== null) {
    if (walk.round === null) open(walk, message, exclusion);
    return;
  }
  const session = sessionFor(walk, message);
  if (message.ownerId !== null || walk.care === 'person') assign(walk, message.at, message.ownerId ?? walk.agentId);
  else if (walk.care === 'asked') askForHuman(walk, message.at);
  session.questions += 1;
  session.lastAt = message.at;
  if (walk.care !== 'bot') session.questionsToHuman += 1;
  if (message.intent !== null && !session.intents.includes(message.intent)) session.intents.push(message.intent);
  if (walk.round !== null && givesWay(walk, walk.round, message.at)) finish(walk, message.at, 'replaced');
  if (walk.round !== null) walk.round.questions += 1;
  else open(walk, message, walk.leftMessage && walk.reading.round.leftMessage === 'left-out' ? 'left-message' : null);
}

function responderOf(message: MetricMessage): Responder | null {
  if (message.content !== 'text' && message.content !== 'card') return null;
  switch (message.author) {
    case 'agent':
      return message.assisted ? 'assist' : 'agent';
    case 'bot':
    case 'platform_agent':
      return message.author;
    case 'shopper':
    case 'system':
      return null;
    default:
      return message.author satisfies never;
  }
}

function hearReply(walk: Walk, message: MetricMessage): void {
  const responder = responderOf(message);
  if (responder === null) return;
  const { session, round } = walk;
  if (session) session.lastAt = message.at;
  if (responder === 'bot') {
    if (walk.care === 'asked') return;
    walk.care = 'bot';
    if (session) session.botReplies += 1;
  } else {
    assign(walk, message.at, message.authorId);
    session?.humanReplies.push({ at: message.at, since: round?.askedAt ?? message.at });
  }
  if (walk.reading.round.endedBy.includes(responder)) {
    finish(walk, message.at, 'reply', { responder, agentId: responder === 'bot' ? null : message.authorId });
  }
}

function transfer(walk: Walk, at: number, from: string, to: string | null): void {
  const first = walk.round;
  if (walk.reading.round.transfer === 'ends' && first?.excluded === null) {
    finish(walk, at, 'transfer', { agentId: from });
    walk.round = {
      ...first,
      clockFrom: at,
      questions: 0,
      state: 'open',
      endedBy: null,
      endedAt: null,
      agentId: to,
    };
    walk.rounds.push(walk.round);
  } else if (first) first.agentId = to;
  walk.agentId = to;
}

function note(walk: Walk, event: MetricEvent): void {
  const { session, round } = walk;
  switch (event.kind) {
    case 'handed-off':
      askForHuman(walk, event.at);
      if (session?.handedOffAt === null) {
        session.handedOffAt = event.at;
        session.handoffReason = event.reason;
      }
      return;
    case 'left-message':
      askForHuman(walk, event.at);
      walk.leftMessage = true;
      if (session) session.leftMessageAt ??= event.at;
      if (walk.reading.round.leftMessage === 'left-out' && round) round.excluded ??= 'left-message';
      return;
    case 'assigned':
      assign(walk, event.at, event.agentId);
      if (round) round.agentId = event.agentId;
      return;
    case 'transferred':
      transfer(walk, event.at, event.from, event.to);
      return;
    case 'blocked':
      if (round) round.excluded ??= 'blocked';
      finish(walk, event.at, 'blocked');
      return;
    case 'closed':
      walk.care = 'bot';
      walk.leftMessage = false;
      walk.agentId = null;
      walk.closedAt = event.at;
      if (session) session.over = true;
      if (walk.reading.round.close === 'ends') finish(walk, event.at, 'closed');
      return;
    default:
      event satisfies never;
  }
}

/** Nothing of a day reaches into the next one, so that a day's figures do not depend on which days were read with it. */
function endDay(walk: Walk): void {
  finish(walk, nextMidnight(walk.lastAt), 'midnight');
  if (walk.session) walk.session.over = true;
  walk.session = null;
  walk.closedAt = null;
  walk.care = 'bot';
  walk.leftMessage = false;
  walk.agentId = null;
}

function walkThrough(items: readonly MetricItem[], reading: Reading, asOf: number, into: Timeline): void {
  const walk: Walk = {
    ...into,
    reading,
    session: null,
    closedAt: null,
    round: null,
    care: 'bot',
    leftMessage: false,
    agentId: null,
    lastAt: items[0]!.at,
  };
  const isNextDay = (at: number) => reading.round.midnight === 'ends' && at >= nextMidnight(walk.lastAt);
  for (const item of items) {
    if (isNextDay(item.at)) endDay(walk);
    walk.lastAt = item.at;
    if (item.kind !== 'message') note(walk, item);
    else if (item.author === 'shopper') hearShopper(walk, item);
    else hearReply(walk, item);
  }
  if (isNextDay(asOf)) endDay(walk);
  if (walk.round) walk.round.waitedMs = asOf - walk.round.clockFrom;
  if (walk.session && isIdle(walk, walk.session, asOf)) walk.session.over = true;
}

/** Rounds and sessions of a history as it stood at `asOf` (ms since 1970, UTC). The order of the rows does not matter. */
export function readTimeline(history: readonly MetricItem[], reading: Reading, asOf: number): Timeline {
  const timeline: Timeline = { rounds: [], sessions: [] };
  for (const items of conversationsOf(history, asOf)) walkThrough(items, reading, asOf, timeline);
  return timeline;
}

/** The rounds alone. */
export const buildRounds = (history: readonly MetricItem[], reading: Reading, asOf: number): Round[] =>
  readTimeline(history, reading, asOf).rounds;
