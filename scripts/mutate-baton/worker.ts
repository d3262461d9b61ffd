// One process that tries mutants, one after the other, on a database of its own: puts one in, runs the model test, says whether it was noticed.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { step } from '../../src/handoff/baton.ts';
import type { stumbles } from '../../test/handoff/baton-model/all-stories.ts';
import type { checkBaton } from '../../test/handoff/baton-model/check.ts';
import { compareTable } from '../../test/handoff/baton-model/table.ts';
import { type Mutant, ROOT } from './mutants.ts';

export interface Order {
  mutant: Mutant;
  /** None: only what the table of the state machine and the stories tell. */
  runs: number;
  commands: number;
  seed: number;
}

export interface Verdict {
  killed: boolean;
  /** Runs until it was noticed, or all. */
  runs: number;
  why: string;
}

const MODEL = path.join('test', 'handoff', 'baton-model');
/** What the model needs besides the sources. */
const NEEDED = [MODEL, path.join('test', 'channels', 'test-memory.ts'), 'package.json'];

// a mutant may leave a promise behind that nobody waits for
process.on('unhandledRejection', () => {});

const url = process.argv[2];
const database = await openDatabase(url ? { url } : {});
await migrate(database);
const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-mutants-'));
symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
let copies = 0;

interface Test {
  check: typeof checkBaton;
  stumbles: typeof stumbles;
}

async function testOf(root: string): Promise<Test> {
  const load = (name: string) => import(pathToFileURL(path.join(root, MODEL, name)).href);
  const [{ checkBaton: check }, { stumbles: tells }] = await Promise.all([load('check.ts'), load('all-stories.ts')]);
  return { check, stumbles: tells };
}

/** A copy of the sources with one file changed, imported under a new address so that it is really read. */
async function testOfCopy(file: string, text: string): Promise<Test & { remove(): void }> {
  const copy = path.join(folder, String(++copies));
  mkdirSync(copy);
  const isWanted = (from: string): boolean => !from.includes(`${path.sep}console${path.sep}`);
  cpSync(path.join(ROOT, 'src'), path.join(copy, 'src'), { recursive: true, filter: isWanted });
  for (const needed of NEEDED) cpSync(path.join(ROOT, needed), path.join(copy, needed), { recursive: true });
  writeFileSync(path.join(copy, file), text);
  return { ...(await testOf(copy)), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

const TABLE = 'src/handoff/baton.ts';
const ALIVE: Verdict = { killed: false, runs: 0, why: '' };
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 160);

/** The state machine needs no copy of the rest, no database and no chance: the whole table is compared at once. */
async function byTable(text: string): Promise<Verdict | null> {
  const file = path.join(folder, `baton-${++copies}.ts`);
  writeFileSync(file, text);
  const module = (await import(pathToFileURL(file).href)) as { step: typeof step };
  rmSync(file);
  let differs: string | null;
  try {
    ({ differs } = compareTable(module.step));
  } catch (error) {
    differs = String(error);
  }
  return differs === null ? null : { killed: true, runs: 0, why: `the table: ${differs}`.slice(0, 160) };
}

async function judge(test: Test, { runs, commands, seed }: Order): Promise<Verdict> {
  if (runs === 0) {
    const story = await test.stumbles(database);
    return story === null ? ALIVE : { killed: true, runs: 0, why: `the story: ${oneLine(story)}` };
  }
  let done = 0;
  const onRun = (): void => {
    done += 1;
  };
  try {
    await test.check(database, { runs, commands, seed, quick: true, onRun });
    return { killed: false, runs, why: '' };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    return { killed: true, runs: done + 1, why: oneLine(String((cause as Error).message ?? cause)) };
  }
}

async function tryOne(order: Order): Promise<Verdict> {
  const { change } = order.mutant;
  if (change.kind === 'file') {
    const noticed = change.file === TABLE && order.runs === 0 ? await byTable(change.text) : null;
    if (noticed) return noticed;
    const test = await testOfCopy(change.file, change.text);
    try {
      return await judge(test, order);
    } finally {
      test.remove();
    }
  }
  try {
    await database.ownerPool().query(change.after);
    return await judge(await testOf(ROOT), order);
  } catch (error) {
    return { killed: true, runs: 0, why: `invalid: ${(error as Error).message}` };
  } finally {
    await database.ownerPool().query(change.before);
  }
}

process.on('message', (order: Order) => {
  void tryOne(order)
    .catch((error: unknown): Verdict => ({ killed: true, runs: 0, why: `invalid: ${String(error)}`.slice(0, 160) }))
    .then((verdict) => process.send!(verdict));
});
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
process.send!('ready');
