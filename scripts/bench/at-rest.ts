// The program as `npm start` runs it: how long until it is ready, how much memory it keeps when nobody asks. Knows nothing of load.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.resolve(import.meta.dirname, '../..');
const READY_WITHIN_MS = 300_000;
/** Timers of the start (reconciler, listeners) have run at least once by then. */
const REST_MS = 3_000;

export interface AtRest {
  /** From the start of the process to the first 200 of /readyz. */
  startMs: number;
  rssBytes: number;
  /** It had to learn its models first, which happens once per machine and content. */
  learned: boolean;
}

async function ready(base: string, failed: () => string | null): Promise<void> {
  for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until; await sleep(5)) {
    const why = failed();
    if (why !== null) throw new Error(why);
    const answer = await fetch(`${base}/readyz`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
  }
  throw new Error(`not ready within ${READY_WITHIN_MS / 1000} s`);
}

/** Starts it, waits, asks for its memory, stops it. */
export async function startAndRest(options: {
  dataDir: string;
  port: number;
  env: Record<string, string>;
}): Promise<AtRest> {
  const probe = path.join(import.meta.dirname, 'probe.ts');
  const args = ['--expose-gc', '--import', probe, 'src/main.ts', '--port', String(options.port)];
  const began = performance.now();
  const child = spawn(process.execPath, [...args, '--data', options.dataDir], {
    cwd: ROOT,
    env: { ...process.env, SAMPLE_HISTORY: 'off', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (said += String(chunk)));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await ready(`http://127.0.0.1:${options.port}`, () =>
      child.exitCode === null ? null : `the program stopped with ${child.exitCode}:\n${said.slice(-2_000)}`,
    );
    const startMs = performance.now() - began;
    await sleep(REST_MS);
    const rssBytes = await new Promise<number>((resolve, reject) => {
      child.once('message', (rss) => resolve(rss as number));
      child.once('exit', () => reject(new Error(`the program stopped at rest:\n${said.slice(-2_000)}`)));
      child.send('rss');
    });
    return { startMs, rssBytes, learned: said.includes('学习进度') };
  } finally {
    child.kill('SIGTERM');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(tooLong);
  }
}
