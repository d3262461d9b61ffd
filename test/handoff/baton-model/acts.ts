// Everything that can happen in the model's shop, as data; and what the model expects to be answered and to be left behind.
import { adoptOffers, type Clock, goOff, reconciled, type Shown } from './engine.ts';
import { type Agent, hasHands, type Model, openCase, placeOf, type Talk, type Who } from './model.ts';
import {
  admit,
  beginSending,
  beginTurn,
  commitTurn,
  type Ending,
  endSending,
  type Held,
  type Said,
  say,
} from './road.ts';
import { type Event, happen, objection } from './rules.ts';

/** What a move is aimed at: the conversation, one of its cases by order; or a case, or a conversation, that never was. */
export type Aim = 'conversation' | 'nothing' | 'nowhere' | number;

/** What an agent asks at the desk, where the state says which event it is. */
export type DeskEvent = { kind: 'desk-claim'; by: Who } | { kind: 'desk-decline'; by: Who };

export interface Move {
  kind: 'move';
  talk: number;
  aim: Aim;
  event: Event | DeskEvent;
  /** Nothing is told with it: no agent to look at, no packet, no disposition, no reason. */
  bare: boolean;
}

/** Acts that happen in one transaction, and may therefore meet each other. */
export type Single =
  | Move
  | { kind: 'message'; talk: number; external: string; windowMs: number }
  | { kind: 'begin-turn'; talk: number }
  | { kind: 'commit-turn'; held: Held; said: Said }
  | { kind: 'say'; talk: number; who: Who; id: string; as: 'reply' | 'note' }
  | { kind: 'send'; talk: number; row: number; ending: Ending };

export type Act =
  | Single
  | { kind: 'mark'; talk: number; row: number; attempt: number; ending: Ending }
  | { kind: 'presence'; who: Who; presence: Agent['presence'] }
  /** Of one agent, or of all. */
  | { kind: 'heartbeat'; who: Who | null }
  /** `alive`: everybody's line gives its signs of life meanwhile. */
  | { kind: 'time'; ticks: number; alive: boolean }
  | { kind: 'clock'; clock: Clock; talk: number; aim: Aim }
  | { kind: 'reconcile'; processes: number }
  | { kind: 'offer-round' }
  | { kind: 'crash'; act: Single; atQuery: number }
  | { kind: 'lock-lost'; move: Move; by: 'owner' | 'state' }
  | { kind: 'race'; acts: [Single, Single] };

export type Answer = Record<string, unknown>;

/** One way in which an act may end. */
export interface Outcome {
  model: Model;
  answer: Answer;
  /** Of two at once: the conversations the desk then hears of, in order. */
  told?: readonly number[];
}

/** The baton of a conversation in words, without what a transfer carries besides its target. */
function batonOf(talk: Talk): Answer {
  const c = openCase(talk);
  if (!c) return { kind: talk.owner === 'platform_agent' ? 'with-platform' : 'with-bot' };
  return {
    kind: placeOf(c),
    ...(c.asked ? { to: c.asked.who } : {}),
    ...(c.holder ? { owner: c.holder.who, transfer: c.transfer?.to ?? null } : {}),
    team: c.team,
    passed: [...c.passed],
    raised: c.raised,
  };
}

function meant(talk: Talk, event: Event | DeskEvent): Event {
  const c = openCase(talk);
  if (event.kind === 'desk-claim') {
    const handed = c?.holder && c.transfer && c.holder.who !== event.by;
    return { kind: handed ? 'accept-transfer' : 'claim', by: event.by };
  }
  if (event.kind === 'desk-decline') return { kind: c?.holder ? 'decline-transfer' : 'decline', by: event.by };
  return event;
}

function moved(model: Model, act: Move): Answer {
  const talk = model.talks[act.talk]!;
  const c = openCase(talk);
  if (act.aim === 'nothing' || act.aim === 'nowhere') return { status: 'not-found' };
  const before = batonOf(talk);
  const refused = (why: string): Answer => ({
    status: 'refused',
    why,
    baton: before,
    owner: c?.holder?.who ?? c?.asked?.who ?? null,
  });
  if (act.aim !== 'conversation' && talk.cases[act.aim] !== c) return refused('over');
  const event = meant(talk, act.event);
  const why = objection(model, talk, event);
  if (why) return refused(why);
  // an offer is the engine's, which asks for free hands
  if (event.kind === 'offer' && (act.bare || !hasHands(model, event.to, c!.weight))) return refused('not-now');
  const opens = event.kind === 'hand-off' || (event.kind === 'take-over' && !c);
  if (act.bare && opens) return { status: 'unprepared' };
  const told = happen(model, talk, event, act.bare);
  return { status: 'moved', before, after: batonOf(talk), told };
}

