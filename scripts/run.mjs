// The way into every command: makes a bare checkout runnable on any Node >= 18, then runs the command under Node 24. Must not import anything that has to be installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { consoleIsFresh, sourcesOfConsole } from './setup/console-stamp.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { withLock } from './setup/lock.mjs';
import { findNode, NODE_MAJOR } from './setup/node24.mjs';
import { Stop, say } from './setup/say.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inScripts = (name) => path.join('scripts', name);

/** What each command runs, whether it wants the browser pages built, and whether the next start finds its code compiled. */
const COMMANDS = {
  start: { file: path.join('src', 'main.ts'), console: true, keepsCompiled: true },
  test: {
    file: 'node_modules/vitest/vitest.mjs',
    args: ['run', '--project', 'default', '--project', 'browser'],
    console: true,
  },
  'test:production': { file: inScripts('test-production.ts'), console: true },
  'test:faults': { file: inScripts('faults.ts') },
  'test:baton': { file: inScripts('test-baton.ts') },
  check: { file: inScripts('check.ts') },
  bench: { file: inScripts('bench.ts') },
  eval: { file: inScripts('eval.ts') },
  staff: { file: inScripts('staff.ts') },
  content: { file: inScripts('content.ts') },
  doctor: { file: inScripts('doctor.ts') },
  simulate: { file: inScripts('simulate.ts') },
};

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (!command || !existsSync(path.join(root, 'package-lock.json'))) {
    const known = Object.keys(COMMANDS).join(' | ');
    throw new Stop(`用法：node scripts/run.mjs <${known}>`, `Usage: node scripts/run.mjs <${known}>`, 2);
  }
  await ensureDependencies(root);
  const node = findNode(root);
  if (!node) {
    throw new Stop(
      `需要 Node ${NODE_MAJOR} 或更新的版本，当前为 ${process.version}。请从 https://nodejs.org 安装后重新运行。`,
      `Node ${NODE_MAJOR} or newer is needed, this is ${process.version}. Install it from https://nodejs.org and run again.`,
    );
  }
  if (command.console) await ensureConsole(node);
  if (!existsSync(path.join(root, command.file))) {
    throw new Stop(
      `找不到 ${command.file}，请重新取一份完整的源码。`,
      `${command.file} is missing: get a complete checkout.`,
    );
  }
  const kept = command.keepsCompiled ? { NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'node') } : {};
  return run(node, [command.file, ...(command.args ?? []), ...args], 'inherit', kept);
}

async function ensureConsole(node) {
  if (consoleIsFresh(root) || !sourcesOfConsole(root)) return;
  await withLock(root, async () => {
    const stamp = sourcesOfConsole(root);
    if (consoleIsFresh(root)) return;
    say('正在构建网页…');
    // stdout belongs to the command itself (a caller may be reading it), so the build writes to stderr.
    const code = await run(node, [inScripts('build-console.ts'), stamp], ['ignore', process.stderr, process.stderr]);
    if (code !== 0) throw new Stop('网页构建失败，原因见上文。', 'Building the browser pages failed, see above.');
  });
}

/** Runs a file under the given Node, passes signals on, and answers with its exit code. What the shell has set stays. */
function run(node, argv, stdio, defaults = {}) {
  const preload = pathToFileURL(path.join(root, 'scripts', 'setup', 'stop-once.mjs')).href;
  const pathName = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const env = {
    ...defaults,
    ...process.env,
    [pathName]: [path.dirname(node), process.env[pathName]].filter(Boolean).join(path.delimiter),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--import', preload, ...argv], { cwd: root, stdio, env });
    const pass = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.once('error', (error) =>
      reject(new Stop(`无法启动 ${node}：${error.message}`, `Cannot start ${node}: ${error.message}`)),
    );
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      // Dying of the same signal tells the caller what a plain exit code cannot.
      if (signal) process.kill(process.pid, signal);
      resolve(code ?? 1);
    });
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
