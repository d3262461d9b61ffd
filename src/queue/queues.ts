// BullMQ in both modes behind four named queues. Knows jobs as ids with a clock; what they mean is decided in jobs/.
import { createPostgresBackend, ErrorCode, Queue, runMigrations, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from '../db/database.ts';

export const QUEUES = ['handoff', 'timer', 'delivery', 'hooks'] as const;
export type QueueName = (typeof QUEUES)[number];

/** A job carries ids only; its rows are read again when it runs. */
export interface JobData {
  kind: string;
  shopId: string;
  id: string;
}

export interface JobOptions {
  delayMs?: number;
  /** Part of the job's id, so that a new attempt is not swallowed by an old job. */
  attempt?: number;
  /** 1 is first; 0 is BullMQ's "no priority", which is before 1. */
  priority?: number;
}

export interface Queues {
  /** A hint: never throws and never waits longer than a second; lost ones are rebuilt from rows by the reconciler. */
  add(queue: QueueName, job: JobData, options?: JobOptions): Promise<boolean>;
  /** Starts the workers. Failed jobs are logged and dropped: the row is the truth and comes back through the reconciler. */
  work(handlers: Record<QueueName, (job: JobData) => Promise<void>>): void;
  counts(): Promise<Record<QueueName, Record<string, number>>>;
  close(): Promise<void>;
}

/** `owner` makes BullMQ's tables (it asks for CREATE on the database); `pool` works with them as the queue's own role. */
export type QueueConnection = { kind: 'postgres'; pool: Pool; owner: Pool } | { kind: 'redis'; url: string };

const ADD_DEADLINE_MS = 1_000;
const CONCURRENCY: Record<QueueName, number> = { handoff: 2, timer: 2, delivery: 8, hooks: 8 };

interface Handles {
  queue(name: QueueName): Queue;
  worker(name: QueueName, run: (job: { data: JobData }) => Promise<void>): Worker;
  end(): Promise<void>;
}

const KEEP_NOTHING = { removeOnComplete: true, removeOnFail: true } as const; // a kept job blocks its id for ever

async function postgresHandles(pool: Pool, owner: Pool): Promise<Handles> {
  const client = await owner.connect();
  try {
    await runMigrations(client, 'bullmq');
    for (const what of ['tables', 'sequences', 'functions']) {
      await client.query(`grant all on all ${what} in schema bullmq to jiebang_queue`);
    }
  } finally {
    client.release();
  }
  return {
    queue: (name) =>
      new Queue(name, { connection: pool, defaultJobOptions: KEEP_NOTHING }, createPostgresBackend) as unknown as Queue,
    worker: (name, run) =>
      new Worker(
        name,
        run,
        { connection: pool, concurrency: CONCURRENCY[name] },
        createPostgresBackend,
      ) as unknown as Worker,
    end: async () => {},
  };
}

function redisHandles(url: string, onError: (error: Error) => void): Handles {
  // Producers fail fast when Redis is away (the reconciler makes up for it); workers wait for it to come back.
  const producer = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: true, connectTimeout: 3_000 });
  const consumer = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: 3_000 });
  for (const client of [producer, consumer]) client.on('error', onError);
  return {
    queue: (name) => new Queue(name, { connection: producer, defaultJobOptions: KEEP_NOTHING }),
    worker: (name, run) => new Worker(name, run, { connection: consumer, concurrency: CONCURRENCY[name] }),
    end: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

/** Says of whoever still works at a lost job; the library gives it no code. */
const NOT_RENEWED = /^could not renew lock for job /;

/** The queue was emptied, or somebody else took the job over, while it ran. What it asked for is done; the rest comes back from rows. */
const isLostHint = (error: Error & { code?: unknown }): boolean =>
  error.code === ErrorCode.JobNotExist || error.code === ErrorCode.JobLockNotExist || NOT_RENEWED.test(error.message);

const within = <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
};

/** Opens the queues. @throws when the PostgreSQL backend cannot be migrated; Redis may be away and come later. */
export async function openQueues(connection: QueueConnection, onError: (error: Error) => void): Promise<Queues> {
  const handles =
    connection.kind === 'postgres'
      ? await postgresHandles(connection.pool, connection.owner)
      : redisHandles(connection.url, onError);
  let closing = false;
  // while closing, a worker's last look at a connection that is going away is no news
  const report = (error: Error) => {
    if (!closing) onError(error);
  };
  const queues = Object.fromEntries(QUEUES.map((name) => [name, handles.queue(name)])) as Record<QueueName, Queue>;
  for (const queue of Object.values(queues)) queue.on('error', report);
  const workers: Worker[] = [];
  return {
    async add(name, job, { delayMs = 0, attempt = 0, priority } = {}) {
      const options = {
        jobId: `${job.kind}-${job.shopId}-${job.id}-${attempt}`,
        delay: delayMs,
        ...(priority ? { priority } : {}),
      };
      try {
        await within(queues[name].add(job.kind, job, options), ADD_DEADLINE_MS);
        return true;
      } catch (error) {
        report(error as Error);
        return false;
      }
    },
    work(handlers) {
      for (const name of QUEUES) {
        const worker = handles.worker(name, (job) => handlers[name](job.data));
        worker.on('error', (error) => {
          if (!isLostHint(error)) report(error);
        });
        worker.on('failed', (_job, error) => report(error));
        workers.push(worker);
      }
    },
    async counts() {
      const entries = await Promise.all(
        QUEUES.map(async (name) => [name, await within(queues[name].getJobCounts(), 3 * ADD_DEADLINE_MS)] as const),
      );
      return Object.fromEntries(entries) as Record<QueueName, Record<string, number>>;
    },
    async close() {
      closing = true;
      await Promise.allSettled(workers.map((w) => within(w.close(), 5_000)));
      await Promise.allSettled(Object.values(queues).map((q) => within(q.close(), 2_000)));
      await handles.end();
    },
  };
}
