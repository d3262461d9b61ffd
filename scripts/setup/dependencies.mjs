// Installs the dependencies when the lock file says so, exactly once however many starters there are, and brings Node 24 where the machine has an older one.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { anyNode, findNode, NODE_MAJOR } from './node24.mjs';
import { Stop, say } from './say.mjs';

/** Scripts of dependencies are not run: the only one needed brings Node, and is run by name below. */
const INSTALL = [
  '--include=dev',
  '--include=optional',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** By environment, because the npm that brings Node is started by another npm. Unset, npm waits minutes before it admits that there is no network. */
const PATIENCE = {
  npm_config_prefer_offline: 'true',
  npm_config_fetch_retries: '1',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '4000',
  npm_config_progress: 'false',
};

const OUT_OF_REACH = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)\b/;
const BROKEN_OFF = /\b(ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT)\b/;

/** @param {string} root the checkout @throws {Stop} */
export async function ensureDependencies(root) {
  if (isFresh(root)) return;
  await withLock(root, async (lock) => {
    if (isFresh(root)) return;
    if (!installedByHand(root)) await install(root, lock);
    if (!findNode(root)) await bringNode(root, lock);
    const stamp = stampFile(root);
    writeFileSync(`${stamp}.new`, wanted(root));
    renameSync(`${stamp}.new`, stamp);
  });
}

const modules = (root) => path.join(root, 'node_modules');
const stampFile = (root) => path.join(modules(root), '.jiebang-installed');
const hiddenLock = (root) => path.join(modules(root), '.package-lock.json');

const wanted = (root) =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');

function isFresh(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === wanted(root);
  } catch {
    return false;
  }
}

/** Whoever ran npm themselves is not made to wait for it again: npm leaves a record of what it completed. */
function installedByHand(root) {
  try {
    const { packages: asked } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    const { packages: got } = JSON.parse(readFileSync(hiddenLock(root), 'utf8'));
    return Object.entries(asked).every(([folder, entry]) => {
      if (folder === '' || entry.extraneous || (entry.optional && !got[folder])) return true;
      const same = got[folder]?.version === entry.version && got[folder]?.integrity === entry.integrity;
      return same && existsSync(path.join(root, folder, 'package.json'));
    });
  } catch {
    return false;
  }
}

async function install(root, lock) {
  say('正在安装依赖（首次启动或依赖有更新，约需半分钟到几分钟）…');
  const begun = Date.now();
  // Both records go first, so that an installation broken off half-way can never pass for a whole one.
  for (const record of [stampFile(root), hiddenLock(root)]) rmSync(record, { force: true });
  let ended = await npm(root, lock, ['ci', ...INSTALL]);
  // npm has tried several times by itself: without a network, trying once more only doubles the wait for the answer.
  if (ended.code !== 0 && !OUT_OF_REACH.test(ended.errors)) {
    // A lock file written where the registry lacked a package for some other platform is refused by `npm ci`, not by
    // `npm install`, which takes the same locked versions and leaves the file as it is.
    const refused = /\bEUSAGE\b/.test(ended.errors);
    say(refused ? '锁文件与本机的软件包仓库不完全一致，改用 npm install 按锁定版本安装…' : '安装没有成功，再试一次…');
    ended = await npm(root, lock, refused ? ['install', '--no-save', ...INSTALL] : ['ci', ...INSTALL]);
  }
  if (ended.code !== 0) throw failure(ended);
  say(`依赖已就绪，用时 ${seconds(begun)} 秒。`);
}

