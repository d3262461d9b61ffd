// The product as a child process group: starts it, waits until it is ready, kills it without warning. Knows nothing of its inside.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** The first start on a machine learns from the content, which takes minutes where others are busy. */
const READY_WITHIN_MS = 600_000;
const STOP_WITHIN_MS = 15_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface ProductOptions {
  port: number;
  dataDir: string;
  role: 'all' | 'web' | 'worker';
  env: Record<string, string>;
  /** Its output is appended here. */
  logFile: string;
}

export interface Product {
  /** @throws Error when it stopped by itself or is not ready in time, with the end of its log. */
  ready(): Promise<void>;
  /** SIGKILL to the whole group; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code, or null when it had to be killed after all. */
  stop(): Promise<number | null>;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // gone in between
  }
}

export function startProduct({ port, dataDir, role, env, logFile }: ProductOptions): Product {
  const log = openSync(logFile, 'a');
  const args = ['src/main.ts', '--port', String(port), '--data', dataDir, '--role', role];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, SAMPLE_HISTORY: 'off', ...env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const gone = ended(child);
  const logEnd = () => readFileSync(logFile, 'utf8').slice(-2000);

  return {
    async ready() {
      for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await pause(25)) {
        if (child.exitCode !== null) throw new Error(`the product stopped with ${child.exitCode}:\n${logEnd()}`);
        if (child.signalCode !== null) throw new Error(`the product was ended by ${child.signalCode}:\n${logEnd()}`);
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => null,
        );
        await answer?.arrayBuffer();
        if (answer?.ok) return;
      }
      throw new Error(`the product was not ready within ${READY_WITHIN_MS / 1000} s:\n${logEnd()}`);
    },
    async kill() {
      signalGroup(child, 'SIGKILL');
      await gone;
    },
    async stop() {
      signalGroup(child, 'SIGTERM');
      const tooLong = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_WITHIN_MS);
      await gone;
      clearTimeout(tooLong);
      return child.exitCode;
    },
  };
}

/** `npm run staff -- add`, asked of the running product. */
export async function addAgent(login: string, password: string, env: Record<string, string>): Promise<void> {
  const args = ['scripts/staff.ts', 'add', '--login', login, '--name', login, '--role', 'agent'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  child.stdin.end(`${password}\n`);
  await ended(child);
  if (child.exitCode !== 0) throw new Error(`adding ${login} failed: ${said}`);
}
