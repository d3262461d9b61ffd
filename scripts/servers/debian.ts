// Gets servers onto a Debian machine without touching what is there: Redis as a package whose service is never started, PostgreSQL + pgvector in a folder of its own (the release may be too old to have them).
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const QUIET = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
const POLICY = '/usr/sbin/policy-rc.d';
const NEVER_START = '#!/bin/sh\nexit 101\n';

/** The first Debian release that carries a pgvector with halfvec and iterative scans. */
const SUITE = 'trixie';
const POSTGRES_PACKAGES = ['postgresql-17', 'postgresql-17-pgvector'];

export function canInstallOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Installs packages without letting any of them start a service, now or at the next boot. */
export async function installPackages(...packages: string[]): Promise<void> {
  const apt = (...args: string[]) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args], {
      env: { ...process.env, ...QUIET },
      maxBuffer: 64e6,
    });
  const alreadyForbidden = existsSync(POLICY);
  if (!alreadyForbidden) writeFileSync(POLICY, NEVER_START, { mode: 0o755 });
  try {
    const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
    // The package lists of a fresh image are empty or old.
    await install().catch(() => apt('update').then(install));
  } finally {
    if (!alreadyForbidden) rmSync(POLICY, { force: true });
  }
  if (existsSync('/run/systemd/system')) {
    for (const unit of packages) await run('systemctl', ['disable', '--now', unit]).catch(() => undefined);
  }
}

/**
 * The folder of a small Debian with PostgreSQL 17 + pgvector inside, made on first use (about 40 s, 700 MB).
 * A folder that was not finished is made again; two makers at once do not disturb each other.
 */
export async function debianWithPostgres(say: (line: string) => void): Promise<string> {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'jiebang');
  const target = path.join(cache, 'pg17');
  const complete = path.join(target, '.complete');
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const maker = /^pg17\.making-(\d+)$/.exec(name)?.[1];
    // What a killed maker left may still be written to for a while; then the next start removes it.
    if (maker && !existsSync(`/proc/${maker}`)) await removeTree(path.join(cache, name)).catch(() => undefined);
  }
  if (existsSync(complete) && existsSync(path.join(target, 'usr/lib/postgresql/17/bin/postgres'))) return target;
  say('正在准备 PostgreSQL 17 + pgvector（只需一次，约 40 秒，放在用户缓存目录里）…');
  if (!existsSync('/usr/sbin/debootstrap')) await installPackages('debootstrap');
  const making = path.join(cache, `pg17.making-${process.pid}`);
  try {
    await bootstrap(making);
    await removeTree(target);
    // Loses only against another maker that finished first, and then its folder is as good.
    await Promise.resolve()
      .then(() => renameSync(making, target))
      .catch((error: unknown) => {
        if (!existsSync(complete)) throw error;
      });
  } finally {
    await removeTree(making);
  }
  return target;
}

async function bootstrap(folder: string): Promise<void> {
  // Before anything is unpacked: the database package would start a server of its own on the host's network.
  mkdirSync(path.join(folder, 'usr/sbin'), { recursive: true });
  writeFileSync(path.join(folder, POLICY), NEVER_START, { mode: 0o755 });
  mkdirSync(path.join(folder, 'etc/postgresql-common'), { recursive: true });
  writeFileSync(path.join(folder, 'etc/postgresql-common/createcluster.conf'), 'create_main_cluster = false\n');
  const { mirror, proxy } = await aptSource();
  const env = { ...process.env, ...QUIET, ...(proxy ? { http_proxy: proxy } : {}) };
  const args = ['--variant=minbase', `--include=${POSTGRES_PACKAGES.join(',')}`, SUITE, folder, mirror];
  try {
    await run('/usr/sbin/debootstrap', args, { env, maxBuffer: 64e6 });
  } catch (error) {
    const log = path.join(folder, 'debootstrap/debootstrap.log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8') : String((error as { stdout?: string }).stdout ?? error);
    throw new Error(`debootstrap: ${lines.trim().split('\n').slice(-3).join(' | ')}`);
  }
  for (const folderOfPackages of ['var/cache/apt/archives', 'var/lib/apt/lists']) {
    rmSync(path.join(folder, folderOfPackages), { recursive: true, force: true });
  }
  chmodSync(path.join(folder, 'tmp'), 0o1777);
  writeFileSync(path.join(folder, '.complete'), `${SUITE} ${POSTGRES_PACKAGES.join(' ')}\n`);
}

/** The mirror and proxy this machine's own apt uses, so that nothing is fetched from a place its owner did not choose. */
async function aptSource(): Promise<{ mirror: string; proxy: string }> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(LABEL)';
  const { stdout: targets } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const rows = targets.split('\n').map((line) => line.split(' '));
  const debian = rows.find(
    ([, release, component, label]) => label === 'Debian' && component === 'main' && !release?.includes('-'),
  );
  const { stdout: proxy } = await run('apt-config', ['shell', 'PROXY', 'Acquire::http::Proxy']);
  return { mirror: debian?.[0] ?? 'http://deb.debian.org/debian/', proxy: /^PROXY='(.*)'/.exec(proxy)?.[1] ?? '' };
}

/** Removes a tree that may still have /proc or /dev mounted inside, left by a killed maker: those are detached, never emptied. */
async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts
    .filter((point) => point.startsWith(`${folder}/`))
    .sort()
    .reverse()) {
    await run('umount', ['--lazy', mount]);
  }
  await run('rm', ['-rf', '--one-file-system', folder]);
}