function sent(model: Model, act: Single & { kind: 'send' }): Answer {
  const talk = model.talks[act.talk]!;
  const answer = beginSending(model, talk, act.row);
  const row = talk.outbox[act.row]!;
  if (answer.status === 'claimed') endSending(model, row, row.attempt, act.ending);
  return answer;
}

/** Lets a single act happen to a copy of the model. */
export function single(before: Model, act: Single): Outcome {
  const model = structuredClone(before);
  const talk = (n: number): Talk => model.talks[n]!;
  switch (act.kind) {
    case 'move':
      return { answer: moved(model, act), model };
    case 'message':
      return { answer: { ...admit(model, act.talk, act.external, act.windowMs) }, model };
    case 'begin-turn':
      return { answer: { ...beginTurn(model, act.talk) }, model };
    case 'commit-turn':
      return { answer: { ...commitTurn(model, act.held, act.said) }, model };
    case 'say':
      return { answer: say(model, talk(act.talk), act.who, act.as), model };
    case 'send':
      return { answer: sent(model, act), model };
    default:
      return act satisfies never;
  }
}

/** A connection that breaks undoes what was not committed; of a commit only the answer is lost. */
function crashed(model: Model, act: Single, cut: string): Outcome[] {
  const done = single(model, act);
  if (cut === 'not-reached') return [done];
  const answer = { status: 'threw' };
  // words are looked at in a transaction of their own before they are written
  const undone = cut === 'before' || act.kind === 'say' ? [{ model, answer }] : [];
  return [...undone, ...(cut === 'at' ? [{ model: done.model, answer }] : [])];
}

const toldBetween = (before: Model, after: Model): number[] =>
  [...after.talks.keys()].filter((n) => after.talks[n]!.news.length > before.talks[n]!.news.length);

/** What came first, came first: one order of the two explains everything, and it is the one the desk heard. */
function raced(model: Model, [a, b]: [Single, Single]): Outcome[] {
  const first = single(model, a);
  const second = single(first.model, b);
  const other = single(model, b);
  const another = single(other.model, a);
  return [
    {
      model: second.model,
      answer: { both: [first.answer, second.answer] },
      told: [...toldBetween(model, first.model), ...toldBetween(first.model, second.model)],
    },
    {
      model: another.model,
      answer: { both: [another.answer, other.answer] },
      told: [...toldBetween(model, other.model), ...toldBetween(other.model, another.model)],
    },
  ];
}

/** What was seen of an act besides its answer, where the engine or chance may choose. */
export interface Chosen {
  shown: Shown;
  cut: string;
}

/** All ways in which an act may end. @throws Error when what the engine chose is none of them */
export function outcomes(model: Model, act: Act, { shown, cut }: Chosen): Outcome[] {
  const next = structuredClone(model);
  const done = (answer: Answer = {}): Outcome[] => [{ model: next, answer }];
  switch (act.kind) {
    case 'mark':
      endSending(next, next.talks[act.talk]!.outbox[act.row]!, act.attempt, act.ending);
      return done();
    case 'presence':
      Object.assign(next.agents[act.who]!, { presence: act.presence, seen: next.now });
      return done();
    case 'heartbeat':
      next.agents.forEach((agent, who) => {
        if (agent.presence !== 'offline' && (act.who ?? who) === who) agent.seen = next.now;
      });
      return done();
    case 'time':
      next.now += act.ticks;
      for (const agent of next.agents) if (act.alive) agent.seen += act.ticks;
      return done();
    case 'clock': {
      const its = typeof act.aim === 'number' ? next.talks[act.talk]!.cases[act.aim] : null;
      if (!its?.open) return done({ moved: false });
      const gone = goOff(model, act.talk, act.clock, shown);
      return [{ model: gone.model, answer: { moved: gone.moved } }];
    }
    case 'reconcile':
      return reconciled(model, shown).map((m) => ({ model: m, answer: {} }));
    case 'offer-round':
      adoptOffers(next, shown);
      return done();
    case 'crash':
      return crashed(model, act.act, cut);
    case 'lock-lost': {
      const would = single(model, act.move);
      return would.answer.status === 'moved' ? [{ model, answer: { status: 'threw' } }] : [would];
    }
    case 'race':
      return raced(model, act.acts);
    default:
      return [single(model, act)];
  }
}
