// Sixteen agents on two web processes claim, take over, hand on, cancel and resolve the same conversations at the same moment: one owner, always.
import { parseArgs } from 'node:util';
import { type Agent, askAgain, type Shopper, signInAgent } from './claim-races/http.ts';
import { type Call, judgeRound } from './claim-races/judge-round.ts';
import { openStands, type Row, type Stands } from './claim-races/stands.ts';
import { inParallel, onTwoProcesses, PASSWORD, pause, type Servers } from './claim-races/two-processes.ts';
import { startProductionServers } from './production-servers.ts';

export interface TransferRacesOptions extends Servers {
  /** Claims, takeovers and steps of a transfer, all together. */
  calls: number;
  say(line: string): void;
}

export interface TransferRaces {
  rounds: number;
  calls: number;
  /** Changes of owner that somebody was told of. */
  changes: number;
  /** Calls that lost. */
  refused: number;
  /** Looks at all conversations in between. */
  looks: number;
  /** One line per round or look that was wrong. */
  wrong: string[];
  callsPerSecond: number;
}

const LOGINS = Array.from({ length: 16 }, (_, n) => `racer-${n + 1}`);
const STANDS = 24;
const ROUNDS_AT_ONCE = 6;

interface Race {
  bases: readonly string[];
  agents: readonly Agent[];
  stands: Stands;
  result: TransferRaces;
}

const any = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
const shuffled = <T>(from: readonly T[]): T[] =>
  from
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

type Ask = (agent: Agent) => Promise<Call>;

/** The calls there are, each at any of the processes. */
function callsOn({ bases, result }: Race, row: Row) {
  const made =
    (what: Call['what'], method: 'POST' | 'DELETE', path: string, body?: unknown): Ask =>
    async (agent) => {
      await pause(Math.random() * 3);
      result.calls += 1;
      const status = await agent.ask(any(bases), method, path, body);
      if (status === 409) result.refused += 1;
      return { agent: agent.name, what, status };
    };
  return {
    claim: made('claim', 'POST', `/api/handoffs/${row.handoffId}/claim`),
    takeOver: made('takeover', 'POST', `/api/conversations/${row.conversationId}/takeover`, { reason: '主动接管' }),
    cancel: made('cancel-transfer', 'DELETE', `/api/handoffs/${row.handoffId}/transfer`),
    resolve: made('resolve', 'POST', `/api/handoffs/${row.handoffId}/resolve`, { disposition: 'resolved' }),
  };
}

async function askTransfer({ bases, result }: Race, row: Row, owner: Agent, to: unknown): Promise<void> {
  result.calls += 1;
  const status = await owner.ask(any(bases), 'POST', `/api/handoffs/${row.handoffId}/transfer`, {
    to,
    reason: '请同事接手',
  });
  if (status !== 200) throw new Error(`the owner asked for a transfer and was answered ${status}`);
}

/** Who asks what in one round, by what stands; nobody asks twice, and the owner does not ask for what is theirs. */
async function plan(race: Race, row: Row): Promise<[Agent, Ask][]> {
  const call = callsOn(race, row);
  const owner = race.agents.find((a) => a.name === row.owner);
  const [one, two, three, four] = shuffled(race.agents.filter((a) => a !== owner)) as [Agent, Agent, Agent, Agent];
  if (!owner) {
    return [
      [one, call.claim],
      [two, call.claim],
      [three, Math.random() < 0.3 ? call.takeOver : call.claim],
      [four, call.claim],
    ];
  }
  switch (Math.floor(Math.random() * 4)) {
    case 0:
      return [
        [one, call.takeOver],
        [two, call.takeOver],
        [three, call.claim],
      ];
    case 1:
      await askTransfer(race, row, owner, { agent: one.id });
      return [
        [one, call.claim],
        [owner, call.cancel],
        [two, call.takeOver],
        [three, call.claim],
      ];
    case 2:
      await askTransfer(race, row, owner, { team: 'insale' });
      return [
        [one, call.claim],
        [two, call.claim],
        [three, call.claim],
        [owner, call.cancel],
      ];
    default:
      await askTransfer(race, row, owner, { team: 'insale' });
      return [
        [one, call.claim],
        [two, call.takeOver],
        [owner, call.resolve],
      ];
  }
}

