// Short stories of the model's shop, each for conditions that chance seldom meets: told to the shop and the model side by side.
import type { Act, Move } from './acts.ts';
import type { Clock } from './engine.ts';
import { type Profile, TEAMS } from './model.ts';
import type { Here } from './move-wishes.ts';
import type { Ending, Said } from './road.ts';
import type { Event } from './rules.ts';

export interface Telling {
  act: Act | ((here: Here) => Act);
  /** What is answered: a status, with the reason of a refusal; or whether a clock moved something. */
  ends?: string | boolean;
}

export interface Story {
  name: string;
  profile: Profile;
  told: readonly Telling[];
}

const all = (capacity: number, channelMax: number | null = null): Profile =>
  Array.from({ length: TEAMS.length }, () => ({ capacity, channelMax }));

const does = (act: Telling['act'], ends?: Telling['ends']): Telling => (ends === undefined ? { act } : { act, ends });
const move = (talk: number, event: Event, more: Partial<Move> = {}): Move => ({
  kind: 'move',
  talk,
  aim: 'conversation',
  event,
  bare: false,
  ...more,
});
const moves = (talk: number, event: Event, ends = 'moved', more: Partial<Move> = {}): Telling =>
  does(move(talk, event, more), ends);
const takes = (who: number, talk: number): Telling => moves(talk, { kind: 'take-over', by: who, team: 'insale' });
const handsOff = (talk: number, team = 'insale'): Telling => moves(talk, { kind: 'hand-off', team, away: false });
const offers = (talk: number, to: number, ends = 'moved'): Telling => moves(talk, { kind: 'offer', to }, ends);
const resolves = (who: number, talk: number): Telling => moves(talk, { kind: 'resolve', by: who });
const writes = (talk: number, external: string, ends = 'new', windowMs = 0): Telling =>
  does({ kind: 'message', talk, external, windowMs }, ends);
const begins = (talk: number, ends = 'claimed'): Telling => does({ kind: 'begin-turn', talk }, ends);
/** The turn that was taken so many before the last. */
const commits = (said: Partial<Said>, ends = 'done', back = 0): Telling =>
  does(
    ({ held }) => ({
      kind: 'commit-turn',
      held: held.at(-1 - back)!,
      said: { parts: 0, author: 'bot', born: 'new', handoff: null, ...said },
    }),
    ends,
  );
const answers = (talk: number, external: string, said: Partial<Said>): Telling[] => [
  writes(talk, external),
  begins(talk),
  commits(said),
];
const says = (who: number, talk: number, as: 'reply' | 'note' = 'reply'): Telling =>
  does(({ fresh }) => ({ kind: 'say', talk, who, id: fresh(), as }), 'said');
const sends = (talk: number, row: number, ends = 'claimed', ending: Ending = 'sent'): Telling =>
  does({ kind: 'send', talk, row, ending }, ends);
const marks = (talk: number, row: number, attempt: number, ending: Ending): Telling =>
  does({ kind: 'mark', talk, row, attempt, ending });
const passes = (ticks: number, alive = true): Telling => does({ kind: 'time', ticks, alive });
const rings = (clock: Clock, talk: number, aim: number, ends: boolean): Telling =>
  does({ kind: 'clock', clock, talk, aim }, ends);
const reconciles = does({ kind: 'reconcile', processes: 1 });
const is = (who: number, presence: 'online' | 'busy' | 'away' | 'offline'): Telling =>
  does({ kind: 'presence', who, presence });
const a = (risk: string, more: Partial<NonNullable<Said['handoff']>> = {}): NonNullable<Said['handoff']> => ({
  team: 'insale',
  risk,
  weight: 1,
  parked: false,
  ...more,
});

