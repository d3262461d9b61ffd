// The state machine against the model's rules, on every small state and every event there is: all of it, without a database and without chance.
import { isDeepStrictEqual } from 'node:util';
import type { Baton, BatonEvent, Effect, Memory, Step } from '../../../src/handoff/baton.ts';
import { type Model, newModel, openCase, type Talk, type Target, TEAMS, type Who } from './model.ts';
import { EVENTS } from './move-wishes.ts';
import { translate, wordsOf } from './moving.ts';
import { type Event, happen, objection, openNew } from './rules.ts';

const idOf = (who: Who): string => String(who + 1);
const nOf = (id: string): Who => Number(id) - 1;
const PEOPLE = TEAMS.map((_, who) => who);

interface Place {
  talk: Talk;
  model: Model;
  baton: Baton;
}

function placed(put: (talk: Talk, model: Model) => Baton): Place {
  const model = newModel(TEAMS.map(() => ({ capacity: 6, channelMax: null })));
  const talk = model.talks[0]!;
  return { talk, model, baton: put(talk, model) };
}

/** What an open case may remember: nobody passed, one did, two did and others are asked, and a list from before that law. */
const MEMORIES: readonly { passed: Who[]; raised: boolean; team: string }[] = [
  { passed: [], raised: false, team: 'insale' },
  { passed: [], raised: false, team: 'complaint' },
  { passed: [3], raised: false, team: 'insale' },
  { passed: [2], raised: true, team: 'insale' },
  { passed: [0, 3], raised: true, team: 'insale' },
  { passed: [0, 3], raised: false, team: 'insale' },
];
const TRANSFERS: readonly (Target | null)[] = [
  null,
  ...PEOPLE.map((agent): Target => ({ kind: 'agent', agent })),
  ...(['insale', 'complaint', 'aftersale'] as const).map((team): Target => ({ kind: 'team', team })),
];

function places(): Place[] {
  const opened = (talk: Talk, model: Model, n: number, parked = false) => {
    const { team, ...memory } = MEMORIES[n]!;
    const c = openNew(model, talk, { team, risk: 'R3', weight: 1, parked });
    talk.owner = 'queue';
    return Object.assign(c, structuredClone(memory));
  };
  const memoryOf = (n: number): Memory => ({ ...MEMORIES[n]!, passed: MEMORIES[n]!.passed.map(idOf) });
  const all: Place[] = [
    placed(() => ({ kind: 'with-bot' })),
    placed((talk) => {
      talk.owner = 'platform_agent';
      return { kind: 'with-platform' };
    }),
  ];
  for (const n of MEMORIES.keys()) {
    for (const kind of ['waiting', 'deferred'] as const)
      all.push(
        placed((talk, model) => {
          opened(talk, model, n, kind === 'deferred');
          return { kind, ...memoryOf(n) };
        }),
      );
    for (const who of PEOPLE.filter((one) => !MEMORIES[n]!.passed.includes(one)))
      all.push(
        placed((talk, model) => {
          const c = opened(talk, model, n);
          c.asked = { who, at: 0 };
          c.assignments.push({ agent: who, how: 'offered', handed: false, accepted: false, outcome: null });
          return { kind: 'offered', to: idOf(who), ...memoryOf(n) };
        }),
      );
    for (const who of PEOPLE)
      for (const to of TRANSFERS)
        all.push(
          placed((talk, model) => {
            const c = opened(talk, model, n);
            Object.assign(c, { holder: { who, since: 0 }, transfer: to && { to, by: who } });
            c.assignments.push({ agent: who, how: 'claimed', handed: false, accepted: true, outcome: null });
            talk.owner = who;
            const transfer = to?.kind === 'agent' ? { kind: to.kind, agent: idOf(to.agent) } : to;
            return { kind: 'with-agent', owner: idOf(who), transfer, ...memoryOf(n) };
          }),
        );
  }
  return all;
}

/** What the model changed, in the machine's words: work ends before other work begins. */
function effectsOf(before: Talk, after: Talk, told: boolean): Effect[] {
  const was = openCase(before);
  const is = after.cases.at(-1);
  const effects: Effect[] = [];
  for (const [n, work] of (is?.assignments ?? []).entries()) {
    const old = was?.assignments[n];
    if (!old) effects.push({ kind: 'begin', agent: idOf(work.agent), how: work.how });
    else if (!old.accepted && work.accepted) effects.push({ kind: 'accepted', agent: idOf(work.agent) });
    if (work.outcome !== null && (old?.outcome ?? null) === null)
      effects.push({ kind: 'end', outcome: work.outcome as (Effect & { kind: 'end' })['outcome'] });
  }
  if (after.cases.length > before.cases.length) effects.push({ kind: 'open' });
  if (was && !openCase(after)) effects.push({ kind: 'close' });
  if (after.epoch !== before.epoch)
    effects.push(
      typeof after.owner === 'number'
        ? { kind: 'own', owner: 'agent', id: idOf(after.owner) }
        : { kind: 'own', owner: after.owner },
    );
  if (told) effects.push({ kind: 'tell-supervisor' });
  return effects;
}

const inOrder = (effects: readonly Effect[]): string[] => effects.map((effect) => JSON.stringify(effect)).sort();

function wordsOfTalk(talk: Talk) {
  const c = openCase(talk);
  if (!c) return { kind: talk.owner === 'platform_agent' ? 'with-platform' : 'with-bot' };
  const place = c.holder ? 'with-agent' : c.asked ? 'offered' : c.parked ? 'deferred' : 'waiting';
  return {
    kind: place,
    ...(c.asked ? { to: c.asked.who } : {}),
    ...(c.holder ? { owner: c.holder.who, transfer: c.transfer?.to ?? null } : {}),
    team: c.team,
    passed: c.passed,
    raised: c.raised,
  };
}

function expected({ talk, model }: Place, event: Event) {
  const why = objection(model, talk, event);
  if (why) return { ok: false, why };
  const copy = structuredClone(model);
  const after = copy.talks[0]!;
  const told = happen(copy, after, event);
  return { ok: true, next: wordsOfTalk(after), effects: inOrder(effectsOf(talk, after, told)) };
}

function found(done: Step) {
  if (!done.ok) return done;
  const ends = done.effects.findIndex((e) => e.kind === 'end');
  const begins = done.effects.findIndex((e) => e.kind === 'begin');
  // an end is the end of all work that is open
  const late = ends >= 0 && begins >= 0 && ends > begins ? ['the new work ends with the old'] : [];
  return { ok: true, next: wordsOf(done.next, nOf), effects: [...inOrder(done.effects), ...late] };
}

/** How many pairs of state and event were compared, and the first that differs. */
export function compareTable(step: (baton: Baton, event: BatonEvent) => Step): {
  pairs: number;
  differs: string | null;
} {
  let pairs = 0;
  for (const place of places())
    for (const event of EVENTS) {
      pairs += 1;
      const is = found(step(place.baton, translate(event, idOf, TEAMS)));
      const should = expected(place, event);
      if (!isDeepStrictEqual(is, should))
        return { pairs, differs: JSON.stringify({ baton: place.baton, event, is, should }) };
    }
  return { pairs, differs: null };
}
