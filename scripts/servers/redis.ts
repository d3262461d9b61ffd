// A private Redis for tests that keeps nothing on disk: stopping it loses everything, which is what the tests want to see.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, openPrivateFolder } from './private-folder.ts';

const START_WITHIN_MS = 20_000;

export interface PrivateRedis {
  url: string;
  /** SIGKILL: what was only in memory is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function redisInstalled(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function startRedis(): Promise<PrivateRedis> {
  const folder = openPrivateFolder(os.tmpdir(), 'redis.pid');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}/0`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    if (server) return;
    const settings = {
      port: String(port),
      bind: '127.0.0.1',
      dir: folder.path,
      pidfile: `${folder.path}/redis.pid`,
      save: '',
      appendonly: 'no',
      // Any other policy drops queue keys under pressure.
      'maxmemory-policy': 'noeviction',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn('redis-server', args, { stdio: 'ignore', cwd: folder.path });
    server = child;
    const until = Date.now() + START_WITHIN_MS;
    while (!(await answers(url))) {
      if (child.exitCode !== null || Date.now() > until) throw new Error('redis-server did not start');
      await sleep(30);
    }
  }

  async function kill(): Promise<void> {
    const child = server;
    server = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  try {
    await start();
  } catch (error) {
    await kill();
    folder.remove();
    throw error;
  }
  return {
    url,
    kill,
    start,
    async stop() {
      await kill();
      folder.remove();
    },
  };
}

/** Everything in every database of the server. */
export async function flush(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
