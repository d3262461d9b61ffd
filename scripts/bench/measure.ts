// Measures one mode from empty database to table rows: rates beside their floors, whole turns, claims, rest. Knows no SQL.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../src/settings.ts';
import { loadShopContent } from '../../src/shop.ts';
import { freePort } from '../servers/private-folder.ts';
import { startAndRest } from './at-rest.ts';
import { type Child, forkChild } from './child.ts';
import { type LoadCalls, RATES, type RateKind, type RateResult } from './load.ts';
import { type Mode, median, medianRatio, percentile, type Row } from './rows.ts';
import type { ServerCalls } from './server.ts';

/** How much is measured; `--quick` is a check that everything runs, not a measurement. */
export interface Size {
  roundMs: number;
  rounds: number;
  /** Of the rates, on each route. */
  shoppers: number;
  turnsAlone: number;
  turnsEachOfTwenty: number;
  handoffs: number;
  understandTimes: number;
}

export interface Servers {
  databaseUrl: string;
  redisUrl: string;
  /** A second empty database, for the program at rest. */
  restDatabaseUrl: string;
}

export interface MeasureOptions {
  mode: Mode;
  size: Size;
  /** Null: embedded. */
  servers: Servers | null;
  /** CPU profiles of the server are written here, one per kind of request. */
  profileDir: string | null;
  say(line: string): void;
}

const CONNECTIONS = 20;
const AGENTS = 20;
const PASSWORD = 'Bench-Agents-9-Passwords';
/** Of the web channel. */
const WINDOW_MS = 300;
const SETTLE_WITHIN_MS = 300_000;
const CANDIDATES = 60;

type Server = Child<ServerCalls>;
type Load = Child<LoadCalls>;
type Make = (row: Omit<Row, 'mode' | 'ofEmpty' | 'ofInsert' | 'beyondWindow'> & Partial<Row>) => Row;

/** Waits until the product has done all its work, so that one round does not pay for another. */
async function settle(server: Server): Promise<{ turns: number; seconds: number }> {
  const began = performance.now();
  const before = await server.ask('progress', null);
  for (;;) {
    const now = await server.ask('progress', null);
    if (now.openTurns === 0 && now.unsent === 0)
      return { turns: now.turnsDone - before.turnsDone, seconds: (performance.now() - began) / 1_000 };
    if (performance.now() - began > SETTLE_WITHIN_MS)
      throw new Error(`${now.openTurns} turns and ${now.unsent} replies are still open after ${SETTLE_WITHIN_MS} ms`);
    await sleep(100);
  }
}

interface Rates {
  of: Record<RateKind, RateResult[]>;
  /** Turns per second while nothing came in: what one process answers. */
  drained: number[];
}

/** A B C D A B C D …; the first of each only warms up. */
async function measureRates(server: Server, load: Load, options: MeasureOptions): Promise<Rates> {
  const { size, say, profileDir } = options;
  const of: Rates['of'] = { empty: [], insert: [], shop: [], webhook: [] };
  const drained: number[] = [];
  await load.ask('enter', { shoppers: size.shoppers });
  for (let round = 0; round <= size.rounds; round++) {
    for (const kind of RATES) {
      const profiled = profileDir !== null && round === size.rounds;
      if (profiled) await server.ask('startProfile', null);
      const result = await load.ask('rate', { kind, ms: round === 0 ? size.roundMs / 2 : size.roundMs });
      if (profiled)
        await server.ask('stopProfile', { file: path.join(profileDir, `${options.mode}-${kind}.cpuprofile`) });
      const rest = await settle(server);
      say(
        `${options.mode} ${round}/${size.rounds} ${kind}: ${Math.round(result.perSecond)}/s, p99 ${result.p99Ms.toFixed(1)} ms` +
          (rest.turns > 0 ? `; then ${rest.turns} turns in ${rest.seconds.toFixed(1)} s` : ''),
      );
      if (round === 0) continue;
      of[kind].push(result);
      if (rest.turns >= CONNECTIONS) drained.push(rest.turns / rest.seconds);
    }
  }
  return { of, drained };
}

