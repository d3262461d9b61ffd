// Transactions in the name of one shop: row-level security reads `app.shop_id`, which lives as long as the transaction.
import type { Writable } from 'node:stream';
import type pg from 'pg';

const conflictCodes = new Set(['40001', '40P01']); // serialization failure, deadlock
const conflictAttemptsDefault = 4;
const conflictPauseMs = 10;

const setShop = `SELECT set_config('app.shop_id', $1, true)`;

/**
 * Runs `work` in one transaction that sees and changes rows of this shop only. Commits when it returns, rolls back
 * when it throws. Nothing but the database may be awaited in it: an open transaction stops everyone else.
 */
export async function inShop<T>(
  pool: pg.Pool,
  shopId: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return withClient(pool, async (client) => {
    try {
      const result = await begunWith(client, shopId, work);
      if (client.getTransactionStatus() !== 'I') mustBeSaved(await client.query('COMMIT'));
      return result;
    } catch (error) {
      // A client that cannot roll back is still in its transaction, and withClient destroys it.
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  });
}

/** COMMIT of a failed transaction is answered with ROLLBACK and no error; the caller must not think it is saved. */
function mustBeSaved({ command }: pg.QueryResult): void {
  if (command !== 'COMMIT')
    throw new Error('the transaction was rolled back: a statement in it had failed and the error was swallowed');
}

/**
 * The last of what `work` does in its transaction: what everybody else waits for is written and saved in one trip, and
 * no lock on it is held while an answer travels to a busy process and back. @throws the first error; nothing is saved then
 */
export async function commitWith(client: pg.PoolClient, queries: readonly pg.QueryConfig[]): Promise<void> {
  const results = await inOneTrip(client, [...queries, { text: 'COMMIT' }]);
  mustBeSaved(results.at(-1)!);
}

/**
 * Begins, and lets `work` ask its first question behind it in the same write: nobody waits for the answer to BEGIN alone.
 * Should beginning fail, so does the question: no shop is set, and the policies of the tables show and take nothing.
 */
async function begunWith<T>(client: pg.PoolClient, shopId: string, work: (client: pg.PoolClient) => Promise<T>) {
  const begin = () => inOneTrip(client, [{ text: 'BEGIN' }, { text: setShop, values: [shopId] }]);
  if (!client.pipeline) {
    await begin();
    return work(client);
  }
  const [begun, worked] = inOneWrite(client, () => [begin(), work(client)] as const);
  const [beginning] = await Promise.allSettled([begun, worked]);
  if (beginning.status === 'rejected') throw beginning.reason;
  return worked;
}

/** `inShop`, again when it lost against another transaction. `work` must have no effect outside of the database. */
export const retryInShop = <T>(
  pool: pg.Pool,
  shopId: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> => retryOnConflict(() => inShop(pool, shopId, work));

/** How one read is planned: settings that hold in its transaction alone, and a name under which the server keeps its plan. */
export interface ReadOptions {
  settings?: Readonly<Record<string, string>>;
  name?: string;
}

/** One read in the name of a shop, in one round trip. The transaction is read-only. */
export async function shopQuery<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  shopId: string,
  sql: string,
  values: readonly unknown[] = [],
  options: ReadOptions = {},
): Promise<pg.QueryResult<Row>> {
  const more = Object.entries(options.settings ?? {}).map(
    ([name, value]) => `, set_config('${name}', '${value}', true)`,
  );
  return withClient(pool, async (client) => {
    const queries = [
      { text: 'BEGIN READ ONLY' },
      { text: setShop + more.join(''), values: [shopId] },
      { text: sql, values: [...values], ...(options.name === undefined ? {} : { name: options.name }) },
      { text: 'COMMIT' },
    ];
    const results = await inOneTrip(client, queries);
    return results[2] as pg.QueryResult<Row>;
  });
}

/**
 * Runs again what lost against another transaction (serialization failure or deadlock), a bounded number of times.
 * `work` must start its own transaction and have no effect outside of it.
 */
export async function retryOnConflict<T>(work: () => Promise<T>, attemptsMax = conflictAttemptsDefault): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      if (attempt >= attemptsMax || !code || !conflictCodes.has(code)) throw error;
      // Both losers coming back at the same moment would collide again.
      const pauseMs = conflictPauseMs * 2 ** attempt * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** A client whose connection broke, or that could not roll back, is destroyed and not given back. */
async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken ??= error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } finally {
    client.removeListener('error', onError);
    if (!broken && client.getTransactionStatus() !== 'I') broken = new Error('given back in a transaction');
    client.release(broken);
  }
}

/** Whatever is sent meanwhile leaves in one piece: each write is a system call, and wakes the other side for itself. */
function inOneWrite<T>(client: pg.PoolClient, send: () => T): T {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Sends all queries before waiting for the first answer; throws the first error when all have been answered. */
export async function inOneTrip(client: pg.PoolClient, queries: pg.QueryConfig[]): Promise<pg.QueryResult[]> {
  if (!client.pipeline) {
    const results: pg.QueryResult[] = [];
    for (const query of queries) results.push(await client.query(query));
    return results;
  }
  const settled = await Promise.allSettled(inOneWrite(client, () => queries.map((query) => client.query(query))));
  const results: pg.QueryResult[] = [];
  for (const one of settled) {
    if (one.status === 'rejected') throw one.reason;
    results.push(one.value);
  }
  return results;
}
