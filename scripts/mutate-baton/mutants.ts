// All mutants of the baton: the state machine, its guards, its moves, and the database functions that a move and a message go through.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '../../src/db/database.ts';
import { codeChanges } from './code-conditions.ts';
import { conditionChanges } from './sql-conditions.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

const FILES = ['src/handoff/baton.ts', 'src/handoff/guards.ts', 'src/handoff/moves.ts'];
/** What may wait until morning is asked by the bot's words and the queue's view, never by a move. */
const ELSEWHERE = ['isOrdinary'];
const FUNCTIONS = [
  'lock_baton',
  'lock_agent',
  'due_work',
  'admit',
  'claim_turn',
  'commit_turn',
  'put_message',
  'claim_outbox',
  'mark_outbox',
];

export interface Mutant {
  /** Stays the same while the code does. */
  id: string;
  what: string;
  /** A file with its new text, or the function's definition before and after. */
  change: { kind: 'file'; file: string; text: string } | { kind: 'function'; before: string; after: string };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

function ofFile(file: string): Mutant[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return codeChanges(file, text, ELSEWHERE).map((change, n) => ({
    id: `${path.basename(file, '.ts')}-${n + 1}`,
    what: `${file}:${lineOf(text, change.start)} ${oneLine(change.what)}`,
    change: { kind: 'file', file, text: text.slice(0, change.start) + change.text + text.slice(change.end) },
  }));
}

function ofFunction(name: string, definition: string): Mutant[] {
  return conditionChanges(definition).map((change, n) => ({
    id: `${name}-${n + 1}`,
    what: `${name}() ${oneLine(change.what)}`,
    change: {
      kind: 'function',
      before: definition,
      after: definition.slice(0, change.start) + change.text + definition.slice(change.end),
    },
  }));
}

/** The definitions are read from a migrated database, so that the newest of each is meant. */
export async function allMutants(database: Database): Promise<Mutant[]> {
  const { rows } = await database
    .ownerPool()
    .query<{ name: string; definition: string }>(
      `select proname as name, pg_get_functiondef(oid) as definition from pg_proc where proname = any($1) order by array_position($1, proname::text)`,
      [FUNCTIONS],
    );
  if (rows.length !== FUNCTIONS.length) throw new Error(`of ${FUNCTIONS.length} functions ${rows.length} are there`);
  return [...FILES.flatMap(ofFile), ...rows.flatMap((r) => ofFunction(r.name, r.definition))];
}