const LOAD: Story[] = [
  {
    name: 'what is over weighs nothing',
    profile: all(1),
    told: [takes(0, 0), resolves(0, 0), handsOff(1), offers(1, 0)],
  },
  {
    name: 'what is being asked weighs as much as what is there',
    profile: all(1),
    told: [handsOff(0), offers(0, 0), handsOff(1), offers(1, 0, 'refused not-now')],
  },
  {
    name: 'a channel has a measure of its own, for what is there and for what is being asked, not for what is over',
    profile: all(6, 1),
    told: [
      takes(0, 0),
      handsOff(1),
      offers(1, 0, 'refused not-now'),
      handsOff(2),
      offers(2, 1),
      offers(1, 1, 'refused not-now'),
      resolves(0, 0),
      offers(1, 0),
    ],
  },
  {
    name: 'a heavy case fits whoever has nothing, and nobody who carries nothing at all',
    profile: [{ capacity: 1, channelMax: null }, ...all(0).slice(1)],
    told: [
      ...answers(0, 'a', { handoff: a('R3', { weight: 2 }) }),
      offers(0, 1, 'refused not-now'),
      offers(0, 0),
      handsOff(1),
      offers(1, 0, 'refused not-now'),
    ],
  },
  {
    name: 'only who is there and alive is asked, and by nobody who has not looked',
    profile: all(6),
    told: [
      handsOff(0),
      moves(0, { kind: 'offer', to: 0 }, 'refused not-now', { bare: true }),
      ...(['busy', 'away', 'offline'] as const).flatMap((so) => [is(0, so), offers(0, 0, 'refused not-now')]),
      is(0, 'online'),
      passes(3, false),
      offers(0, 0, 'refused not-now'),
      does({ kind: 'heartbeat', who: 0 }),
      offers(0, 0),
    ],
  },
  {
    name: 'to be asked is no sign of life',
    profile: all(6),
    told: [passes(2, false), handsOff(0), offers(0, 0), passes(1, false), handsOff(1), offers(1, 0, 'refused not-now')],
  },
];

const neglected = (risk: string, back: boolean): Story => ({
  name: `a case of ${risk} whose owner is silent ${back ? 'goes back' : 'stays'}`,
  profile: all(6),
  told: [
    ...answers(0, 'a', { handoff: a(risk) }),
    takes(0, 0),
    reconciles,
    passes(40),
    ...(back ? [] : [reconciles]),
    rings('forgotten', 0, 0, back),
  ],
});

const CLOCKS: Story[] = [
  ...['R3', 'R4', 'none'].map((risk) => neglected(risk, true)),
  neglected('R1', false),
  {
    name: 'an owner to whom nobody speaks is neither silent nor lost',
    profile: all(6),
    told: [
      takes(0, 0),
      says(0, 0),
      passes(40, false),
      rings('forgotten', 0, 0, false),
      rings('lost', 0, 0, false),
      reconciles,
    ],
  },
  {
    name: 'a shopper waits since their first message, not since their last',
    profile: all(6),
    told: [takes(0, 0), writes(0, 'a'), passes(30), writes(0, 'b'), passes(10), rings('forgotten', 0, 0, true)],
  },
  {
    name: 'what is over is nobody’s to lose, to forget, to offer or to bring back',
    profile: all(6),
    told: [handsOff(0), takes(0, 0), resolves(0, 0), passes(40, false), reconciles],
  },
  {
    name: 'what waits in a team that pulls is neither offered nor forgotten',
    profile: all(6),
    told: [handsOff(0, 'complaint'), passes(40), reconciles],
  },
  {
    name: 'an offer lapses at its time',
    profile: all(6),
    told: [handsOff(0), offers(0, 0), reconciles, rings('lapse', 0, 0, false), passes(2), reconciles],
  },
  {
    name: 'a line is lost after the grace, and found so by a round',
    profile: all(6),
    told: [takes(0, 0), writes(0, 'a'), reconciles, passes(9, false), reconciles, passes(1, false), reconciles],
  },
  {
    name: 'what was left for the next day comes back when somebody is there',
    profile: all(6),
    told: [moves(0, { kind: 'hand-off', team: 'insale', away: true }), reconciles],
  },
];

