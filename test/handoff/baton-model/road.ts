// The road of a message as the design tells it: admitted once, answered by one turn, sent by one row. On the model's data only.
import { type Case, type Model, openCase, placeOf, type Row, type Talk, type Turn, type Who } from './model.ts';
import { openNew } from './rules.ts';

/** A turn as its holder remembers it, however long ago that was. */
export interface Held {
  talk: number;
  turn: number;
  attempt: number;
  epoch: number;
  ownerKind: 'bot' | 'queue' | 'agent';
}

export interface Said {
  parts: number;
  author: 'bot' | 'system';
  born: 'sent' | 'sending' | 'new' | 'held';
  handoff: Pick<Case, 'team' | 'risk' | 'weight' | 'parked'> | null;
}

export type Ending = 'sent' | 'retry' | 'unknown' | 'left';

const ownerKindOf = (talk: Talk): Held['ownerKind'] => (typeof talk.owner === 'number' ? 'agent' : talk.owner);

export function admit(model: Model, talk: Talk, external: string): { status: 'new' | 'duplicate'; seq: number } {
  const known = talk.inbound[external];
  if (known !== undefined) return { status: 'duplicate', seq: known };
  const seq = ++talk.said;
  talk.inbound[external] = seq;
  if (typeof talk.owner === 'number') {
    const c = openCase(talk)!;
    c.waitingSince ??= model.now;
    return { status: 'new', seq };
  }
  const burst = talk.turns.find((t) => t.state === 'open' && t.attempt === 0);
  if (burst) Object.assign(burst, { last: seq, at: model.now });
  else talk.turns.push({ first: seq, last: seq, state: 'open', attempt: 0, at: model.now });
  return { status: 'new', seq };
}

const unfinished = (talk: Talk): Turn | undefined =>
  talk.turns.filter((t) => t.state === 'open' || t.state === 'leased').sort((a, b) => a.first - b.first)[0];

export function beginTurn(model: Model, talk: Talk): { status: 'idle' | 'busy' } | ({ status: 'claimed' } & Held) {
  const turn = unfinished(talk);
  if (!turn) return { status: 'idle' };
  if (turn.state === 'leased' && turn.at === model.now) return { status: 'busy' };
  Object.assign(turn, { state: 'leased', attempt: turn.attempt + 1, at: model.now });
  return {
    status: 'claimed',
    talk: model.talks.indexOf(talk),
    turn: talk.turns.indexOf(turn),
    attempt: turn.attempt,
    epoch: talk.epoch,
    ownerKind: ownerKindOf(talk),
  };
}

const waits = (row: Row): boolean => row.state === 'new' || row.state === 'sending';

/** A turn is written only by who holds it, and says nothing once the conversation has changed hands. */
export function commitTurn(model: Model, held: Held, said: Said): { status: 'done' | 'stale' | 'lost-lease' } {
  const talk = model.talks[held.talk]!;
  const turn = talk.turns[held.turn]!;
  if (turn.state !== 'leased' || turn.attempt !== held.attempt) return { status: 'lost-lease' };
  if (talk.epoch !== held.epoch) {
    turn.state = 'stale';
    return { status: 'stale' };
  }
  turn.state = 'done';
  if (said.handoff && talk.owner === 'bot') {
    const c = openNew(model, talk, said.handoff);
    Object.assign(talk, { owner: 'queue', epoch: talk.epoch + 1 });
    talk.news.push(`case ${talk.cases.length - 1}, hand-off, ${placeOf(c)}, ${c.team}`);
  }
  for (let n = 0; n < said.parts; n++) {
    talk.said += 1;
    const behind = said.born === 'sending' && talk.outbox.some((r) => waits(r) && r.turn !== held.turn);
    const state = behind || said.born === 'held' ? 'new' : said.born;
    talk.outbox.push({
      author: said.author,
      epoch: talk.epoch,
      state,
      attempt: state === 'sending' ? 1 : 0,
      turn: held.turn,
      notBefore: said.born === 'held' ? Number.POSITIVE_INFINITY : model.now,
    });
  }
  return { status: 'done' };
}

/** An agent's words go out only while the conversation is theirs. */
export function say(model: Model, talk: Talk, who: Who): { status: 'said' | 'not_owner' } {
  if (talk.owner !== who) return { status: 'not_owner' };
  talk.said += 1;
  talk.outbox.push({ author: 'agent', epoch: talk.epoch, state: 'new', attempt: 0, turn: null, notBefore: model.now });
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
  if (row.notBefore > model.now || talk.outbox.slice(0, n).some(waits)) return { status: 'early' };
  row.state = 'sending';
  row.attempt += 1;
  return { status: 'claimed' };
}

/** How sending ended, told by the one who began it. */
export function endSending(model: Model, row: Row, attempt: number, ending: Ending): void {
  if (ending === 'left' || row.state !== 'sending' || row.attempt !== attempt) return;
  if (ending === 'retry') Object.assign(row, { state: 'new', notBefore: model.now + 1 });
  else row.state = ending;
}