async function bringNode(root, lock) {
  const begun = Date.now();
  say(`本机的 Node 是 ${process.version}，程序需要 ${NODE_MAJOR}：正在把它取到 node_modules 里（不影响系统）…`);
  let ended = await npm(root, lock, ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  const script = path.join(modules(root), 'node', 'installArchSpecificPackage.js');
  // An npm that refuses scripts nobody has approved rebuilds nothing and says so only in passing.
  if (!findNode(root) && existsSync(script)) {
    ended = await tracked(root, lock, anyNode(), [script], path.dirname(script));
  }
  if (findNode(root)) return say(`Node ${NODE_MAJOR} 已就绪，用时 ${seconds(begun)} 秒。`);
  throw new Stop(
    `需要 Node ${NODE_MAJOR}，当前为 ${process.version}，也没能自动取得。请从 https://nodejs.org 安装 Node ${NODE_MAJOR} 后重新运行。`,
    `Node ${NODE_MAJOR} is needed, this is ${process.version}, and fetching it failed. Install it from https://nodejs.org and run again.${tail(ended.errors)}`,
  );
}

function failure({ code, errors }) {
  if (code === 'ENOENT') {
    return new Stop(
      '找不到 npm 命令，请先安装 Node.js（自带 npm）。',
      'npm was not found: install Node.js, which brings it.',
    );
  }
  if (OUT_OF_REACH.test(errors) || BROKEN_OFF.test(errors)) {
    return new Stop(
      '依赖没有装上：连不上软件包仓库。请检查网络或代理设置，然后重新运行同一条命令。',
      'The dependencies could not be installed: the package registry is out of reach. Check the network or proxy, then run the same command again.',
    );
  }
  if (/\bENOSPC\b/.test(errors)) {
    return new Stop(
      '依赖没有装上：磁盘空间不足（约需 1 GB）。',
      'The dependencies could not be installed: the disk is full (about 1 GB is needed).',
    );
  }
  return new Stop(
    `依赖没有装上（npm 退出码 ${code}）。请按下面的提示处理，然后重新运行同一条命令。`,
    `The dependencies could not be installed (npm exit code ${code}). Mend what is said below, then run the same command again.${tail(errors)}`,
  );
}

const tail = (errors) => (errors.trim() ? `\n${errors.trim().split('\n').slice(-12).join('\n')}` : '');
const seconds = (begun) => ((Date.now() - begun) / 1000).toFixed(1);

function npm(root, lock, args) {
  // Set by npm for what it runs; other package managers set it too, and cannot be asked for `ci`.
  const cli = process.env.npm_execpath ?? '';
  if (/npm-cli\.[cm]?js$/.test(cli) && existsSync(cli)) return tracked(root, lock, anyNode(), [cli, ...args], root);
  return tracked(root, lock, process.platform === 'win32' ? 'npm.cmd' : 'npm', args, root);
}

/** Runs a child whose pid is on record, so that after a kill of this process the next one waits for it. */
function tracked(root, lock, file, args, cwd) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32' && file.endsWith('.cmd');
    const env = { ...process.env, ...PATIENCE };
    const child = spawn(file, args, { cwd, shell, env, stdio: ['ignore', 'ignore', 'pipe'] });
    if (child.pid) lock.watch(child.pid);
    let errors = '';
    let stopped;
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-8000);
    });
    const progress = showProgress(root);
    const stop = (signal) => {
      stopped = signal;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, stop);
    const finish = (code) => {
      progress.end();
      for (const signal of signals) process.off(signal, stop);
      if (stopped)
        reject(new Stop('安装已中断，再次运行会重新开始。', 'Installation interrupted; run again to start over.', 130));
      else resolve({ code, errors });
    };
    child.once('error', (error) => finish(error.code));
    child.once('close', (code, signal) => finish(code ?? signal));
  });
}

/** A line that moves on a terminal; elsewhere a line every ten seconds, so that nobody takes the wait for a hang. */
function showProgress(root) {
  const begun = Date.now();
  const live = process.stderr.isTTY;
  const timer = setInterval(
    () => {
      let folders = 0;
      try {
        folders = readdirSync(modules(root)).length;
      } catch {
        // Not there yet.
      }
      const line = `  已用 ${Math.round((Date.now() - begun) / 1000)} 秒，已展开 ${folders} 个目录`;
      process.stderr.write(live ? `\r${line} ` : `${line}\n`);
    },
    live ? 500 : 10_000,
  );
  return {
    end() {
      clearInterval(timer);
      if (live) process.stderr.write('\r\x1b[K');
    },
  };
}
