// npm run bench [-- --seconds N] [--mode embedded|production|both] [--quick]: the public table, one Markdown table and one JSON line per row.
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Size } from './bench/measure.ts';
import { type Mode, type Row, toJsonLine, toMarkdown } from './bench/rows.ts';
import { startProductionServers } from './production-servers.ts';

const USAGE = `usage: npm run bench -- [--seconds N] [--mode embedded|production|both] [--quick] [--profile DIR]
  --seconds  length of one round of a rate (default 4)
  --quick    only shows that everything runs; its figures mean nothing
  --profile  writes CPU profiles of the server here (open them in Chromium's DevTools)`;

const FULL: Omit<Size, 'roundMs'> = {
  rounds: 5,
  shoppers: 2_000,
  turnsAlone: 40,
  turnsEachOfTwenty: 10,
  handoffs: 100,
  understandTimes: 400,
};
const QUICK: Size = {
  roundMs: 300,
  rounds: 1,
  shoppers: 20,
  turnsAlone: 2,
  turnsEachOfTwenty: 1,
  handoffs: 5,
  understandTimes: 20,
};

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '4' },
      mode: { type: 'string', default: 'both' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const seconds = Number(values.seconds);
  const modes: Record<string, Mode[]> = {
    embedded: ['embedded'],
    production: ['production'],
    both: ['embedded', 'production'],
  };
  const chosen = modes[values.mode];
  if (!(seconds > 0 && seconds <= 600) || chosen === undefined) throw new Error(USAGE);
  const size: Size = values.quick ? QUICK : { ...FULL, roundMs: seconds * 1_000 };
  const profileDir = values.profile === undefined ? null : path.resolve(values.profile);
  if (profileDir !== null) mkdirSync(profileDir, { recursive: true });
  return { modes: chosen, size, profileDir };
}

type Options = ReturnType<typeof readOptions>;

const say = (line: string) => process.stderr.write(`${line}\n`);

async function measureProduction({ size, profileDir }: Options): Promise<Row[]> {
  // real fsync: a figure without it would promise what a shop's server does not keep
  const servers = await startProductionServers({ own: true, durable: true, say });
  if ('skipped' in servers) {
    say(`SKIPPED production: ${servers.skipped}`);
    return [];
  }
  try {
    const urls = {
      databaseUrl: servers.databaseUrl,
      redisUrl: servers.redisUrl,
      restDatabaseUrl: await servers.createDatabase('rest'),
    };
    return await measure({ mode: 'production', size, servers: urls, profileDir, say });
  } finally {
    await servers.stop();
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const { modes, size, profileDir } = options;
  const rows: Row[] = [];
  for (const mode of modes) {
    rows.push(
      ...(mode === 'production'
        ? await measureProduction(options)
        : await measure({ mode, size, servers: null, profileDir, say })),
    );
  }
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown CPU';
  console.log(`${os.availableParallelism()} cores (${cpu}), Node ${process.versions.node}, ${process.platform}\n`);
  console.log(toMarkdown(rows));
  console.log('');
  for (const row of rows) console.log(toJsonLine(row));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
