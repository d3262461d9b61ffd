// A private PostgreSQL with pgvector for tests: found on the machine or inside a Debian folder, started, stopped, killed. Knows nothing of the product's tables.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, globSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort, openPrivateFolder, type PrivateFolder } from './private-folder.ts';

const START_WITHIN_MS = 60_000;
const PGVECTOR_MIN = [0, 8] as const;
const POSTGRES_MIN = 15;

/** Where the programs are, and as whom and inside which folder they run. */
export interface PostgresPrograms {
  bin: string;
  /** Set when the programs live in a Debian folder: `bin` and all paths given to them are seen from inside. */
  chroot?: string;
  owner?: { uid: number; gid: number };
}

export interface PrivatePostgres {
  superuserUrl: string;
  /** Stops it as an administrator would, and starts it again; also starts it after `kill`. */
  restart(): Promise<void>;
  /** SIGKILL to every process of it; it stays down until `restart`. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The newest PostgreSQL of this machine that is new enough and has pgvector. */
export function installedPostgres(): PostgresPrograms | undefined {
  const folders = globSync([
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/usr/local/pgsql/bin',
    '/opt/homebrew/opt/postgresql@*/bin',
  ]);
  const found = folders.flatMap((bin) => {
    const major = Number(/\) (\d+)/.exec(output(path.join(bin, 'postgres'), '--version'))?.[1] ?? 0);
    return major >= POSTGRES_MIN && hasVector(bin, major) ? [{ bin, major }] : [];
  });
  const newest = found.sort((a, b) => b.major - a.major)[0];
  return newest && { bin: newest.bin, ...unprivileged('/etc/passwd') };
}

export function postgresInside(chroot: string): PostgresPrograms {
  return { bin: '/usr/lib/postgresql/17/bin', chroot, ...unprivileged(path.join(chroot, 'etc/passwd')) };
}

function hasVector(bin: string, major: number): boolean {
  const shared = [output(path.join(bin, 'pg_config'), '--sharedir').trim(), `/usr/share/postgresql/${major}`].filter(
    Boolean,
  );
  return shared.some((folder) => {
    const control = path.join(folder, 'extension/vector.control');
    if (!existsSync(control)) return false;
    const version = /default_version\s*=\s*'(\d+)\.(\d+)/.exec(readFileSync(control, 'utf8'));
    const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
    return major > PGVECTOR_MIN[0] || (major === PGVECTOR_MIN[0] && minor >= PGVECTOR_MIN[1]);
  });
}

function output(file: string, argument: string): string {
  try {
    return execFileSync(file, [argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(passwd: string): { owner?: { uid: number; gid: number } } {
  if (process.getuid?.() !== 0) return {};
  const rows = readFileSync(passwd, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  return row ? { owner: { uid: Number(row[2]), gid: Number(row[3]) } } : {};
}

/** @param durable real fsync; without it a test runs several times faster and survives a kill, but not a power cut */
export async function startPostgres(programs: PostgresPrograms, durable: boolean): Promise<PrivatePostgres> {
  const inside = programs.chroot ?? '';
  const folder = openPrivateFolder(
    path.join(inside, programs.chroot ? '/tmp' : os.tmpdir()),
    'data/postmaster.pid',
    programs.owner,
  );
  const home = folder.path.slice(inside.length);
  const password = randomBytes(18).toString('base64url');
  try {
    writeFileSync(path.join(folder.path, 'password'), password);
    const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
    await promisify(execFile)(
      ...invocation(programs, 'initdb', [
        ...['-D', `${home}/data`, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${home}/password`],
        ...['--encoding=UTF8', `--locale=${locale}`, '--no-sync'],
      ]),
    );
    return await launch(programs, folder, home, password, durable);
  } catch (error) {
    folder.remove();
    throw error;
  }
}

type Invocation = [
  file: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; uid?: number; gid?: number },
];

function invocation({ bin, chroot, owner }: PostgresPrograms, program: string, args: string[]): Invocation {
  // Not our environment: a stray PGDATA or PGPORT would lead it elsewhere.
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const file = path.posix.join(bin, program);
  if (!chroot) return [file, args, { env, cwd: '/', ...owner }];
  const user = owner ? [`--userspec=${owner.uid}:${owner.gid}`, '--groups='] : [];
  return ['chroot', [...user, chroot, file, ...args], { env, cwd: '/' }];
}

async function launch(
  programs: PostgresPrograms,
  folder: PrivateFolder,
  home: string,
  password: string,
  durable: boolean,
): Promise<PrivatePostgres> {
  const log = path.join(folder.path, 'log');
  let port = await freePort();
  let server: ChildProcess | undefined;
  const url = () => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

  async function start(): Promise<void> {
    const settings = [
      ...[
        'listen_addresses=127.0.0.1',
        `port=${port}`,
        'unix_socket_directories=',
        'max_connections=200',
        'timezone=UTC',
      ],
      // A folder of its own has no /dev/shm.
      'dynamic_shared_memory_type=mmap',
      ...(durable ? [] : ['fsync=off', 'full_page_writes=off']),
    ];
    const [file, args, options] = invocation(programs, 'postgres', [
      '-D',
      `${home}/data`,
      ...settings.flatMap((s) => ['-c', s]),
    ]);
    const sink = openSync(log, 'a');
    const child = spawn(file, args, { ...options, stdio: ['ignore', sink, sink] });
    closeSync(sink);
    server = child;
    const until = Date.now() + START_WITHIN_MS;
    while (!(await answers(url()))) {
      if (hasEnded(child)) throw new Error(`PostgreSQL: ${lastLines(log)}`);
      if (Date.now() > until)
        throw new Error(`PostgreSQL did not answer within ${START_WITHIN_MS} ms: ${lastLines(log)}`);
      await sleep(50);
    }
  }

  async function stopWith(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    server = undefined;
    if (!child || hasEnded(child)) return;
    child.kill(signal);
    const gone = await Promise.race([ended(child).then(() => true), sleep(20_000, false, { ref: false })]);
    if (!gone) child.kill('SIGKILL');
    await ended(child);
  }

  try {
    await start();
  } catch {
    // Most likely somebody else took the port meanwhile.
    port = await freePort();
    await start();
  }
  return {
    superuserUrl: url(),
    async restart() {
      await stopWith('SIGINT');
      await start();
    },
    async kill() {
      const pid = server?.pid;
      const family = pid ? [pid, ...childrenOf(pid)] : [];
      server = undefined;
      for (const member of family) signalIfThere(member, 'SIGKILL');
      while (family.some(isRunning)) await sleep(10);
      rmSync(path.join(folder.path, 'data/postmaster.pid'), { force: true });
    },
    async stop() {
      await stopWith('SIGQUIT');
      folder.remove();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });

const lastLines = (file: string) =>
  (existsSync(file) ? readFileSync(file, 'utf8') : '').trim().split('\n').slice(-4).join(' | ');

function childrenOf(parent: number): number[] {
  if (process.platform !== 'linux')
    return output('pgrep', `-P${parent}`)
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && statOf(pid)?.parent === parent);
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { state: fields[0] ?? '', parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  return signalIfThere(pid, 0) && statOf(pid)?.state !== 'Z';
}

function signalIfThere(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
