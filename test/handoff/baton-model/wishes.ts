// Everything that may happen in the model's shop, drawn by fast-check about as often as it is worth. Knows no database.
import fc from 'fast-check';
import { single as happens, type Single } from './acts.ts';
import { openCase, TEAMS } from './model.ts';
import { aimAt, aims, type Here, moving, talks, type Wish } from './move-wishes.ts';
import type { Ending, Held } from './road.ts';

const anyone = fc.nat(TEAMS.length - 1);
const from = <const T extends string | number | boolean | null>(...values: T[]) => fc.constantFrom(...values);

/** A new message, or one that the platform sends again. */
const message = fc
  .tuple(talks, fc.boolean(), fc.nat(7), from(0, 0, 0, 40_000))
  .map(([talk, again, back, windowMs]): Wish<Single> => {
    return (here) => {
      // of any account: what another one has seen is new here
      const known = here.model.inbound.flatMap((ids) => Object.keys(ids));
      const old = again ? known[known.length - 1 - back] : undefined;
      return { kind: 'message', talk, external: old ?? here.fresh(), windowMs };
    };
  });

const begin = fc.tuple(talks, from(true, true, true, false)).map(([n, due]): Wish<Single> => {
  return ({ model }) => {
    const open = model.talks.findIndex((t) => t.turns.some((turn) => turn.state === 'open'));
    return { kind: 'begin-turn', talk: due && open >= 0 ? open : n };
  };
});

const handoffs = fc.record({
  team: from('insale', 'insale', 'complaint'),
  risk: from('R1', 'R3', 'R4', 'R4', 'none'),
  weight: from(1, 2),
  parked: from(false, false, false, true),
});
const words = fc.record({
  parts: fc.nat(2),
  author: from('bot', 'system'),
  born: from('new', 'new', 'sending', 'sent', 'held'),
  handoff: fc.option(handoffs, { freq: 1 }),
});

/** A turn that is still held; or, of a slow holder, any there ever was. */
function heldBy({ model, held }: Here, slow: boolean, back: number): Held | undefined {
  const still = held.filter((h) => {
    const turn = model.talks[h.talk]!.turns[h.turn]!;
    return turn.state === 'leased' && turn.attempt === h.attempt;
  });
  const those = slow || still.length === 0 ? held : still;
  return those[those.length - 1 - (back % Math.max(1, those.length))];
}

const commit = fc.tuple(words, from(false, false, false, true), fc.nat(5)).map(([said, slow, back]): Wish<Single> => {
  return (here) => {
    const held = heldBy(here, slow, back);
    if (!held) return null;
    // what the bot decides when it reads that a person has the conversation
    const silent = held.ownerKind === 'agent' || held.ownerKind === 'platform_agent';
    const parts = silent ? 0 : said.parts;
    const handoff = silent ? null : said.handoff;
    return { kind: 'commit-turn', held, said: { ...said, parts, handoff } };
  };
});

const say = fc
  .tuple(talks, anyone, from(true, true, true, false), fc.nat(4))
  .map(([n, anybody, owner, note]): Wish<Single> => {
    return (here) => {
      const owned = here.model.talks.findIndex((t) => openCase(t)?.holder);
      const talk = owner && owned >= 0 && !openCase(here.model.talks[n]!)?.holder ? owned : n;
      const holder = openCase(here.model.talks[talk]!)?.holder?.who;
      return {
        kind: 'say',
        talk,
        who: owner && holder !== undefined ? holder : anybody,
        id: here.fresh(),
        as: note === 0 ? 'note' : 'reply',
      };
    };
  });

const endings = from<Ending>('sent', 'sent', 'retry', 'unknown', 'left');

const send = fc.tuple(talks, fc.nat(3), endings).map(([n, back, ending]): Wish<Single> => {
  return ({ model }) => {
    const waiting = model.talks.findIndex((t) => t.outbox.some((o) => o.state === 'new'));
    const talk = waiting >= 0 && !model.talks[n]!.outbox.some((o) => o.state === 'new') ? waiting : n;
    const { outbox } = model.talks[talk]!;
    const fresh = [...outbox.keys()].filter((row) => outbox[row]!.state === 'new');
    const row = fresh[back] ?? outbox.length - 1 - back;
    return row < 0 ? null : { kind: 'send', talk, row, ending };
  };
});

const single: fc.Arbitrary<Wish<Single>> = fc.oneof(
  { weight: 12, arbitrary: moving as fc.Arbitrary<Wish<Single>> },
  { weight: 2, arbitrary: message },
  { weight: 2, arbitrary: begin },
  { weight: 3, arbitrary: commit },
  { weight: 2, arbitrary: say },
  { weight: 2, arbitrary: send },
);

