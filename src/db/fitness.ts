// Whether a PostgreSQL server can be reached and has what the product needs; it says what to do if not.
import type pg from 'pg';
import { DatabaseFailure } from './failure.ts';

const serverVersionMin = 15;
/** Iterative index scans came with 0.8: without them a small shop in a large index gets empty results. */
const vectorVersionMin = '0.8';

/** Connects once and closes again. @throws DatabaseFailure `DATABASE_UNREACHABLE` or `DATABASE_UNFIT` */
export async function checkServer(createClient: () => pg.Client): Promise<void> {
  const client = create(createClient);
  client.on('error', () => {}); // the failing call reports it
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw unreachable(client, error);
  }
  try {
    const { rows } = await client.query<{ version: number; vector: string | null; installed: boolean }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version,
				(SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'vector') AS vector,
				EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') AS installed`,
    );
    const found = rows[0];
    if (found) checkVersions(found);
  } finally {
    await client.end().catch(() => {});
  }
}

function create(createClient: () => pg.Client): pg.Client {
  try {
    return createClient();
  } catch {
    throw notAnAddress();
  }
}

/** Without a cause: the driver's own error holds the whole URL, password included. */
export function notAnAddress(): DatabaseFailure {
  return new DatabaseFailure(
    'DATABASE_UNREACHABLE',
    'DATABASE_URL is not a PostgreSQL address: expected postgres://user:password@host:5432/name',
  );
}

function unreachable(client: pg.Client, error: unknown): DatabaseFailure {
  const { message, code } = error as { message?: string; code?: string };
  const reason = message || code || 'no answer';
  return new DatabaseFailure(
    'DATABASE_UNREACHABLE',
    `PostgreSQL at ${client.host}:${client.port} cannot be reached (${reason}): check DATABASE_URL, that the server runs, and the user's rights.`,
    error,
  );
}

function checkVersions(found: { version: number; vector: string | null; installed: boolean }): void {
  if (found.version < serverVersionMin) {
    throw new DatabaseFailure(
      'DATABASE_UNFIT',
      `PostgreSQL ${found.version} is too old: version ${serverVersionMin} or newer is needed.`,
    );
  }
  if (found.vector === null) {
    throw new DatabaseFailure(
      'DATABASE_UNFIT',
      `This PostgreSQL ${found.version} has no pgvector: install the package postgresql-${found.version}-pgvector (version ${vectorVersionMin} or newer) on the database server.`,
    );
  }
  if (isOlder(found.vector, vectorVersionMin)) {
    const update = found.installed ? ' and run ALTER EXTENSION vector UPDATE' : '';
    throw new DatabaseFailure(
      'DATABASE_UNFIT',
      `pgvector ${found.vector} is too old: install version ${vectorVersionMin} or newer${update}.`,
    );
  }
}

function isOlder(version: string, wanted: string): boolean {
  return version.localeCompare(wanted, 'en', { numeric: true }) < 0;
}