const WORDS: Record<RateKind, [name: string, what: string]> = {
  empty: ['floor_empty', 'floor: empty Fastify route'],
  insert: ['floor_insert', 'floor: Fastify + one plain INSERT'],
  shop: ['acknowledged_shop', 'acknowledged, POST /api/shop/messages'],
  webhook: ['acknowledged_webhook', 'acknowledged, signed webhook'],
};

function rateRows(rates: Rates, make: Make): Row[] {
  const perSecond = (kind: RateKind) => rates.of[kind].map((r) => r.perSecond);
  const rows = RATES.map((kind) => {
    const [name, what] = WORDS[kind];
    const p99 = median(rates.of[kind].map((r) => r.p99Ms));
    return make({
      name,
      what,
      unit: '/s',
      value: median(perSecond(kind)),
      ofEmpty: medianRatio(perSecond(kind), perSecond('empty')),
      ofInsert: kind === 'empty' ? null : medianRatio(perSecond(kind), perSecond('insert')),
      note: `${CONNECTIONS} connections, p99 ${p99.toFixed(1)} ms`,
      rounds: perSecond(kind),
    });
  });
  if (rates.drained.length === 0) return rows;
  const turns = make({
    name: 'turns',
    what: 'whole turns, one process, nothing else coming in',
    unit: '/s',
    value: median(rates.drained),
    ofInsert: median(rates.drained) / median(perSecond('insert')),
    note: 'working off what the rounds left',
    rounds: rates.drained,
  });
  return [...rows, turns];
}

async function turnRows(load: Load, size: Size, questions: string[], make: Make): Promise<Row[]> {
  const rows: Row[] = [];
  const { turnsAlone, turnsEachOfTwenty } = size;
  await load.ask('turns', { shoppers: 1, turnsEach: Math.min(5, turnsAlone), questions }); // warm up
  for (const [shoppers, turnsEach] of [
    [1, turnsAlone],
    [CONNECTIONS, turnsEachOfTwenty],
  ] as const) {
    const ms = await load.ask('turns', { shoppers, turnsEach, questions });
    const words = shoppers === 1 ? 'one shopper' : `${shoppers} shoppers at once`;
    for (const [name, share] of [
      ['median', 0.5],
      ['p99', 0.99],
    ] as const) {
      const value = percentile(ms, share);
      rows.push(
        make({
          name: `faq_turn_${shoppers}_${name}`,
          what: `FAQ turn, ${words}, ${name}`,
          unit: 'ms',
          value,
          beyondWindow: value - WINDOW_MS,
          note: `${ms.length} turns, posted to readable by long poll; window ${WINDOW_MS} ms`,
        }),
      );
    }
  }
  return rows;
}

async function claimRow(server: Server, load: Load, size: Size, make: Make): Promise<Row> {
  const logins = Array.from({ length: AGENTS }, (_, i) => `bench-${i}`);
  await server.ask('addAgents', { logins, password: PASSWORD });
  await load.ask('claim', { logins, password: PASSWORD }); // whoever still waits from the rates
  const rates: number[] = [];
  const floors: number[] = [];
  let claims = 0;
  for (let round = 0; round < size.rounds; round++) {
    await load.ask('callForPeople', { shoppers: size.handoffs });
    await settle(server);
    const { waiting } = await server.ask('progress', null);
    floors.push((await load.ask('rate', { kind: 'insert', ms: size.roundMs / 2 })).perSecond);
    const result = await load.ask('claim', { logins, password: PASSWORD });
    if (result.twice > 0 || result.claims !== waiting)
      throw new Error(`${waiting} waited, ${result.claims} were claimed, ${result.twice} of them twice`);
    rates.push(result.perSecond);
    claims += result.claims;
  }
  return make({
    name: 'claims',
    what: `handoffs claimed by ${AGENTS} agents at once`,
    unit: '/s',
    value: median(rates),
    ofInsert: medianRatio(rates, floors),
    note: `${claims} claims, each won once`,
    rounds: rates,
  });
}

