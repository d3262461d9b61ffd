// The road of a message as the design tells it: admitted once, answered by one turn, sent by one row. On the model's data only.
import {
  type Case,
  type Model,
  nowMs,
  openCase,
  placeOf,
  type Row,
  SHOPPERS,
  type Talk,
  type Turn,
  type Who,
  type Written,
} from './model.ts';
import { openNew } from './rules.ts';

/** A turn as its holder remembers it, however long ago that was. */
export interface Held {
  talk: number;
  turn: number;
  attempt: number;
  epoch: number;
  ownerKind: 'bot' | 'queue' | 'agent' | 'platform_agent';
}

/** What the bot reads of a conversation before it decides. */
interface Read {
  asked: number[];
  history: number[];
  place: string;
}

/** A turn is held for so long. */
const LEASE_MS = 15_000;
/** What could not be sent is tried again after so long. */
const RETRY_MS = 20_000;
/** Of the messages before a turn, so many are read. */
const HISTORY = 12;

export interface Said {
  parts: number;
  author: 'bot' | 'system';
  born: 'sent' | 'sending' | 'new' | 'held';
  handoff: Pick<Case, 'team' | 'risk' | 'weight' | 'parked'> | null;
}

export type Ending = 'sent' | 'retry' | 'unknown' | 'left';

const ownerKindOf = (talk: Talk): Held['ownerKind'] => (typeof talk.owner === 'number' ? 'agent' : talk.owner);

/** What an account has seen once stays where it is, whoever sends it again. */
export function admit(model: Model, n: number, external: string, windowMs: number) {
  const inbound = model.inbound[SHOPPERS[n]!.account]!;
  const known = inbound[external];
  if (known) return { status: 'duplicate', ...known };
  const talk = model.talks[n]!;
  const seq = talk.messages.push('shopper');
  inbound[external] = { talk: n, seq };
  received(model, talk, seq, windowMs);
  return { status: 'new', talk: n, seq };
}

/** A burst of messages is one turn; it waits for the next one, but not for ever. */
function received(model: Model, talk: Talk, seq: number, windowMs: number): void {
  if (typeof talk.owner === 'number') {
    const c = openCase(talk)!;
    c.waitingSince ??= model.now;
    return;
  }
  if (talk.owner === 'platform_agent') return; // people of the platform answer; the bot reads it later
  const burst = talk.turns.find((t) => t.state === 'open' && t.attempt === 0);
  const openedMs = nowMs(model);
  const dueMs = openedMs + windowMs;
  if (burst) Object.assign(burst, { last: seq, dueMs: Math.min(dueMs, burst.openedMs + 3 * windowMs) });
  else talk.turns.push({ first: seq, last: seq, state: 'open', attempt: 0, openedMs, dueMs });
}

const unfinished = (talk: Talk): Turn | undefined =>
  talk.turns.filter((t) => t.state === 'open' || t.state === 'leased').sort((a, b) => a.first - b.first)[0];

type Begun = { status: 'idle' | 'busy' | 'early' } | ({ status: 'claimed'; read: Read } & Held);

export function beginTurn(model: Model, n: number): Begun {
  const talk = model.talks[n]!;
  const turn = unfinished(talk);
  if (!turn) return { status: 'idle' };
  if (turn.dueMs > nowMs(model)) return { status: turn.state === 'leased' ? 'busy' : 'early' };
  Object.assign(turn, { state: 'leased', attempt: turn.attempt + 1, dueMs: nowMs(model) + LEASE_MS });
  return {
    status: 'claimed',
    talk: n,
    turn: talk.turns.indexOf(turn),
    attempt: turn.attempt,
    epoch: talk.epoch,
    ownerKind: ownerKindOf(talk),
    read: {
      asked: numbered(talk, (seq, by) => by === 'shopper' && seq >= turn.first && seq <= turn.last),
      history: numbered(talk, (seq, by) => by !== 'note' && seq < turn.first).slice(-HISTORY),
      place: placeOf(openCase(talk)),
    },
  };
}

