// Runs random acts on the model and on the real shop side by side, and stops at the first difference or broken law.
import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Database } from '../../../src/db/database.ts';
import { type Act, type Answer, type Outcome, outcomes } from './acts.ts';
import { type Due, dueWork } from './engine.ts';
import { brokenLaws } from './laws.ts';
import { type Model, newModel, type Profile, TEAMS } from './model.ts';
import type { Wish } from './move-wishes.ts';
import type { Held } from './road.ts';
import { openShop, perform, type Shop } from './shop.ts';
import { look, newsSince, type Seen, shownTo, wordsOf, wordsOfModel } from './snapshot.ts';
import type { Story } from './telling.ts';
import { wishes } from './wishes.ts';

export interface Tally {
  runs: number;
  commands: number;
  /** How often each kind of act was done, a move by its event and how it was answered. */
  acts: Map<string, number>;
  /** Runs that took so long that a step of time was no longer long beside them; the rest of their commands was left out. */
  slow: number;
}

export interface CheckOptions {
  runs: number;
  /** Commands of one run, on average; a run has between none and twice as many. */
  commands: number;
  seed?: number;
  path?: string;
  /** Without looking for the smallest run that fails. */
  quick?: boolean;
  onRun?(tally: Tally): void;
}

/** Well below what the model's steps leave between a limit and the next step. */
const RUN_MAX_MS = 8_000;

interface World {
  model: Model;
  shop: Shop;
  agents: readonly string[];
  held: Held[];
  fresh(): string;
  until: number;
  tally: Tally;
}

function note({ acts }: Tally, act: Act, answer: Answer): void {
  const one = (what: Act, how: Answer): void => {
    const event = what.kind === 'move' ? ` ${what.event.kind}` : '';
    const key = `${what.kind}${event} ${String(how.status ?? '')}${how.why ? ` ${String(how.why)}` : ''}`.trim();
    acts.set(key, (acts.get(key) ?? 0) + 1);
  };
  for (const [n, each] of act.kind === 'race' ? act.acts.entries() : []) one(each, (answer.both as Answer[])[n]!);
  one(act, answer);
}

/** A turn that was claimed is held by somebody from now on. */
function remember(world: World, act: Act, answer: Answer): void {
  const answers = act.kind === 'race' ? (answer.both as Answer[]) : [answer];
  for (const one of answers) {
    if (one.status !== 'claimed' || !('turn' in one)) continue;
    const { status: _, read: _read, ...held } = one;
    world.held.push(held as unknown as Held);
  }
}

interface Happened {
  answer: Answer;
  after: Seen;
  /** The conversations the desk has heard of since, in order. */
  told: readonly number[];
}

function fitting(possible: Outcome[], { answer, after, told }: Happened, agents: readonly string[]): Outcome {
  const words = wordsOf(after, agents);
  const fits = possible.find(
    (p) =>
      isDeepStrictEqual(p.answer, answer) &&
      isDeepStrictEqual(wordsOfModel(p.model), words) &&
      isDeepStrictEqual(p.told ?? told, told),
  );
  if (fits) return fits;
  const expected = possible[0]!;
  assert.deepStrictEqual(
    { answer, told, ...words },
    { answer: expected.answer, told: expected.told ?? told, ...wordsOfModel(expected.model) },
  );
  throw new Error('the shop and the model differ');
}

/** `send 12` in the words of the model. */
function named(found: string, { talks }: Seen): string {
  const [what, id] = found.split(' ');
  if (id === undefined) return found;
  const of = talks.findIndex((t) => t.cases.some((c) => c.id === id));
  if (what === 'lapse' || what === 'lost' || what === 'forgotten')
    return `${what} ${of}/${talks[of]?.cases.findIndex((c) => c.id === id)}`;
  if (what === 'turn') return `turn of ${talks.findIndex((t) => t.id === id)}`;
  const n = talks.findIndex((t) => t.outbox.some((o) => o.id === id));
  return `${what} ${n}/${talks[n]?.outbox.findIndex((o) => o.id === id)}`;
}

const casesOf = ({ talks }: Seen) =>
  talks.flatMap((t, n) => t.cases.map((c, order) => ({ name: `${n}/${order}`, due: c.dueAt })));

function dueAnew(before: Seen, after: Seen): string[] {
  const now = new Map(casesOf(after).map(({ name, due }) => [name, due]));
  return casesOf(before)
    .filter(({ name, due }) => now.get(name) !== due)
    .map(({ name }) => name);
}

