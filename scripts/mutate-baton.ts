// Puts one fault after the other into the baton and its database functions, and asks the model test to notice each: `node scripts/mutate-baton.ts`.
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { allMutants, type Mutant } from './mutate-baton/mutants.ts';
import type { Order, Verdict } from './mutate-baton/worker.ts';

const { values } = parseArgs({
  options: {
    /** Of the model test, at most. */
    runs: { type: 'string', default: '200' },
    commands: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    /** Only mutants whose id begins with one of these, with commas between. */
    only: { type: 'string' },
    /** Every so manieth of those. */
    every: { type: 'string', default: '1' },
    /** All verdicts as JSON lines. */
    out: { type: 'string' },
  },
});
/** A mutant that waits for ever is noticed by that. */
const TOO_LONG_MS = 600_000;
const MODULE = path.join(import.meta.dirname, 'mutate-baton', 'worker.ts');

async function listMutants(): Promise<Mutant[]> {
  const database = await openDatabase();
  try {
    await migrate(database);
    const only = values.only?.split(',');
    const wanted = (await allMutants(database)).filter((m) => !only || only.some((id) => m.id.startsWith(id)));
    return wanted.filter((_, n) => n % Number(values.every) === 0);
  } finally {
    await database.close();
  }
}

class Worker {
  #child: Promise<ChildProcess> | null = null;

  #start(): Promise<ChildProcess> {
    return new Promise((resolve, reject) => {
      const child = fork(MODULE, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      child.once('message', () => resolve(child));
      child.once('error', reject);
    });
  }

  async ask(order: Order): Promise<Verdict> {
    this.#child ??= this.#start();
    const child = await this.#child;
    return new Promise((resolve) => {
      const finish = (verdict: Verdict): void => {
        clearTimeout(timer);
        child.removeAllListeners('message');
        child.removeAllListeners('exit');
        resolve(verdict);
      };
      const drop = (why: string): void => {
        this.#child = null;
        child.kill('SIGKILL');
        finish({ killed: true, runs: 0, why });
      };
      const timer = setTimeout(() => drop('did not end'), TOO_LONG_MS);
      child.once('message', (verdict) => finish(verdict as Verdict));
      child.once('exit', () => drop('ended the process'));
      child.send(order);
    });
  }

  async stop(): Promise<void> {
    (await this.#child)?.disconnect();
  }
}

const mutants = await listMutants();
const begun = performance.now();
const survivors: Mutant[] = [];
const lines: string[] = [];
let done = 0;
let latest = 0;

async function work(): Promise<void> {
  const worker = new Worker();
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const order: Order = {
      mutant,
      runs: Number(values.runs),
      commands: Number(values.commands),
      seed: Number(values.seed),
    };
    const verdict = await worker.ask(order);
    done += 1;
    if (verdict.killed) latest = Math.max(latest, verdict.runs);
    else survivors.push(mutant);
    lines.push(JSON.stringify({ id: mutant.id, what: mutant.what, ...verdict }));
    if (values.out) writeFileSync(values.out, `${lines.join('\n')}\n`);
    const how = verdict.killed ? `noticed in run ${verdict.runs}` : 'SURVIVES';
    console.error(`${done}/${mutants.length} ${mutant.id}: ${how}`);
  }
  await worker.stop();
}

const queue = [...mutants];
await Promise.all(Array.from({ length: Number(values.workers) }, work));
for (const mutant of survivors) console.log(`${mutant.id.padEnd(18)} ${mutant.what}`);
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(
  JSON.stringify({
    mutants: mutants.length,
    noticed: mutants.length - survivors.length,
    survivors: survivors.length,
    latest,
    seconds,
  }),
);