const numbered = (talk: Talk, which: (seq: number, by: Written) => boolean): number[] =>
  talk.messages.flatMap((by, n) => (which(n + 1, by) ? [n + 1] : []));

const waits = (row: Row): boolean => row.state === 'new' || row.state === 'sending';

/** `next`: another turn waits. `outbox`: how each part was born. */
type Committed =
  | { status: 'lost-lease' }
  | { status: 'stale'; next: boolean }
  | { status: 'done'; next: boolean; outbox: string[] };

/** A turn is written only by who holds it, and says nothing once the conversation has changed hands. */
export function commitTurn(model: Model, held: Held, said: Said): Committed {
  const talk = model.talks[held.talk]!;
  const turn = talk.turns[held.turn]!;
  if (turn.state !== 'leased' || turn.attempt !== held.attempt) return { status: 'lost-lease' };
  const next = talk.turns.some((t) => t.state === 'open');
  if (talk.epoch !== held.epoch) {
    turn.state = 'stale';
    return { status: 'stale', next };
  }
  turn.state = 'done';
  if (said.handoff && talk.owner === 'bot') {
    const c = openNew(model, talk, said.handoff);
    Object.assign(talk, { owner: 'queue', epoch: talk.epoch + 1 });
    talk.news.push(`case ${talk.cases.length - 1}, hand-off, ${placeOf(c)}, ${c.team}`);
  }
  for (let n = 0; n < said.parts; n++) {
    talk.messages.push(said.author);
    const behind = said.born === 'sending' && talk.outbox.some((r) => waits(r) && r.turn !== held.turn);
    const state = behind || said.born === 'held' ? 'new' : said.born;
    talk.outbox.push({
      author: said.author,
      epoch: talk.epoch,
      state,
      attempt: state === 'sending' ? 1 : 0,
      turn: held.turn,
      atMs: said.born === 'held' ? Number.POSITIVE_INFINITY : nowMs(model),
    });
  }
  const outbox = said.parts > 0 ? talk.outbox.slice(-said.parts).map((row) => row.state) : [];
  return { status: 'done', next, outbox };
}

/** An agent's words go out only while the conversation is theirs; a note for colleagues goes nowhere. */
export function say(model: Model, talk: Talk, who: Who, kind: 'reply' | 'note'): { status: 'said' | 'not_owner' } {
  if (kind === 'note') {
    talk.messages.push('note');
    return { status: 'said' };
  }
  if (talk.owner !== who) return { status: 'not_owner' };
  talk.messages.push('agent');
  talk.outbox.push({ author: 'agent', epoch: talk.epoch, state: 'new', attempt: 0, turn: null, atMs: nowMs(model) });
  const c = openCase(talk)!;
  Object.assign(c, { answered: true, waitingSince: null });
  return { status: 'said' };
}

/** Sending begins in order, one at a time, and for the bot only while nobody has taken the conversation. */
export function beginSending(
  model: Model,
  talk: Talk,
  n: number,
): { status: 'gone' | 'cancelled' | 'early' | 'claimed' } {
  const row = talk.outbox[n]!;
  if (row.state !== 'new') return { status: 'gone' };
  if (row.author !== 'agent' && row.epoch !== talk.epoch) {
    row.state = 'cancelled';
    return { status: 'cancelled' };
  }
  if (row.atMs > nowMs(model) || talk.outbox.slice(0, n).some(waits)) return { status: 'early' };
  Object.assign(row, { state: 'sending', attempt: row.attempt + 1, atMs: nowMs(model) });
  return { status: 'claimed' };
}

/** How sending ended, told by the one who began it. */
export function endSending(model: Model, row: Row, attempt: number, ending: Ending): void {
  if (ending === 'left' || row.state !== 'sending' || row.attempt !== attempt) return;
  if (ending === 'retry') Object.assign(row, { state: 'new', atMs: nowMs(model) + RETRY_MS });
  else row.state = ending;
}
