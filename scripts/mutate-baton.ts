// Puts one fault after the other into the baton and its database functions, and asks the model test to notice each: `node scripts/mutate-baton.ts`.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { allMutants, type Mutant } from './mutate-baton/mutants.ts';
import type { Order, Verdict } from './mutate-baton/worker.ts';

const { values } = parseArgs({
  options: {
    /** Of the model test, for each pass: whoever survives one meets the next, with a seed of its own. None is the table and the stories. */
    passes: { type: 'string', default: '0,8,42,150' },
    commands: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    /** Only mutants whose id begins with one of these, with commas between. */
    only: { type: 'string' },
    /** Every so manieth of those. */
    every: { type: 'string', default: '1' },
    /** All verdicts as JSON lines; what stands there already is not tried again. */
    out: { type: 'string' },
    /** An empty PostgreSQL database of one's own, for one worker; without it each has an embedded one. Its rows are removed. */
    database: { type: 'string' },
  },
});
/** A mutant that waits for ever is noticed by that. */
const TOO_LONG_MS = 600_000;
const MODULE = path.join(import.meta.dirname, 'mutate-baton', 'worker.ts');

async function listMutants(): Promise<Mutant[]> {
  const database = await openDatabase(values.database ? { url: values.database } : {});
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
      const child = fork(MODULE, values.database ? [values.database] : [], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
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

interface Judged extends Verdict {
  id: string;
  what: string;
}

/** Verdicts of an earlier, shorter run; of a mutant whose text is another one now there is none. */
function judgedBefore(): Map<string, Judged> {
  if (!values.out || !existsSync(values.out)) return new Map();
  const lines = readFileSync(values.out, 'utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line) as Judged).map((one) => [`${one.id} ${one.what}`, one]));
}

const mutants = await listMutants();
const begun = performance.now();
const before = judgedBefore();
const verdicts = new Map<string, Judged>();
for (const { id, what } of mutants) {
  const known = before.get(`${id} ${what}`);
  if (known) verdicts.set(id, known);
}

function keep(): void {
  if (values.out) writeFileSync(values.out, [...verdicts.values()].map((one) => `${JSON.stringify(one)}\n`).join(''));
}

async function work(queue: Mutant[], order: Omit<Order, 'mutant'>, total: number): Promise<void> {
  const worker = new Worker();
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const { id, what } = mutant;
    const verdict = await worker.ask({ mutant, ...order });
    const runs = verdict.runs + total - order.runs;
    verdicts.set(id, { id, what, ...verdict, runs });
    keep();
    console.error(`${queue.length} left: ${id} ${verdict.killed ? `noticed in run ${runs}` : `not in ${runs} runs`}`);
  }
  await worker.stop();
}

let total = 0;
for (const [seed, runs] of values.passes.split(',').map(Number).entries()) {
  total += runs;
  const queue = mutants.filter(({ id }) => {
    const so = verdicts.get(id);
    return !so || (!so.killed && so.runs < total);
  });
  const order = { runs, commands: Number(values.commands), seed: Number(values.seed) + seed };
  await Promise.all(Array.from({ length: Number(values.workers) }, () => work(queue, order, total)));
}
const survivors = [...verdicts.values()].filter(({ killed }) => !killed);
for (const { id, what } of survivors) console.log(`${id.padEnd(18)} ${what}`);
console.log(
  JSON.stringify({
    mutants: mutants.length,
    /** Neither code nor SQL: nothing is proved by them. */
    invalid: [...verdicts.values()].filter(({ why }) => why.startsWith('invalid')).length,
    byTable: [...verdicts.values()].filter(({ killed, why }) => killed && why.startsWith('the table')).length,
    byStory: [...verdicts.values()].filter(({ killed, why }) => killed && why.startsWith('the story')).length,
    noticed: mutants.length - survivors.length,
    survivors: survivors.length,
    latest: Math.max(0, ...[...verdicts.values()].filter(({ killed }) => killed).map(({ runs }) => runs)),
    seconds: Math.round((performance.now() - begun) / 1000),
  }),
);
