// Random moves of the baton: mostly those that fit the state they meet, otherwise any event on anything. Knows no database.
import fc from 'fast-check';
import type { Act, Aim, DeskEvent, Move } from './acts.ts';
import { hasHands, type Model, openCase, TALKS, type Talk, type Target, TEAMS, type Who } from './model.ts';
import type { Held } from './road.ts';
import { type Event, objection } from './rules.ts';

/** What a wish may know when it becomes an act. */
export interface Here {
  model: Model;
  /** Turns that somebody took, the oldest first. */
  held: readonly Held[];
  /** For ids that are new. */
  fresh(): string;
}

/** Becomes an act in the state it meets; null when there is nothing to do it to. */
export type Wish<A extends Act = Act> = (here: Here) => A | null;

/** One conversation more than the others, so that something comes of it. */
export const talks = fc.constantFrom(...Array.from({ length: TALKS }, (_, n) => n), 0, 0, 1);
export const dice = fc.nat(9_999);

const PEOPLE = TEAMS.map((_, who) => who);
const TARGETS: readonly Target[] = [
  ...PEOPLE.map((agent): Target => ({ kind: 'agent', agent })),
  { kind: 'team', team: 'insale' },
  { kind: 'team', team: 'complaint' },
  { kind: 'team', team: 'aftersale' },
];
const BY_AGENT = [
  'claim',
  'decline',
  'accept-transfer',
  'decline-transfer',
  'cancel-transfer',
  'resolve',
  'give-back',
] as const;

/** Every event there is. */
export const EVENTS: readonly Event[] = [
  ...(['insale', 'complaint'] as const).flatMap((team): Event[] => [
    { kind: 'hand-off', team, away: false },
    { kind: 'hand-off', team, away: true },
  ]),
  { kind: 'defer' },
  { kind: 'recall' },
  { kind: 'leave-queue' },
  { kind: 'platform-takes' },
  { kind: 'platform-ends' },
  ...PEOPLE.flatMap((who): Event[] => [
    { kind: 'offer', to: who },
    { kind: 'lapse', to: who },
    { kind: 'take-over', by: who, team: TEAMS[who]![0] ?? 'insale' },
    { kind: 'forgotten', owner: who },
    { kind: 'lost', owner: who },
    { kind: 'release', agent: who },
    ...BY_AGENT.map((kind): Event => ({ kind, by: who })),
    ...TARGETS.map((to): Event => ({ kind: 'ask-transfer', by: who, to })),
  ]),
];

/** What leads deeper is drawn more often than what ends. */
const DEEPER: Partial<Record<Event['kind'], number>> = {
  'hand-off': 5,
  offer: 6,
  claim: 2,
  decline: 4,
  lapse: 3,
  recall: 2,
  'take-over': 2,
  'ask-transfer': 6,
  'accept-transfer': 6,
  'decline-transfer': 3,
  'cancel-transfer': 2,
};

const pick = <T>(from: readonly T[], number: number): T => from[number % from.length]!;

function pickEvent(from: readonly Event[], kind: number, which: number): Event {
  const kinds = [...new Set(from.map((event) => event.kind))];
  const chosen = pick(
    kinds.flatMap((each) => Array<Event['kind']>(DEEPER[each] ?? 1).fill(each)),
    kind,
  );
  return pick(
    from.filter((event) => event.kind === chosen),
    which,
  );
}

/** An agent at the desk presses one button; which event it is depends on what stands. */
function atDesk(event: Event): Event | DeskEvent {
  if (event.kind === 'claim' || event.kind === 'accept-transfer') return { kind: 'desk-claim', by: event.by };
  if (event.kind === 'decline' || event.kind === 'decline-transfer') return { kind: 'desk-decline', by: event.by };
  return event;
}

const latest = (talk: Talk): Aim => (openCase(talk) ? talk.cases.length - 1 : 'conversation');

/** Nobody objects; and mostly an agent who is asked has free hands. */
const fits = (model: Model, talk: Talk, event: Event, handsToo: boolean): boolean =>
  objection(model, talk, event) === null &&
  (event.kind !== 'offer' || !handsToo || hasHands(model, event.to, openCase(talk)!.weight));

/** What a move is aimed at: nearly always the case that stands; now and then an old one, or one that never was. */
export const aims = fc.constantFrom(
  'last',
  'last',
  'last',
  'last',
  'last',
  'last',
  'first',
  'conversation',
  'nothing',
  'nowhere',
);

export function aimAt({ model }: Here, n: number, aim: 'last' | 'first' | Exclude<Aim, number>): Aim {
  const { cases } = model.talks[n]!;
  if (aim !== 'last' && aim !== 'first') return aim;
  if (cases.length === 0) return 'conversation';
  return aim === 'first' ? 0 : cases.length - 1;
}

function actorOf(event: Event): Who | null {
  if ('by' in event) return event.by;
  if ('owner' in event) return event.owner;
  if ('agent' in event) return event.agent;
  return 'to' in event ? event.to : null;
}

/** Who has a part in what stands. */
function involved(talk: Talk): (Who | null)[] {
  const c = openCase(talk);
  const to = c?.transfer?.to;
  return [c?.holder?.who ?? null, c?.asked?.who ?? null, to?.kind === 'agent' ? to.agent : null, ...(c?.passed ?? [])];
}

/**
 * Mostly what fits; then the right event of anybody, anything by somebody who has a part in it, and anything at all:
 * a guard is told apart from its absence only by what it refuses.
 */
type Sense = 'fits' | 'right event' | 'right person' | 'anything';

function sensible(sense: Sense, model: Model, talk: Talk, handsToo: boolean): readonly Event[] {
  const may = EVENTS.filter((event) => fits(model, talk, event, handsToo));
  if (sense === 'fits') return may;
  if (sense === 'anything') return EVENTS;
  if (sense === 'right event') return EVENTS.filter((event) => may.some((one) => one.kind === event.kind));
  const people = involved(talk);
  return EVENTS.filter((event) => people.includes(actorOf(event)));
}

const senses = fc.constantFrom<Sense>(
  'fits',
  'fits',
  'fits',
  'fits',
  'right event',
  'right event',
  'right person',
  'anything',
);

const seldom = fc.nat(14).map((n) => n === 0);

export const moving = fc
  .record({ talk: talks, sense: senses, aim: aims, kind: dice, which: dice, desk: fc.boolean(), bare: seldom })
  .map(({ talk, sense, aim, kind, which, desk, bare }): Wish<Move> => {
    return (here) => {
      const its = here.model.talks[talk]!;
      const event = pickEvent(sensible(sense, here.model, its, which % 3 > 0), kind, which);
      const at = sense === 'anything' ? aimAt(here, talk, aim) : latest(its);
      return { kind: 'move', talk, aim: at, event: desk ? atDesk(event) : event, bare };
    };
  });
