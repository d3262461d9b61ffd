// One process that tries mutants, one after the other, on a database of its own: puts one in, runs the model test, says whether it was noticed.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { checkBaton } from '../../test/handoff/baton-model/check.ts';
import { type Mutant, ROOT } from './mutants.ts';

export interface Order {
  mutant: Mutant;
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

// a mutant may leave a promise behind that nobody waits for
process.on('unhandledRejection', () => {});

const database = await openDatabase();
await migrate(database);
const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-mutants-'));
symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
let copies = 0;

/** A copy of the sources with one file changed, imported under a new address so that it is really read. */
async function checkOf(file: string, text: string): Promise<{ check: typeof checkBaton; remove(): void }> {
  const copy = path.join(folder, String(++copies));
  mkdirSync(copy);
  const isWanted = (from: string): boolean => !from.includes(`${path.sep}console${path.sep}`);
  cpSync(path.join(ROOT, 'src'), path.join(copy, 'src'), { recursive: true, filter: isWanted });
  cpSync(path.join(ROOT, MODEL), path.join(copy, MODEL), { recursive: true });
  cpSync(path.join(ROOT, 'package.json'), path.join(copy, 'package.json'));
  writeFileSync(path.join(copy, file), text);
  const module = (await import(pathToFileURL(path.join(copy, MODEL, 'check.ts')).href)) as {
    checkBaton: typeof checkBaton;
  };
  return { check: module.checkBaton, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

async function judge(check: typeof checkBaton, { runs, commands, seed }: Order): Promise<Verdict> {
  let done = 0;
  const onRun = (): void => {
    done += 1;
  };
  try {
    await check(database, { runs, commands, seed, quick: true, onRun });
    return { killed: false, runs, why: '' };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const why = String((cause as Error).message ?? cause);
    return { killed: true, runs: done + 1, why: why.replaceAll(/\s+/g, ' ').slice(0, 160) };
  }
}

async function tryOne(order: Order): Promise<Verdict> {
  const { change } = order.mutant;
  if (change.kind === 'file') {
    const { check, remove } = await checkOf(change.file, change.text);
    try {
      return await judge(check, order);
    } finally {
      remove();
    }
  }
  const original = await import('../../test/handoff/baton-model/check.ts');
  try {
    await database.ownerPool().query(change.after);
    return await judge(original.checkBaton, order);
  } catch (error) {
    return { killed: true, runs: 0, why: `not even SQL: ${(error as Error).message}` };
  } finally {
    await database.ownerPool().query(change.before);
  }
}

process.on('message', (order: Order) => {
  void tryOne(order)
    .catch(
      (error: unknown): Verdict => ({ killed: true, runs: 0, why: `does not load: ${String(error)}`.slice(0, 160) }),
    )
    .then((verdict) => process.send!(verdict));
});
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
process.send!('ready');
