// Runs the simulated agents on a thread of their own: people are not in the server's process, and must not take its time.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openDatabase } from '../../src/db/database.ts';
import { type Counts, type Life, liveAsAgents } from './agents.ts';

type Data = Pick<Life, 'base' | 'shopId' | 'agents'> & { databaseUrl: string };

export interface Lived extends Counts {
  /** Who came online, and when, by the database's clock. */
  came: Life['came'];
}

/** The agents live until `stop` is called, which resolves to what they did. */
export function liveBeside(data: Data): { stop(): Promise<Lived> } {
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  const done = once(worker, 'message') as Promise<[Lived]>;
  done.catch(() => {}); // told to whoever stops them
  return {
    async stop() {
      worker.postMessage('stop');
      const [lived] = await done;
      return lived;
    },
  };
}

async function live({ databaseUrl, ...life }: Data): Promise<Lived> {
  const database = await openDatabase({ url: databaseUrl });
  const stop = new AbortController();
  parentPort!.once('message', () => stop.abort());
  const came: Life['came'] = [];
  const owner = database.ownerPool();
  const counts = await liveAsAgents({ ...life, pool: database.pool, owner, came, signal: stop.signal });
  await database.close();
  return { ...counts, came };
}

if (!isMainThread) parentPort!.postMessage(await live(workerData as Data));
