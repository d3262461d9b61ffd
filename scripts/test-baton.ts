// The model test of the baton at any length, with a figure for every kind of act: `npm run test:baton -- --runs 2000`.
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { checkBaton } from '../test/handoff/baton-model/check.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    commands: { type: 'string', default: '50' },
    /** With `--path`: repeats the one run that failed. */
    seed: { type: 'string' },
    /** Without looking for the smallest run that fails. */
    quick: { type: 'boolean', default: false },
    path: { type: 'string' },
    /** An empty PostgreSQL database of one's own; without it the embedded one in memory. Its rows are removed. */
    database: { type: 'string' },
  },
});
const runs = Number(values.runs);
const begun = performance.now();
const seconds = (): string => ((performance.now() - begun) / 1000).toFixed(0);

const database = await openDatabase(values.database ? { url: values.database } : {});
try {
  await migrate(database);
  const tally = await checkBaton(database, {
    runs,
    commands: Number(values.commands),
    ...(values.seed ? { seed: Number(values.seed) } : {}),
    ...(values.path ? { path: values.path } : {}),
    quick: values.quick,
    onRun(so) {
      if (so.runs % 100 === 0) console.error(`${so.runs} of ${runs} runs, ${so.commands} commands, ${seconds()} s`);
    },
  });
  for (const [act, count] of [...tally.acts].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(7)}  ${act}`);
  console.log(
    JSON.stringify({ runs: tally.runs, commands: tally.commands, slow: tally.slow, seconds: Number(seconds()) }),
  );
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await database.close();
}
