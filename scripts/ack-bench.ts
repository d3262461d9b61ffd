// How soon every platform that does not wait is told that its message was taken, while turns take their time:
// `node scripts/ack-bench.ts [--messages 1000] [--rate 20] [--turn 8000] [--passive 200] [--mode embedded|production]`.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openFakePlatform } from '../test/channels/fake-platform.ts';
import { listen } from './ack-bench/load.ts';
import { listenPassive } from './ack-bench/passive.ts';
import type { AckCalls, Kept } from './ack-bench/server.ts';
import { environment, speakers, teach } from './ack-bench/speakers.ts';
import { forkChild } from './bench/child.ts';
import { percentile } from './bench/rows.ts';
import { startProductionServers } from './production-servers.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '20' },
    turn: { type: 'string', default: '8000' },
    passive: { type: 'string', default: '200' },
    mode: { type: 'string', default: 'embedded' },
  },
});
const messages = Number(values.messages);
const perSecond = Number(values.rate);
const turnMs = Number(values.turn);
const passiveMessages = Number(values.passive);
const ACK_MS = 1_000;
const PASSIVE_MS = 4_500;
/** What a platform only told of is fetched after the acknowledgement. */
const KEPT_WITHIN_MS = 60_000;
/** A passive reply waits for its own turn, of which a process runs sixteen at a time; a queue of them would measure the queue. */
const PASSIVE_PER_SECOND = 1;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

/** Counts of rows that are not as many as the messages that shoppers wrote. */
function lost(kept: readonly Kept[], said: ReadonlyMap<string, number>): string[] {
  return [...said].flatMap(([kind, count]) => {
    const rows = kept.find((row) => row.kind === kind)?.messages ?? 0;
    return rows === count ? [] : [`${kind}: ${count} messages, ${rows} in the rows`];
  });
}

async function asynchronous(): Promise<string[]> {
  const platform = await openFakePlatform();
  const child = forkChild<AckCalls>('../ack-bench/server.ts');
  try {
    const kf = teach(platform);
    const base = await child.ask('start', { env: environment(platform.url), turnMs });
    const all = speakers(base, platform, kf);
    const heard = await listen(base, all, { messages, perSecond });
    const problems = [...heard].flatMap(([name, { wrong }]) =>
      wrong.length === 0 ? [] : [`${name}: ${wrong.length} answers that are none, e.g. ${wrong[0]}`],
    );
    say('| channel | answers | p50 ms | p99 ms | p99.9 ms | longest ms |\n| --- | --: | --: | --: | --: | --: |');
    for (const [name, { ms: times }] of heard) {
      const [p50, p99, p999, longest] = [0.5, 0.99, 0.999, 1].map((share) => percentile(times, share)) as [
        number,
        number,
        number,
        number,
      ];
      say(`| ${name} | ${times.length} | ${ms(p50)} | ${ms(p99)} | ${ms(p999)} | ${ms(longest)} |`);
      if (p999 > ACK_MS) problems.push(`${name}: p99.9 is ${ms(p999)} ms, above ${ACK_MS}`);
    }
    const said = new Map<string, number>();
    for (const { kind } of all) said.set(kind, (said.get(kind) ?? 0) + messages);
    let kept = await child.ask('kept', null);
    for (const until = performance.now() + KEPT_WITHIN_MS; lost(kept, said).length > 0; await pause(500)) {
      if (performance.now() > until) break;
      kept = await child.ask('kept', null);
    }
    problems.push(...lost(kept, said));
    const turns = kept.reduce((sum, row) => sum + row.turns, 0);
    const least = Math.min(...kept.filter((row) => row.turns > 0).map((row) => row.leastMs));
    say(`${turns} turns ended meanwhile${turns === 0 ? '' : `, none within ${ms(least)} ms of its message`}`);
    if (turns === 0 || least < turnMs) problems.push(`turns have to take ${turnMs} ms, or nothing is shown`);
    return problems;
  } finally {
    await child.stop();
    await platform.close();
  }
}

async function passive(): Promise<string[]> {
  const platform = await openFakePlatform();
  const child = forkChild<AckCalls>('../ack-bench/server.ts');
  try {
    teach(platform);
    const env = { ...environment(platform.url), WECHAT_OA_REPLY: 'passive' };
    const base = await child.ask('start', { env, turnMs });
    const report = await listenPassive(base, passiveMessages, PASSIVE_PER_SECOND);
    say(
      `passive: ${report.messages} messages in ${report.tries} tries, longest ${ms(report.longestMs)} ms, ` +
        `${report.replied} answered in a response, ${report.sawTrouble} would have seen 暂时无法提供服务`,
    );
    const problems: string[] = [];
    if (report.sawTrouble > 0) problems.push(`passive: ${report.sawTrouble} shoppers would have seen trouble`);
    if (report.replied < report.messages) problems.push(`passive: ${report.messages - report.replied} without a reply`);
    if (report.longestMs > PASSIVE_MS) problems.push(`passive: ${ms(report.longestMs)} ms, above ${PASSIVE_MS}`);
    return problems;
  } finally {
    await child.stop();
    await platform.close();
  }
}

const servers = values.mode === 'production' ? await startProductionServers({ own: true }) : null;
try {
  if (servers !== null && 'skipped' in servers) throw new Error(servers.skipped);
  if (servers !== null) {
    // the child inherits where its servers are
    process.env.TEST_DATABASE_URL = servers.databaseUrl;
    process.env.TEST_REDIS_URL = servers.redisUrl;
  }
  const problems = [...(await asynchronous()), ...(await passive())];
  for (const problem of problems) say(`  ${problem}`);
  say(problems.length === 0 ? '✓ taken in time, each once' : '✗ see above');
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  if (servers !== null && !('skipped' in servers)) await servers.stop();
}
