// Runs the production tests on real servers: starts them, hands their addresses to vitest by environment, stops them, keeps the exit code.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { startProductionServers } from './production-servers.ts';

const root = path.dirname(import.meta.dirname);
const args = process.argv.slice(2);
/** For machines that must have the servers (continuous integration): a skip is then a failure. */
const required = args.includes('--require-servers');

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
