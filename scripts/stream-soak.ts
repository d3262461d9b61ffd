// The soak of the live streams: `node scripts/stream-soak.ts [--streams 200] [--messages 1000] [--cuts 3]`. One server process holds
// the streams while messages are said and every line is cut; each must arrive once and in order, and the memory must come back.
import { parseArgs } from 'node:util';
import { signIn } from '../test/journeys/people.ts';
import { forkChild } from './bench/child.ts';
import type { SoakCalls } from './stream-soak/server.ts';
import { type StormReport, storm } from './stream-soak/storm.ts';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '200' },
    messages: { type: 'string', default: '1000' },
    cuts: { type: 'string', default: '3' },
  },
});
const [streams, messages, cuts] = [Number(values.streams), Number(values.messages), Number(values.cuts)];
const CONVERSATIONS = 4;
const DESKS = Math.round(streams / 10);
/** Memory may stay this much above what it was. */
const ABOVE = 0.1;

const child = forkChild<SoakCalls>('../stream-soak/server.ts', ['--expose-gc']);
const mb = ({ heap, rss, handles }: SoakCalls['memory']['result']) =>
  `heap ${heap.toFixed(1)} MB, resident ${rss.toFixed(0)} MB, ${handles} sockets`;
const told = ({ problems, ...figures }: StormReport) =>
  `${figures.streams} streams, ${figures.messages} messages, ${figures.deliveries} deliveries, ${figures.deskEvents} desk events, ${figures.reconnects} reconnects in ${figures.seconds.toFixed(1)} s: ${problems.length} problems`;

try {
  const base = await child.ask('start', { logins: ['warm', 'soak'] });
  const run = async (login: string, messagesEach: number) => {
    const report = await storm({
      base,
      agent: await signIn(base, login),
      conversations: CONVERSATIONS,
      readersEach: (streams - DESKS) / CONVERSATIONS,
      desks: DESKS,
      messagesEach,
      cuts,
      cut: async () => void (await child.ask('cut', null)),
    });
    console.log(`${login}: ${told(report)}`);
    for (const problem of report.problems.slice(0, 20)) console.log(`  ${problem}`);
    return report.problems.length;
  };
  // the first storm fills caches, prepared statements and compiled code, which stay; what the second one leaves behind would be a leak
  let problems = await run('warm', Math.ceil(messages / CONVERSATIONS / 4));
  const before = await child.ask('memory', null);
  console.log(`before: ${mb(before)}`);
  problems += await run('soak', messages / CONVERSATIONS);
  const after = await child.ask('memory', null);
  const grown = { heap: after.heap / before.heap - 1, rss: after.rss / before.rss - 1 };
  console.log(
    `after: ${mb(after)} (heap ${(grown.heap * 100).toFixed(1)} %, resident ${(grown.rss * 100).toFixed(1)} %)`,
  );
  const within = grown.heap <= ABOVE && grown.rss <= ABOVE;
  console.log(problems === 0 && within ? '✓ nothing lost, nothing twice, memory is back' : '✗ see above');
  process.exitCode = problems === 0 && within ? 0 : 1;
} finally {
  await child.stop();
}