async function innerRows(server: Server, size: Size, questions: string[], make: Make): Promise<Row[]> {
  const { us, steps } = await server.ask('understand', { texts: questions, times: size.understandTimes });
  const shown = ['intent', 'risk', 'dense', 'faq'].flatMap((s) => (steps[s] ? [`${s} ${Math.round(steps[s])}`] : []));
  const bytes = await server.ask('modelBytes', null);
  return [
    make({
      name: 'understand',
      what: 'understanding one message, median',
      unit: 'µs',
      value: us,
      note: shown.join(', '),
    }),
    make({ name: 'models', what: 'learned models', unit: 'MB', value: bytes / 1e6, note: 'stored with the release' }),
  ];
}

async function restRows({ servers }: MeasureOptions, folder: string, make: Make): Promise<Row[]> {
  const env = {
    LOG_LEVEL: 'error',
    DATABASE_URL: servers?.restDatabaseUrl ?? '',
    REDIS_URL: servers?.redisUrl ?? '',
  };
  const options = { dataDir: path.join(folder, 'rest'), port: await freePort(), env };
  const first = await startAndRest(options);
  const second = await startAndRest(options);
  const learned = first.learned ? 'learned its models on the way' : 'models already learned on this machine';
  const start = (name: string, what: string, ms: number, note: string) =>
    make({ name, what, unit: 's', value: ms / 1_000, note });
  return [
    start('start_first', 'first start to /readyz, empty data', first.startMs, learned),
    start('start_again', 'second start to /readyz', second.startMs, 'same data'),
    make({
      name: 'rss',
      what: 'memory at rest (RSS after gc)',
      unit: 'MB',
      value: second.rssBytes / 1e6,
      note: servers === null ? 'database included' : 'without PostgreSQL and Redis',
    }),
  ];
}

/** The shop's own wordings: every FAQ's main question, spread over the corpus. */
async function questionsOf(): Promise<string[]> {
  const { entries } = await loadShopContent(loadConfig([], {}, '/nonexistent/.env'));
  const step = Math.max(1, Math.floor(entries.length / CANDIDATES));
  return entries.filter((e, i) => i % step === 0 && e.risk === 'N').map((e) => e.question);
}

export async function measure(options: MeasureOptions): Promise<Row[]> {
  const { mode, size, servers, say } = options;
  const make: Make = (row) => ({ mode, ofEmpty: null, ofInsert: null, beyondWindow: null, ...row });
  const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-bench-'));
  const server = forkChild<ServerCalls>('server.ts');
  const load = forkChild<LoadCalls>('load.ts');
  try {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const addresses = await server.ask('start', {
      databaseUrl: servers?.databaseUrl ?? '',
      redisUrl: servers?.redisUrl ?? '',
      dataDir: path.join(folder, 'data'),
      secret,
      deliverUrl: await load.ask('openBridge', null),
    });
    const candidates = await questionsOf();
    await load.ask('open', { ...addresses, secret, questions: candidates, connections: CONNECTIONS });
    const questions = await load.ask('answered', { texts: candidates });
    if (questions.length < 10)
      throw new Error(`only ${questions.length} of ${candidates.length} questions were answered`);
    say(`${mode}: ${questions.length} of ${candidates.length} questions are answered from the FAQ`);
    await load.ask('open', { ...addresses, secret, questions, connections: CONNECTIONS });
    const latency = await turnRows(load, size, questions, make);
    const inner = await innerRows(server, size, questions, make);
    const rates = rateRows(await measureRates(server, load, options), make);
    const claims = await claimRow(server, load, size, make);
    await Promise.all([server.stop(), load.stop()]);
    return [...rates, ...latency, claims, ...inner, ...(await restRows(options, folder, make))];
  } finally {
    await Promise.all([server.stop(), load.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}
