// The queue and the live hints, on Redis or in the database; the rows are the truth and these may be lost.
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { type Live, openLive } from './queue/live.ts';
import { openQueues, type QueueConnection, type Queues } from './queue/queues.ts';

export async function openHints(
  database: Database,
  config: Config,
  onError: (error: unknown, where: string) => void,
): Promise<{ queues: Queues; live: Live }> {
  const connection: QueueConnection = config.REDIS_URL
    ? { kind: 'redis', url: config.REDIS_URL }
    : { kind: 'postgres', pool: database.queuePool(), owner: database.ownerPool() };
  const queues = await openQueues(connection, (e) => onError(e, 'queue'));
  // one process with its own database tells itself
  const live = await openLive(database.mode === 'server' ? connection : null, (e) => onError(e, 'live'));
  return { queues, live };
}
