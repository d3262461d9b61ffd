// Claim races at full length: agents of several web processes claim the same handoff at the same moment, and exactly one may win.
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Agent, askForPerson, signInAgent } from './claim-races/http.ts';
import { judgeRace, type Outcome, type Race } from './claim-races/judge.ts';
import { runNaiveRaces } from './claim-races/naive.ts';
import { inParallel, onTwoProcesses, PASSWORD, pause, type Servers } from './claim-races/two-processes.ts';
import { startProductionServers } from './production-servers.ts';

export interface ClaimRacesOptions extends Servers {
  races: number;
  say(line: string): void;
}

export interface ClaimRaces {
  races: number;
  /** One line per race that ended wrong. */
  wrong: string[];
  claimsPerSecond: number;
  naive: { races: number; wrong: number };
}

const LOGINS = ['racer-1', 'racer-2', 'racer-3', 'racer-4'];
/** Handoffs that wait at once: the list shows a hundred. */
const WAVE = 96;
const RACES_AT_ONCE = 6;
const HANDOFF_WITHIN_MS = 60_000;
const NAIVE_RACES = 100;

/** A wave of shoppers who wait for a person. */
async function openHandoffs(bases: readonly string[], agent: Agent, count: number): Promise<string[]> {
  const wanted = new Set<string>();
  await inParallel(Array.from({ length: count }), 12, async (_, n) => {
    wanted.add((await askForPerson(bases[n % bases.length]!)).conversationId);
  });
  for (const until = Date.now() + HANDOFF_WITHIN_MS; Date.now() < until; await pause(50)) {
    const waiting = (await agent.waiting(bases[0]!)).filter((h) => wanted.has(h.conversationId));
    if (waiting.length === count) return waiting.map((h) => h.id);
  }
  throw new Error(`not all of ${count} shoppers were handed over within ${HANDOFF_WITHIN_MS} ms`);
}

/** Two to four agents within a moment of each other, neighbours at different processes. */
async function raceFor(id: string, n: number, bases: readonly string[], agents: readonly Agent[]): Promise<Race> {
  const count = 2 + (n % (agents.length - 1));
  const first = Math.floor(Math.random() * agents.length);
  const racers = Array.from({ length: count }, (_, i) => agents[(first + i) % agents.length]!);
  const answers = await Promise.all(
    racers.map(async (agent, i) => {
      await pause(Math.random() * 2);
      return agent.claim(bases[(n + i) % bases.length]!, id);
    }),
  );
  return { id, answers };
}

/** Owner by the handoff and by the conversation, which have to be the same person, and all assignments. */
async function readOutcomes(databaseUrl: string, ids: readonly string[]): Promise<Map<string, Outcome>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`select set_config('app.shop_id', find_shop('mianhuatang')::text, false)`);
    const { rows } = await client.query<{ id: string; owner: string | null; assigned: string[] }>(
      `select h.id::text, (select name from staff where id = h.accepted_by and id = c.owner_id
           and h.state = 'with-agent' and c.owner_kind = 'agent') as owner,
         array(select s.name from assignments a join staff s on s.id = a.agent_id where a.handoff_id = h.id) as assigned
       from handoffs h join conversations c on c.id = h.conversation_id where h.id = any($1::bigint[])`,
      [ids],
    );
    return new Map(rows.map(({ id, ...outcome }) => [id, outcome]));
  } finally {
    await client.end();
  }
}

async function race(bases: readonly string[], options: ClaimRacesOptions): Promise<Omit<ClaimRaces, 'naive'>> {
  const agents = await Promise.all(LOGINS.map((login) => signInAgent(bases[0]!, login, PASSWORD)));
  const result = { races: 0, wrong: [] as string[], claimsPerSecond: 0 };
  let claims = 0;
  let racingMs = 0;
  while (result.races < options.races) {
    const ids = await openHandoffs(bases, agents[0]!, Math.min(WAVE, options.races - result.races));
    const races: Race[] = [];
    const started = performance.now();
    await inParallel(ids, RACES_AT_ONCE, async (id, n) => {
      races.push(await raceFor(id, n, bases, agents));
    });
    racingMs += performance.now() - started;
    const outcomes = await readOutcomes(options.databaseUrl, ids);
    for (const one of races) {
      claims += one.answers.length;
      const wrong = judgeRace(one, outcomes.get(one.id) ?? { owner: null, assigned: [] });
      if (wrong.length > 0) result.wrong.push(`handoff ${one.id}: ${wrong.join('; ')}`);
    }
    result.races += races.length;
    if (result.races % (WAVE * 10) === 0 || result.races >= options.races)
      options.say(`${result.races} races, ${result.wrong.length} wrong`);
  }
  return { ...result, claimsPerSecond: Math.round(claims / (racingMs / 1_000)) };
}

/** Two web processes and a worker on the given servers, and the naive control beside them. */
export const runClaimRaces = (options: ClaimRacesOptions): Promise<ClaimRaces> =>
  onTwoProcesses(options, LOGINS, async (bases) => {
    const naive = await runNaiveRaces(options.databaseUrl, NAIVE_RACES);
    return { ...(await race(bases, options)), naive };
  });

if (import.meta.main) {
  const { values } = parseArgs({ options: { races: { type: 'string', default: '300' } } });
  const servers = await startProductionServers();
  if ('skipped' in servers) {
    console.error(`已跳过 / SKIPPED: ${servers.skipped}`);
    process.exit(0);
  }
  try {
    const done = await runClaimRaces({ ...servers, races: Number(values.races), say: (line) => console.error(line) });
    for (const line of done.wrong) console.error(line);
    console.log(JSON.stringify({ ...done, wrong: done.wrong.length }));
    if (done.wrong.length > 0 || done.naive.wrong === 0) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}