function recalled(before: Model, after: Model): string[] {
  return before.talks.flatMap((talk, n) =>
    talk.cases.flatMap((c, order) => (after.talks[n]!.cases[order]!.recalls === c.recalls ? [] : [`${n}/${order}`])),
  );
}

const CLOCKS = ['lapse', 'lost', 'forgotten', 'offer', 'recall'];

/** `alone`: else one round may see what another has just moved. */
function compareDue({ must, may }: Due, everything: string[], alone: boolean): void {
  const found = everything.filter((one) => alone || must.includes(one) || !CLOCKS.includes(one.split(' ')[0]!));
  const missed = must.filter((one) => !found.includes(one));
  const tooMuch = found.filter((one) => !may.includes(one));
  assert.deepEqual({ missed, tooMuch }, { missed: [], tooMuch: [] });
}

async function doIt(world: World, act: Act): Promise<Answer> {
  const { shop, model } = world;
  const { answer, cut, found } = await perform(shop, act);
  const after = await look(shop.pool, shop.id);
  assert.deepEqual(brokenLaws(shop.seen, after), []);
  if (found)
    compareDue(
      dueWork(model),
      [...found].map((one) => named(one, shop.seen)),
      act.kind === 'reconcile' && act.processes === 1,
    );
  const possible = outcomes(model, act, { shown: shownTo(after), cut });
  const told = newsSince(shop.seen, after).map(({ talk }) => talk);
  const next = fitting(possible, { answer, after, told }, world.agents).model;
  assert.deepEqual(dueAnew(shop.seen, after), recalled(model, next), 'cases that are due anew');
  world.model = next;
  shop.seen = after;
  remember(world, act, answer);
  note(world.tally, act, answer);
  return answer;
}

class Command implements fc.AsyncCommand<World, Shop> {
  #wish: Wish;
  #act: Act | null = null;

  constructor(wish: Wish) {
    this.#wish = wish;
  }

  check(): boolean {
    return true;
  }

  async run(world: World): Promise<void> {
    if (performance.now() > world.until) return;
    this.#act = this.#wish(world);
    if (!this.#act) return;
    world.tally.commands += 1;
    await doIt(world, this.#act);
  }

  toString(): string {
    return `\n  ${this.#act ? inspect(this.#act, { depth: 6, breakLength: Number.POSITIVE_INFINITY }) : 'nothing to do'}`;
  }
}

async function openWorld(database: Database, profile: Profile, tally: Tally): Promise<World> {
  const opened = await openShop(database, profile);
  const shop: Shop = { ...opened, seen: await look(opened.pool, opened.id) };
  let ids = 0;
  return {
    model: newModel(profile),
    shop,
    agents: shop.staff.map((s) => s.id),
    held: [],
    fresh: () => `message-${++ids}`,
    until: performance.now() + RUN_MAX_MS,
    tally,
  };
}

const newTally = (): Tally => ({ runs: 0, commands: 0, acts: new Map(), slow: 0 });

/** Tells one story to the shop and to the model. @throws Error at the first difference, broken law or other end */
export async function tell(database: Database, { profile, told }: Story): Promise<void> {
  const world = await openWorld(database, profile, newTally());
  for (const [n, { act, ends }] of told.entries()) {
    const answer = await doIt(world, typeof act === 'function' ? act(world) : act);
    const how = typeof ends === 'boolean' ? answer.moved : [answer.status, answer.why].filter(Boolean).join(' ');
    if (ends !== undefined) assert.equal(how, ends, `telling ${n + 1}`);
  }
}

const profiles: fc.Arbitrary<Profile> = fc.array(
  fc.record({ capacity: fc.constantFrom(0, 1, 1, 2, 3, 6), channelMax: fc.constantFrom(null, null, null, null, 0, 1) }),
  { minLength: TEAMS.length, maxLength: TEAMS.length },
);

/** @throws Error with the seed and the smallest run that fails */
export async function checkBaton(database: Database, options: CheckOptions): Promise<Tally> {
  const tally = newTally();
  const commands = fc.commands(
    wishes.map((wish) => wish.map((w) => new Command(w))),
    { maxCommands: Math.round(options.commands * 2.5), size: 'max' },
  );
  const property = fc.asyncProperty(profiles, commands, async (profile, sequence) => {
    const world = await openWorld(database, profile, tally);
    await fc.asyncModelRun(() => ({ model: world, real: world.shop }), sequence);
    tally.runs += 1;
    if (performance.now() > world.until) tally.slow += 1;
    options.onRun?.(tally);
  });
  await fc.assert(property, {
    numRuns: options.runs,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.path === undefined ? {} : { path: options.path }),
    endOnFailure: options.quick ?? false,
  });
  return tally;
}
