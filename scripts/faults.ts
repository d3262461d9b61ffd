// npm run test:faults -- --kills N --messages M: the crash and fault storm; says what was lost, doubled or out of order, exit 1 on any.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS, passes } from './faults/checker.ts';
import { runStorm, type StormResult } from './faults/storm.ts';
import { startProductionServers } from './production-servers.ts';

const USAGE = `usage: npm run test:faults -- [--kills N] [--messages M] [--seed S] [--mode embedded|production] [--wipe-queue K] [--keep]`;
const SHOWN_MAX = 20;

function readOptions() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '10' },
      messages: { type: 'string', default: '400' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      mode: { type: 'string', default: 'embedded' },
      'wipe-queue': { type: 'string', default: '0' },
      keep: { type: 'boolean', default: false },
    },
  });
  const [kills, messages, seed, wipes] = [values.kills, values.messages, values.seed, values['wipe-queue']].map(Number);
  if (![kills, messages, seed, wipes].every((n) => Number.isInteger(n) && n! >= 0) || messages === 0)
    throw new Error(USAGE);
  if (values.mode !== 'embedded' && values.mode !== 'production') throw new Error(USAGE);
  if (wipes! > 0 && values.mode === 'embedded') throw new Error('--wipe-queue needs Redis: add --mode production');
  if (wipes! > 0 && kills === 0) throw new Error('--wipe-queue happens between kills: ask for at least one');
  return { kills: kills!, messages: messages!, seed: seed!, wipes: wipes!, mode: values.mode, keep: values.keep };
}

function report({ verdict, seconds, exitCodes, unsigned }: StormResult): void {
  const { lost, duplicates, inversions, doubleOwners, talkedOver, unknown, unknownAllowed } = verdict;
  console.log(
    `acknowledged ${verdict.acknowledged} (answered ${verdict.answered}, with a person ${verdict.withPerson})  ` +
      `lost ${lost.length}  duplicate ${duplicates.length}  out-of-order ${inversions.length}  ` +
      `double-owner ${doubleOwners.length}  talked-over ${talkedOver.length}  unknown ${unknown.length} (allowed ${unknownAllowed})  ` +
      `unsigned ${unsigned}  exit ${exitCodes.join(',')}  ${seconds.toFixed(0)} s`,
  );
  const shown = [...FAULTS, ...(unknown.length > unknownAllowed ? (['unknown'] as const) : [])];
  for (const fault of shown) {
    for (const { shopper, what, ids } of verdict[fault].slice(0, SHOWN_MAX)) {
      console.log(`  ${fault}: ${shopper}: ${what} [${ids.join(', ')}]`);
    }
  }
}

async function main(): Promise<number> {
  const { mode, keep, ...storm } = readOptions();
  const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-storm-'));
  console.log(`${mode}: ${storm.kills} kills, ${storm.messages} messages, seed ${storm.seed}; records in ${folder}`);
  const servers = mode === 'production' ? await startProductionServers({ own: true }) : null;
  if (servers !== null && 'skipped' in servers) {
    console.log(`SKIPPED: ${servers.skipped}`);
    return 0;
  }
  try {
    const onProgress = (line: string) => process.stderr.write(`${line}\n`);
    const result = await runStorm({ ...storm, folder, onProgress, ...(servers && { servers }) });
    report(result);
    const ok = passes(result.verdict) && result.unsigned === 0 && result.exitCodes.every((code) => code === 0);
    if (ok && !keep) rmSync(folder, { recursive: true, force: true });
    return ok ? 0 : 1;
  } finally {
    await servers?.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
