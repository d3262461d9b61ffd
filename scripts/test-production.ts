// Runs the production tests on real servers: starts them, hands their addresses to vitest by environment, stops them, keeps the exit code.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startProductionServers } from './production-servers.ts';

const root = path.dirname(import.meta.dirname);
const args = process.argv.slice(2);
/** For machines that must have the servers (continuous integration): a skip is then a failure. */
const required = args.includes('--require-servers');

await installWitness();
const servers = await startProductionServers();
if ('skipped' in servers) {
  console.error(`\n======== 已跳过生产环境测试 / PRODUCTION TESTS SKIPPED ========\n${servers.skipped}\n`);
  process.exit(required ? 1 : 0);
}
try {
  process.exitCode = await vitest(servers.databaseUrl, servers.redisUrl, servers.superuserUrl);
} finally {
  await servers.stop();
}

/** Programs of others that some production tests talk to; not part of what everybody installs. */
async function installWitness(): Promise<void> {
  const folder = path.join(root, 'test/witness');
  const lock = path.join(folder, 'package-lock.json');
  const stamp = path.join(folder, 'node_modules/.installed');
  const wanted = readFileSync(lock, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('正在安装测试用的第三方程序 / installing the programs of others that bear witness…');
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => npm.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`npm ci in test/witness ended with ${code}`);
  writeFileSync(stamp, wanted);
}

function vitest(databaseUrl: string, redisUrl: string, superuserUrl: string): Promise<number> {
  const own = args.filter((argument) => argument !== '--require-servers');
  const env = {
    ...process.env,
    TEST_DATABASE_URL: databaseUrl,
    TEST_REDIS_URL: redisUrl,
    ...(superuserUrl ? { TEST_SUPERUSER_URL: superuserUrl } : {}),
  };
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'production', ...own], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
