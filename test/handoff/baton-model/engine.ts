// What the engine may do by itself when time has passed. It may choose whom to ask: the model only says who may be asked, and that nobody may be left out.
import {
  type Case,
  hasHands,
  isNeglected,
  isThere,
  lineIsLost,
  type Model,
  nowMs,
  OFFERING,
  offerIsOver,
  openCase,
  placeOf,
  servesTeam,
  type Talk,
  TICK_MS,
  type Who,
} from './model.ts';
import { askedTeams, type Event, happen } from './rules.ts';

/** Whom each conversation's open case is shown to; null for all others. */
export type Shown = readonly (Who | null)[];

const mayBeAsked = (model: Model, c: Case, who: Who): boolean =>
  !c.passed.includes(who) &&
  model.agents[who]!.teams.some((t) => askedTeams(c).includes(t)) &&
  hasHands(model, who, c.weight);

const isWaiting = (talk: Talk): boolean => placeOf(openCase(talk)) === 'waiting';

/** Takes over what the engine chose. @throws Error when it asked somebody it must not ask, or nobody where somebody had time */
export function adoptOffers(model: Model, shown: Shown): void {
  const asked = model.talks
    .map((talk, n) => ({ talk, who: shown[n]!, n }))
    .filter(({ talk, who }) => who !== null && isWaiting(talk))
    // the heavy one first: it fits only whoever has nothing else
    .sort((a, b) => openCase(b.talk)!.weight - openCase(a.talk)!.weight);
  for (const { talk, who, n } of asked) {
    const c = openCase(talk)!;
    if (c.team !== OFFERING) throw new Error(`conversation ${n} was offered, but its team pulls`);
    if (!mayBeAsked(model, c, who)) throw new Error(`conversation ${n} was offered to ${who}, who must not be asked`);
    happen(model, talk, { kind: 'offer', to: who });
  }
  model.talks.forEach((talk, n) => {
    const c = openCase(talk);
    if (!c || !isWaiting(talk) || c.team !== OFFERING) return;
    const free = model.agents.findIndex((_, who) => mayBeAsked(model, c, who));
    if (free >= 0) throw new Error(`conversation ${n} waits although ${free} has time for it`);
  });
}

/** What is due for one case; of two things due at once either may come first. */
function due(model: Model, c: Case | null): Event[] {
  if (!c) return [];
  const events: Event[] = [];
  if (c.asked && offerIsOver(model, c)) events.push({ kind: 'lapse', to: c.asked.who });
  if (c.holder && isNeglected(model, c)) events.push({ kind: 'forgotten', owner: c.holder.who });
  if (c.holder && lineIsLost(model, c)) events.push({ kind: 'lost', owner: c.holder.who });
  if (placeOf(c) === 'deferred' && model.agents.some((a) => isThere(model, a) && servesTeam(a.teams, c.team)))
    events.push({ kind: 'recall' });
  return events;
}

/** All models that a round over everything that is due may lead to. */
export function reconciled(model: Model, shown: Shown): Model[] {
  let models = [structuredClone(model)];
  for (const n of model.talks.keys()) {
    models = models.flatMap((m) => {
      const events = due(m, openCase(m.talks[n]!));
      if (events.length === 0) return [m];
      return events.map((event) => {
        const next = structuredClone(m);
        happen(next, next.talks[n]!, event);
        return next;
      });
    });
  }
  return fitting(models, shown);
}

/** What a round must find in the rows, and what it may find already. */
export interface Due {
  must: string[];
  may: string[];
}

/** How long after its moment a row is looked at: a message is left to the queue first, one being sent to its sender, a place in the queue is told each minute. */
const AFTER_MS = { turn: 0, queue: 1_000, send: 12_000, recover: 20_000, places: 60_000 };
/** What a run really takes, at most: so much of the next step may be over. */
const REAL_MS = 10_000;
const SURELY_MS = 2_000;

interface DueRow {
  name: string;
  sinceMs: number;
  /** Another one says the same after a while. */
  mayBe?: true;
}

function dueRows(model: Model): DueRow[] {
  return model.talks.flatMap((talk, n) => [
    ...talk.turns
      .filter((t) => t.state === 'open' || t.state === 'leased')
      .map((t) => ({ name: `turn of ${n}`, sinceMs: t.dueMs + AFTER_MS.turn })),
    ...talk.outbox.flatMap((o, row) => {
      if (o.state === 'new')
        return [
          { name: `queue ${n}/${row}`, sinceMs: o.atMs + AFTER_MS.queue, mayBe: true },
          { name: `send ${n}/${row}`, sinceMs: o.atMs + AFTER_MS.send },
        ];
      return o.state === 'sending' ? [{ name: `recover ${n}/${row}`, sinceMs: o.atMs + AFTER_MS.recover }] : [];
    }),
    ...talk.cases
      .filter((c) => c.open && placeOf(c) === 'waiting')
      .map((c) => ({ name: 'places', sinceMs: c.openedAt * TICK_MS + AFTER_MS.places })),
  ]);
}

/** The steps are long beside these limits: what is over is over. */
function dueClocks(model: Model): string[] {
  const names = model.talks.flatMap((talk, n) =>
    talk.cases.flatMap((c, order) => {
      if (!c.open) return [];
      const events = due(model, c).filter(({ kind }) => kind !== 'recall');
      const place = placeOf(c);
      return [
        ...events.map(({ kind }) => `${kind} ${n}/${order}`),
        ...(place === 'waiting' && c.team === OFFERING ? ['offer'] : []),
        ...(place === 'deferred' ? ['recall'] : []), // whether somebody is there is looked at then
      ];
    }),
  );
  return [...new Set(names)];
}

export function dueWork(model: Model): Due {
  const rows = dueRows(model);
  const after = (ms: number, some: readonly DueRow[]) => [
    ...new Set(some.filter(({ sinceMs }) => nowMs(model) - sinceMs >= ms).map(({ name }) => name)),
  ];
  const clocks = dueClocks(model);
  return {
    must: [
      ...clocks,
      ...after(
        SURELY_MS,
        rows.filter(({ mayBe }) => !mayBe),
      ),
    ],
    may: [...clocks, ...after(-REAL_MS, rows)],
  };
}

export type Clock = 'lapse' | 'lost' | 'forgotten';

/** One clock of one case goes off, at its time or not. */
export function goOff(model: Model, n: number, clock: Clock, shown: Shown): { model: Model; moved: boolean } {
  const next = structuredClone(model);
  const talk = next.talks[n]!;
  const event = due(next, openCase(talk)).find((e) => e.kind === clock);
  if (!event) return { model: next, moved: false };
  happen(next, talk, event);
  adoptOffers(next, shown);
  return { model: next, moved: true };
}

/** Those the engine's choice fits. @throws Error when it fits none */
function fitting(models: Model[], shown: Shown): Model[] {
  const problems: unknown[] = [];
  const fit = models.filter((m) => {
    try {
      adoptOffers(m, shown);
      return true;
    } catch (problem) {
      problems.push(problem);
      return false;
    }
  });
  if (fit.length === 0) throw problems[0];
  return fit;
}
