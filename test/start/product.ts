// The real start as a person sees it: `src/main.ts` as a child process in a folder of its own choosing, its words and its exit code.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const READY = /接棒已就绪：(http\S+)/;
/** The first start on a machine learns for a minute; a loaded one for longer. */
const READY_WITHIN_MS = 300_000;

export interface Started {
  child: ChildProcess;
  /** All it has said so far, both streams. */
  said(): string;
  /** The address, once it is ready; null when it ended before. */
  ready(): Promise<string | null>;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** A start with nothing from our own environment but what a program needs to run. */
export function start(args: readonly string[], options: { root?: string; env?: Record<string, string> } = {}): Started {
  const root = options.root ?? ROOT;
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TZ: 'UTC',
      SAMPLE_HISTORY: 'off',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk.toString('utf8');
    for (const look of waiting) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    // `close`, not `exit`: its last words have been read by then
    child.once('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  return {
    child,
    said: () => text,
    ended,
    async ready() {
      let timer: NodeJS.Timeout | undefined;
      const address = new Promise<string>((resolve, reject) => {
        const look = () => {
          const found = READY.exec(text);
          if (found) resolve(found[1]!);
        };
        waiting.add(look);
        look();
        timer = setTimeout(
          () => reject(new Error(`not ready within ${READY_WITHIN_MS} ms:\n${text}`)),
          READY_WITHIN_MS,
        );
      });
      const first = await Promise.race([address, ended.then(() => null)]);
      clearTimeout(timer);
      return first;
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
}

/** The parts of the project a start needs, in another folder, so that a test may spoil them. */
export function copyProject(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of ['src', 'intents', 'faq-corpus', 'package.json'])
    cpSync(path.join(ROOT, part), path.join(to, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(to, 'node_modules'));
}
