// A checkout in a temporary folder with the real starter, a program of one line, and an npm that only pretends: a shell script that keeps a diary.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when the text so far contains the words. */
  says(words: string): Promise<void>;
  done: Promise<Ran>;
}

export interface RunOptions {
  input?: string;
  /** Over the environment of the tests and the pretending npm. */
  env?: Record<string, string>;
  /** Pretend to be this version of Node. */
  asVersion?: string;
  /** Another Node than that of the tests. */
  node?: string;
  /** In a process group of its own, as a terminal or a supervisor starts it. */
  ownGroup?: boolean;
}

export interface Checkout {
  root: string;
  write(file: string, text: string): void;
  read(file: string): string;
  has(file: string): boolean;
  /** What npm was asked, one line each, without the general options. */
  asked(): string[];
  /** Shell lines that npm runs for `ci`, `install` or `rebuild`. */
  npmDoes(what: { ci?: string; install?: string; rebuild?: string }): void;
  start(args: string[], options?: RunOptions): Running;
  run(args: string[], options?: RunOptions): Promise<Ran>;
}

export const UNPACK = 'mkdir -p node_modules/left-pad && echo "{}" > node_modules/left-pad/package.json';

export function newCheckout(): Checkout {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'jiebang-start-'));
  const root = path.join(folder, 'shop');
  const bin = path.join(folder, 'bin');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const file of ['scripts/run.mjs', 'scripts/setup']) {
    cpSync(path.join(repository, file), path.join(root, file), { recursive: true });
  }
  const checkout: Checkout = {
    root,
    write(file, text) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    },
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    has: (file) => existsSync(path.join(root, file)),
    asked: () =>
      existsSync(path.join(folder, 'asked')) ? readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n') : [],
    npmDoes({ ci = UNPACK, install = 'exit 1', rebuild = 'true' }) {
      mkdirSync(bin, { recursive: true });
      const lines = [
        '#!/bin/sh',
        `echo "$1 $2" >> '${folder}/asked'`,
        'case "$1" in',
        `ci) rm -rf node_modules\n${ci}\n;;`,
        `install) ${install}\n;;`,
        `rebuild) [ "$3" = --ignore-scripts=false ] || exit 9\n${rebuild}\n;;`,
        'esac',
      ];
      // Beside and then over the old one: a shell that still reads it must not find the new text in the middle.
      writeFileSync(path.join(bin, 'npm.new'), lines.join('\n'), { mode: 0o755 });
      rmSync(path.join(bin, 'npm'), { force: true });
      cpSync(path.join(bin, 'npm.new'), path.join(bin, 'npm'));
    },
    start: (args, options = {}) => start(root, bin, args, options),
    run: (args, options = {}) => start(root, bin, args, options).done,
  };
  checkout.write('package-lock.json', lockWith('1.0.0'));
  checkout.write('src/main.ts', PROGRAM);
  checkout.npmDoes({});
  return checkout;
}

export const lockWith = (version: string): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/left-pad': { version, integrity: 'sha512-x' } },
  });

/** Says what it was given; `exit N` ends with that code, `serve` waits for a signal and counts them. */
const PROGRAM = `
const args: string[] = process.argv.slice(2);
console.log(JSON.stringify({ args, node: process.execPath, first: process.env.PATH?.split(':')[0] }));
if (args[0] === 'exit') process.exit(Number(args[1]));
if (args[0] === 'echo') process.stdin.pipe(process.stdout);
if (args[0] === 'serve') {
  let signals = 0;
  process.on('SIGTERM', () => {
    signals += 1;
    if (signals === 1) setTimeout(() => { console.log('signals ' + signals); process.exit(7); }, 600);
  });
  console.log('serving');
  setInterval(() => {}, 1000);
}
`;

function start(root: string, bin: string, args: string[], options: RunOptions): Running {
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...options.env };
  // The tests are themselves run by an npm; theirs is the one of this checkout.
  delete env.npm_execpath;
  delete env.NODE_OPTIONS;
  const pretend = `data:text/javascript,Object.defineProperty(process,"version",{value:"${options.asVersion}"})`;
  const child = spawn(
    options.node ?? process.execPath,
    [...(options.asVersion ? ['--import', pretend] : []), 'scripts/run.mjs', ...args],
    {
      cwd: root,
      env,
      detached: options.ownGroup ?? false,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const done = new Promise<Ran>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    child,
    done,
    async says(words) {
      for (const until = Date.now() + 15_000; !`${stdout}${stderr}`.includes(words); ) {
        if (Date.now() > until) throw new Error(`never said "${words}": ${stdout}${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Makes the packages of this repository resolvable from the checkout. */
export function linkPackages(checkout: Checkout): void {
  symlinkSync(path.join(repository, 'node_modules'), path.join(checkout.root, 'node_modules'));
  cpSync(path.join(repository, 'scripts/build-console.ts'), path.join(checkout.root, 'scripts/build-console.ts'));
}