async function speak({ bases }: Race, row: Row, agents: readonly Agent[]): Promise<string[]> {
  const path = `/api/conversations/${row.conversationId}/messages`;
  const heard = await Promise.all(
    agents.map(async (agent) => {
      const body = { clientMessageId: crypto.randomUUID(), text: '您好，我来处理', kind: 'reply' };
      return { name: agent.name, status: await agent.ask(any(bases), 'POST', path, body) };
    }),
  );
  for (const { name, status } of heard)
    if (status !== 201 && status !== 409) throw new Error(`${name} spoke and was answered ${status}`);
  return heard.filter((h) => h.status === 201).map((h) => h.name);
}

function note({ result }: Race, round: Parameters<typeof judgeRound>[0], row: Row): void {
  result.rounds += 1;
  result.changes += round.after.epoch - round.before.epoch;
  const wrong = judgeRound(round);
  if (wrong.length > 0) result.wrong.push(`conversation ${row.conversationId}: ${wrong.join('; ')}`);
}

/** One round on one conversation; of a crossing pair, both ask for the other's at once. */
async function runRound(race: Race, shoppers: readonly Shopper[]): Promise<void> {
  const before: Row[] = [];
  for (const shopper of shoppers) {
    const [row] = await race.stands.read([shopper.conversationId]);
    if (!row!.handoffId) await askAgain(any(race.bases), shopper);
    before.push(await race.stands.standing(shopper));
  }
  const [one, two] = before;
  const ownerOf = (row: Row): Agent | undefined => race.agents.find((a) => a.name === row.owner);
  const crosses = two && ownerOf(one!) && ownerOf(two) && one!.owner !== two.owner;
  const plans = crosses
    ? before.map((row, n): [Agent, Ask][] => [[ownerOf(before[1 - n]!)!, callsOn(race, row).takeOver]])
    : [await plan(race, one!)];
  const calls = await Promise.all(plans.map((asks) => Promise.all(asks.map(([agent, ask]) => ask(agent)))));
  for (const [n, asks] of plans.entries()) {
    const row = before[n]!;
    const there = new Set([...asks.map(([agent]) => agent), ...race.agents.filter((a) => a.name === row.owner)]);
    const spoke = await speak(race, row, [...there]);
    const [after] = await race.stands.read([row.conversationId]);
    note(race, { before: row, calls: calls[n]!, after: after!, spoke }, row);
  }
}

async function runAll(race: Race, { calls, say }: TransferRacesOptions): Promise<void> {
  const { result, stands } = race;
  let told = 0;
  const free = [...stands.shoppers];
  const watch = stands.watch();
  const begun = performance.now();
  let seen: Awaited<ReturnType<typeof watch.stop>>;
  try {
    await inParallel(Array.from({ length: ROUNDS_AT_ONCE }), ROUNDS_AT_ONCE, async () => {
      while (result.calls < calls) {
        const mine = shuffled(free).slice(0, Math.random() < 0.3 ? 2 : 1);
        for (const shopper of mine) free.splice(free.indexOf(shopper), 1);
        await runRound(race, mine);
        free.push(...mine);
        if (result.calls - told < 1_000) continue;
        told = result.calls;
        say(`${result.calls} calls, ${result.rounds} rounds, ${result.wrong.length} wrong`);
      }
    });
  } finally {
    // whatever went wrong, nobody looks through a pool that is closed
    seen = await watch.stop();
  }
  result.callsPerSecond = Math.round(result.calls / ((performance.now() - begun) / 1_000));
  result.looks = seen.looks;
  result.wrong.push(...seen.wrong);
}

export const runTransferRaces = (options: TransferRacesOptions): Promise<TransferRaces> =>
  onTwoProcesses(options, LOGINS, async (bases) => {
    const agents: Agent[] = [];
    for (const login of LOGINS) agents.push(await signInAgent(bases[0]!, login, PASSWORD)); // passwords are slow on purpose
    const stands = await openStands(bases, options.databaseUrl, STANDS);
    const result = { rounds: 0, calls: 0, changes: 0, refused: 0, looks: 0, wrong: [], callsPerSecond: 0 };
    try {
      await runAll({ bases, agents, stands, result }, options);
      return result;
    } finally {
      await stands.close();
    }
  });

if (import.meta.main) {
  const { values } = parseArgs({ options: { calls: { type: 'string', default: '300' } } });
  const servers = await startProductionServers();
  if ('skipped' in servers) {
    console.error(`已跳过 / SKIPPED: ${servers.skipped}`);
    process.exit(0);
  }
  try {
    const done = await runTransferRaces({
      ...servers,
      calls: Number(values.calls),
      say: (line) => console.error(line),
    });
    for (const line of done.wrong) console.error(line);
    console.log(JSON.stringify({ ...done, wrong: done.wrong.length }));
    if (done.wrong.length > 0) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}
