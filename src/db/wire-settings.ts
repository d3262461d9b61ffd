// What makes a session its own on a shared engine: user, role and settings, as SQL to apply and to read back;
// it runs nothing itself.
import { backend, eachMessage, queryMessage, readDataRow } from './wire-messages.ts';

export interface SessionSettings {
  /** The startup user: it decides every permission, as if it had logged in. */
  user: string;
  /** Set with `-c role=..` or SET ROLE. */
  role?: string;
  values: Map<string, string>;
  /** As given at startup; RESET returns to these. */
  startValues: ReadonlyMap<string, string>;
  /** The query that puts all of it on. */
  setup: Buffer;
}

type Described = Pick<SessionSettings, 'user' | 'role' | 'values'>;

/** The engine's own superuser, the one that may become anybody. */
export const engineUser = 'postgres';

/** Parameters a real server reports at startup; `options` and `user` are handled apart. */
const notSettings = new Set(['user', 'database', 'options', 'replication', 'client_encoding']);

/** Reads the body of a StartupMessage: pairs of strings, then an empty one. */
export function readStartup(body: Buffer): SessionSettings {
  const words = body.toString('utf8').split('\0');
  const given = new Map<string, string>();
  for (let at = 0; words[at]; at += 2) given.set(words[at] as string, words[at + 1] ?? '');
  const values = readOptions(given.get('options') ?? '');
  for (const [name, value] of given) {
    if (!notSettings.has(name) && !name.startsWith('_pq_.')) values.set(name.toLowerCase(), value);
  }
  return describe({ user: given.get('user') ?? engineUser, values });
}

/** `-c name=value`, `-cname=value` and `--name=value`; a backslash takes the next character as it is. */
function readOptions(options: string): Map<string, string> {
  const values = new Map<string, string>();
  const words = options.match(/(?:\\[\s\S]|[^\s\\])+/g)?.map((word) => word.replace(/\\([\s\S])/g, '$1')) ?? [];
  for (let at = 0; at < words.length; at++) {
    let word = words[at] as string;
    if (word === '-c') word = words[++at] ?? '';
    else if (word.startsWith('-c')) word = word.slice(2);
    else if (word.startsWith('--')) word = word.slice(2);
    const equals = word.indexOf('=');
    if (equals > 0) values.set(word.slice(0, equals).replaceAll('-', '_').toLowerCase(), word.slice(equals + 1));
  }
  return values;
}

function describe(given: Described, startValues?: ReadonlyMap<string, string>): SessionSettings {
  const { user, values } = given;
  const role = values.get('role');
  values.delete('role');
  const settings = role && role !== 'none' ? { user, role, values } : { user, values };
  return { ...settings, startValues: startValues ?? new Map(values), setup: queryMessage(setupSql(settings)) };
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/**
 * SQL that makes the engine this session's, whoever had it before: everything is reset first, so that nothing of
 * the previous owner (its shop above all) can be seen. One simple query: all of it holds or none.
 * RESET SESSION AUTHORIZATION does nothing in this engine, hence the name.
 */
function setupSql(settings: Described): string {
  const { user, role, values } = settings;
  const parts = [`SET SESSION AUTHORIZATION ${quoteIdentifier(engineUser)}`, 'RESET ROLE', 'RESET ALL'];
  if (values.size > 0) {
    const calls = [...values].map(
      ([name, value]) => `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, false)`,
    );
    parts.push(`SELECT ${calls.join(', ')}`);
  }
  if (user !== engineUser) parts.push(`SET SESSION AUTHORIZATION ${quoteIdentifier(user)}`);
  if (role) parts.push(`SET ROLE ${quoteIdentifier(role)}`);
  return parts.join('; ');
}

/**
 * SQL that reads what a session has set. The engine is asked, not the SQL that ran, so that rolled back and
 * nested SETs come out right; names with a dot are not listed by the engine and have to be given.
 */
export function captureSql(customNames: Iterable<string>): string {
  const names = ['role', ...customNames].map(quoteLiteral).join(', ');
  return (
    `SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE source = 'session'` +
    ` UNION ALL SELECT n, pg_catalog.current_setting(n, true) FROM pg_catalog.unnest(ARRAY[${names}]::text[]) n`
  );
}

/** What a session has RESET goes back to what it started with, as on a server. */
export function readCaptured(startup: SessionSettings, output: Buffer): SessionSettings {
  const values = new Map(startup.startValues);
  eachMessage(output, (type, start) => {
    if (type !== backend.dataRow) return;
    const [name, value] = readDataRow(output, start);
    if (typeof name === 'string' && typeof value === 'string') values.set(name.toLowerCase(), value);
  });
  return describe({ user: startup.user, values }, startup.startValues);
}