const mark = fc.tuple(talks, endings, fc.boolean(), fc.nat(5)).map(([talk, ending, stale, back]): Wish => {
  return ({ model }) => {
    const { outbox } = model.talks[talk]!;
    const begun = [...outbox.keys()].filter((n) => outbox[n]!.attempt > 0);
    const sending = back < 3 ? begun.find((n) => outbox[n]!.state === 'sending') : undefined;
    const row = sending ?? begun[back % Math.max(1, begun.length)];
    return row === undefined
      ? null
      : { kind: 'mark', talk, row, attempt: outbox[row]!.attempt - Number(stale), ending };
  };
});

const presences = from('online', 'online', 'busy', 'away', 'offline', 'offline');
const presence = fc.tuple(anyone, presences).map(([who, state]): Wish => {
  return () => ({ kind: 'presence', who, presence: state });
});
const heartbeat = fc.option(anyone, { freq: 1 }).map(
  (who): Wish =>
    () => ({ kind: 'heartbeat', who }),
);
const steps = from(1, 1, 1, 2, 2, 3, 10, 40, 40, 4_000);
const time = fc.tuple(steps, fc.boolean()).map(
  ([ticks, alive]): Wish =>
    () => ({ kind: 'time', ticks, alive }),
);
/** A clock goes off where it may be the right one, at any time; or anywhere. */
const clock = fc
  .tuple(from('lapse', 'lost', 'forgotten'), talks, aims, from(true, true, true, false))
  .map(([which, n, aim, near]): Wish => {
    return (here) => {
      const ticks = here.model.talks.findIndex((t) => (which === 'lapse' ? openCase(t)?.asked : openCase(t)?.holder));
      const talk = near && ticks >= 0 ? ticks : n;
      return { kind: 'clock', clock: which, talk, aim: aimAt(here, talk, near ? 'last' : aim) };
    };
  });
const reconcile = from(1, 1, 2).map(
  (processes): Wish =>
    () => ({ kind: 'reconcile', processes }),
);
const offerRound = fc.constant<Wish>(() => ({ kind: 'offer-round' }));

/** Sending is one statement here, so that a cut connection leaves one question only. */
const crash = fc.tuple(single, fc.integer({ min: 1, max: 14 })).map(([wish, atQuery]): Wish => {
  return (here) => {
    const act = wish(here);
    return act && { kind: 'crash', act: act.kind === 'send' ? { ...act, ending: 'left' } : act, atQuery };
  };
});

const lockLost = fc.tuple(moving, from('owner', 'state')).map(([wish, loses]): Wish => {
  return (here) => {
    const move = wish(here)!;
    const talk = here.model.talks[move.talk]!;
    const { epoch } = talk;
    // without a case only the owner can change
    const caseless = (move.event.kind === 'platform-takes' || move.event.kind === 'platform-ends') && !openCase(talk);
    if (caseless) return { kind: 'lock-lost', move, by: 'owner' };
    // who passes the lock to become the owner is noticed by a move that changes the owner
    const owned = happens(here.model, move).model.talks[move.talk]!.epoch !== epoch;
    return { kind: 'lock-lost', move, by: owned ? loses : 'state' };
  };
});

/** Sending and telling how it ended are two transactions; what ends as it began hides that. */
const meeting = (act: Single): Single =>
  act.kind === 'send' && act.ending !== 'left' ? { ...act, ending: 'sent' } : act;

/** Two at the same moment, on one conversation or on two. */
const race = fc.tuple(single, single, fc.boolean()).map(([one, two, together]): Wish => {
  return (here) => {
    const a = one(here);
    const b = two(here);
    if (!a || !b || (a.kind === 'commit-turn' && b.kind === 'commit-turn')) return null;
    const joined = together && b.kind === 'move' && 'talk' in a;
    const other = joined ? { ...b, talk: a.talk, aim: aimAt(here, a.talk, 'last') } : b;
    return { kind: 'race', acts: [meeting(a), meeting(other)] };
  };
});

/** The platform sends one message twice at the same moment. */
const twins = talks.map((talk): Wish => {
  return (here) => {
    const twin = { kind: 'message' as const, talk, external: here.fresh(), windowMs: 0 };
    return { kind: 'race', acts: [twin, twin] };
  };
});

const often = (times: number, wish: fc.Arbitrary<Wish>) => Array<fc.Arbitrary<Wish>>(times).fill(wish);

export const wishes: fc.Arbitrary<Wish>[] = [
  ...often(20, moving as fc.Arbitrary<Wish>),
  ...often(2, message as fc.Arbitrary<Wish>),
  ...often(2, begin as fc.Arbitrary<Wish>),
  ...often(3, commit as fc.Arbitrary<Wish>),
  ...often(2, say as fc.Arbitrary<Wish>),
  ...often(2, send as fc.Arbitrary<Wish>),
  ...often(3, time),
  ...often(2, heartbeat),
  ...often(2, reconcile),
  ...often(2, crash),
  ...often(2, lockLost),
  ...often(3, race),
  ...often(3, clock),
  ...often(2, presence),
  ...[mark, offerRound, twins],
];