const ROAD: Story[] = [
  {
    name: 'an id is known to the account that saw it',
    profile: all(6),
    told: [writes(0, 'a'), writes(2, 'a'), writes(0, 'a', 'duplicate'), writes(2, 'a', 'duplicate')],
  },
  {
    name: 'a message to an agent makes nobody wait in a case that is over',
    profile: all(6),
    told: [takes(0, 0), says(0, 0), resolves(0, 0), takes(1, 0), writes(0, 'a')],
  },
  {
    name: 'a turn is early, then held, then anybody’s again; what is asked is the shopper’s, what was before is no note',
    profile: all(6),
    told: [
      writes(0, 'a', 'new', 40_000),
      begins(0, 'early'),
      reconciles,
      says(0, 0, 'note'),
      writes(0, 'b', 'new', 40_000),
      passes(2),
      begins(0),
      begins(0, 'busy'),
      reconciles,
      passes(1),
      reconciles,
      begins(0),
      commits({ parts: 1 }, 'lost-lease', 1),
      commits({ parts: 1 }),
      writes(0, 'c'),
      begins(0),
      commits({}),
      begins(0, 'idle'),
    ],
  },
  {
    name: 'two conversations at once have nothing to do with each other',
    profile: all(6),
    told: [
      writes(0, 'a'),
      writes(1, 'b'),
      begins(0),
      begins(1),
      commits({ parts: 2, born: 'sending' }, 'done', 1),
      commits({ parts: 1, born: 'sending' }),
      marks(1, 0, 1, 'unknown'),
      writes(1, 'c'),
      begins(1),
      commits({ parts: 1, born: 'new' }),
      sends(1, 1),
    ],
  },
  {
    name: 'what waits goes first, what is there already waits for nobody',
    profile: all(6),
    told: [
      ...answers(0, 'a', { parts: 1, born: 'new' }),
      ...answers(0, 'b', { parts: 1, born: 'sending' }),
      ...answers(0, 'c', { parts: 1, born: 'sent' }),
      sends(0, 1, 'early'),
      sends(0, 0),
      sends(0, 1),
      ...answers(0, 'd', { parts: 2, born: 'sending' }),
      passes(1),
      reconciles,
    ],
  },
  {
    name: 'each conversation has its own epoch, and what was begun before a takeover is not tried again',
    profile: all(6),
    told: [
      takes(0, 0),
      resolves(0, 0),
      ...answers(0, 'a', { parts: 1, born: 'new' }),
      ...answers(1, 'b', { parts: 1, born: 'sent' }),
      ...answers(1, 'c', { parts: 3, born: 'new' }),
      sends(1, 1, 'claimed', 'left'),
      takes(1, 1),
      marks(1, 1, 1, 'retry'),
      sends(1, 1, 'cancelled'),
    ],
  },
  {
    name: 'how sending ended is told by whoever began it, once',
    profile: all(6),
    told: [
      ...answers(0, 'a', { parts: 2, born: 'new' }),
      ...answers(1, 'b', { parts: 1, born: 'new' }),
      sends(0, 0, 'claimed', 'left'),
      sends(1, 0, 'claimed', 'left'),
      reconciles,
      marks(0, 0, 1, 'retry'),
      sends(0, 0, 'early'),
      reconciles,
      passes(1),
      sends(0, 0, 'claimed', 'left'),
      marks(0, 0, 1, 'sent'),
      marks(0, 0, 2, 'sent'),
      marks(0, 0, 2, 'unknown'),
      ...answers(2, 'c', { parts: 1, born: 'held' }),
      passes(2),
      reconciles,
    ],
  },
  {
    name: 'a handoff is opened by the bot’s own turn only, and follows one of its conversation within a day',
    profile: all(6),
    told: [
      takes(0, 1),
      resolves(0, 1),
      ...answers(0, 'a', { handoff: a('R4') }),
      ...answers(0, 'b', { handoff: a('R4') }),
      ...answers(0, 'c', { parts: 1 }),
      takes(0, 0),
      resolves(0, 0),
      ...answers(0, 'd', { handoff: a('R4') }),
      takes(0, 0),
      resolves(0, 0),
      passes(4_000),
      ...answers(0, 'e', { handoff: a('R4') }),
    ],
  },
];

const HANDS: Story[] = [
  {
    name: 'who accepts a transfer is told why, whoever takes over is not',
    profile: all(6),
    told: [
      takes(0, 0),
      moves(0, { kind: 'ask-transfer', by: 0, to: { kind: 'agent', agent: 1 } }),
      moves(0, { kind: 'accept-transfer', by: 1 }),
      moves(0, { kind: 'ask-transfer', by: 1, to: { kind: 'agent', agent: 2 } }, 'moved', { bare: true }),
      takes(3, 0),
      moves(0, { kind: 'ask-transfer', by: 3, to: { kind: 'agent', agent: 2 } }),
      takes(0, 0),
    ],
  },
  {
    name: 'who is asked a second time accepts the second time',
    profile: all(6),
    told: [
      handsOff(0),
      offers(0, 0),
      moves(0, { kind: 'release', agent: 0 }),
      offers(0, 0),
      moves(0, { kind: 'claim', by: 0 }),
    ],
  },
];

export const stories: readonly Story[] = [...LOAD, ...CLOCKS, ...ROAD, ...HANDS];
