// BullMQ's PostgreSQL backend over queuePool(): jobs are done, at once, while the rest of the product works beside it.

import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { createRoles, createServerDatabase, pause, serverUrl, until } from './harness.ts';

const modes = serverUrl ? ['embedded', 'server'] : ['embedded'];

describe.each(modes)('%s', (mode) => {
  let database: Database;
  let drop = async () => {};
  const opened: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    if (mode === 'server') {
      const made = await createServerDatabase();
      drop = made.drop;
      database = await openDatabase({ url: made.url });
    } else {
      database = await openDatabase();
    }
    await createRoles(database);
    const client = await database.ownerPool().connect();
    await runMigrations(client, 'bullmq');
    await client.query(`GRANT ALL ON SCHEMA bullmq TO jiebang_queue;
      GRANT ALL ON ALL TABLES IN SCHEMA bullmq TO jiebang_queue;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA bullmq TO jiebang_queue;
      CREATE TABLE side_work (id bigint GENERATED ALWAYS AS IDENTITY, note text);
      GRANT ALL ON side_work TO jiebang_app`);
    client.release();
  }, 60_000);

  afterAll(async () => {
    for (const one of opened.reverse()) await one.close();
    await database.close();
    await drop();
  }, 30_000);

  /** BullMQ types its connection for Redis; the backend takes the pool. */
  const connection = () => database.queuePool() as never;
  function openQueue(name: string): Queue {
    const queue = new Queue(name, { connection: connection() }, createPostgresBackend as never);
    queue.on('error', () => {});
    opened.push(queue);
    return queue;
  }
  async function openWorker(name: string, work: (data: Record<string, number>, attempt: number) => Promise<void>) {
    const worker = new Worker(
      name,
      async (job) => work(job.data, job.attemptsMade),
      { connection: connection(), concurrency: 5, drainDelay: 30 },
      createPostgresBackend as never,
    );
    worker.on('error', () => {});
    opened.push(worker);
    await worker.waitUntilReady();
    await pause(100); // until it has gone to sleep on an empty queue
    return worker;
  }

  test('an idle worker is woken at once, and every job is done once', async () => {
    const queue = openQueue('wake');
    const done = new Map<number, number>();
    const waits: number[] = [];
    await openWorker('wake', async ({ n, at }) => {
      waits.push(performance.now() - (at as number));
      done.set(n as number, (done.get(n as number) ?? 0) + 1);
    });
    for (let n = 0; n < 20; n++) {
      await queue.add('job', { n, at: performance.now() });
      await until(() => done.has(n), 8_000);
      await pause(20);
    }
    expect([...done.values()]).toEqual(Array(20).fill(1));
    waits.sort((a, b) => a - b);
    console.log(`${mode}: idle wake-up ms, median ${waits[10]?.toFixed(1)}, worst ${waits.at(-1)?.toFixed(1)}`);
    // Without a working LISTEN it would be seconds; the bound leaves room for a busy machine.
    expect(waits[10]).toBeLessThan(250);
  }, 60_000);

  test('bursts, bulk, delays and retries beside transactions of the product', async () => {
    const queue = openQueue('burst');
    const done: number[] = [];
    await openWorker('burst', async ({ n }, attempt) => {
      if (n === 7 && attempt === 0) throw new Error('not the first time');
      done.push(n as number);
    });
    const sideWork = Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let at = 0; at < 25; at++) {
          const client = await database.pool.connect();
          await client.query('BEGIN');
          await client.query('INSERT INTO side_work (note) VALUES ($1)', ['x']);
          await client.query('COMMIT');
          client.release();
        }
      }),
    );
    const options = { attempts: 3, backoff: { type: 'fixed', delay: 50 }, removeOnComplete: true };
    const added = Promise.all(Array.from({ length: 50 }, (_, n) => queue.add('one', { n }, options)));
    await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'bulk', data: { n: 50 + n }, opts: options })));
    await queue.add('late', { n: 100 }, { ...options, delay: 300 });
    await Promise.all([added, sideWork]);
    await until(() => done.length >= 101, 20_000);
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 101 }, (_, n) => n));
    const { rows } = await database.ownerPool().query('SELECT count(*)::int AS count FROM side_work');
    expect(rows[0].count).toBe(100);
  }, 60_000);

  test('two workers share a queue, and another queue is not disturbed', async () => {
    const queue = openQueue('shared');
    const seen: number[] = [];
    const strays: number[] = [];
    await openWorker('shared', async ({ n }) => void seen.push(n as number));
    await openWorker('shared', async ({ n }) => void seen.push(n as number));
    await openWorker('elsewhere', async ({ n }) => void strays.push(n as number));
    await Promise.all(Array.from({ length: 100 }, (_, n) => queue.add('job', { n })));
    await until(() => seen.length >= 100, 20_000);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(strays).toEqual([]);
  }, 60_000);
});
