// Brings the schema forward, one plain SQL file after the other; it knows nothing of what the files say.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Database } from './database.ts';
import { DatabaseFailure } from './failure.ts';
import { splitStatements } from './sql-scan.ts';

export interface Migrated {
  /** File names applied by this call. */
  applied: string[];
  /** Number of the newest file; 0 when there is none. */
  version: number;
}

interface Migration {
  version: number;
  name: string;
  file: string;
  sql: string;
  checksum: string;
}

const migrationsDirectory = join(import.meta.dirname, 'migrations');
const fileName = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;
/** Any number that nobody else uses for an advisory lock; this one spells "jieb". */
const lockKey = 0x6a696562;

const createLedger = `CREATE TABLE IF NOT EXISTS public.schema_migrations (
	version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;

/**
 * Applies what is missing, each file in its own transaction. Safe to call from several processes at once.
 * @throws DatabaseFailure `MIGRATION_MISMATCH` when files and database contradict each other, `MIGRATION_FAILED`
 */
export async function migrate(database: Database, directory = migrationsDirectory): Promise<Migrated> {
  const migrations = await loadMigrations(directory);
  const client = await database.ownerPool().connect();
  const applied: string[] = [];
  try {
    for (let next = await applyNext(client, migrations); next; next = await applyNext(client, migrations)) {
      applied.push(next.file);
    }
  } finally {
    client.release(true); // a file may have changed settings of the session
  }
  return { applied, version: migrations.at(-1)?.version ?? 0 };
}

/** One file in one transaction, or nothing when all are there. */
async function applyNext(client: pg.PoolClient, migrations: Migration[]): Promise<Migration | undefined> {
  await client.query('BEGIN');
  try {
    // Held until the end of the transaction: the second process waits, then sees what the first has done.
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    const { rows: ledger } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('public.schema_migrations') IS NOT NULL AS there`,
    );
    if (!ledger[0]?.there) await client.query(createLedger);
    const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
      'SELECT version, name, checksum FROM public.schema_migrations ORDER BY version',
    );
    const next = findNext(migrations, rows);
    if (next) await apply(client, next);
    await client.query('COMMIT');
    return next;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

function findNext(
  migrations: Migration[],
  done: { version: number; name: string; checksum: string }[],
): Migration | undefined {
  for (const [at, row] of done.entries()) {
    const label = `${String(row.version).padStart(4, '0')}-${row.name}.sql`;
    const file = migrations[at];
    if (!file) {
      throw mismatch(
        `the database already has ${label}, which this version of the program does not know: start the newer version, older ones cannot use its database`,
      );
    }
    if (file.version !== row.version || file.name !== row.name) {
      throw mismatch(
        `the database has ${label} where the program has ${file.file}: files already applied must keep their names, new ones come last`,
      );
    }
    if (file.checksum !== row.checksum) {
      throw mismatch(
        `${file.file} was changed after it had been applied: restore it and put the change into a new file`,
      );
    }
  }
  return migrations[done.length];
}

function mismatch(what: string): DatabaseFailure {
  return new DatabaseFailure('MIGRATION_MISMATCH', `The schema does not fit: ${what}.`);
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
  } catch (error) {
    throw failed(migration, error as pg.DatabaseError);
  }
  await client.query('INSERT INTO public.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
    migration.version,
    migration.name,
    migration.checksum,
  ]);
}

function failed(migration: Migration, error: pg.DatabaseError): DatabaseFailure {
  const line = error.position ? ` line ${migration.sql.slice(0, Number(error.position)).split('\n').length}` : '';
  return new DatabaseFailure(
    'MIGRATION_FAILED',
    `Migration ${migration.file}${line} failed and was rolled back: ${error.message}`,
    error,
  );
}

async function loadMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const file of files) {
    const migration = readMigration(file, await readFile(join(directory, file), 'utf8'));
    if (migrations.at(-1)?.version === migration.version)
      throw mismatch(`${migrations.at(-1)?.file} and ${file} have the same number`);
    migrations.push(migration);
  }
  return migrations;
}

function readMigration(file: string, text: string): Migration {
  const [, digits, name] = fileName.exec(file) ?? [];
  if (!digits || !name) throw mismatch(`${file} is not named like 0001-first-tables.sql`);
  // A checkout on Windows may have changed the line ends; the content is the same.
  const sql = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const ends = splitStatements(sql).find(({ skeleton }) =>
    /^(?:begin|start\s+transaction|commit|rollback|abort)\b/i.test(skeleton),
  );
  if (ends) throw mismatch(`${file} holds "${ends.skeleton}": every file already runs in one transaction`);
  return { version: Number(digits), name, file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
