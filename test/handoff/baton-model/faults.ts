// Pools that fail at a chosen moment: a connection cut in the middle of a transaction, and a lock that did not hold. Knows nothing of the baton.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import type { Pool } from '../../../src/db/database.ts';

type Query = (...args: unknown[]) => Promise<unknown>;

const textOf = (query: unknown): string =>
  (typeof query === 'string' ? query : ((query as { text?: string }).text ?? '')).trim();

/** The client with another `query`; everything else is the client's own. */
function withQuery(client: pg.PoolClient, query: Query): pg.PoolClient {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'query') return query;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function poolOf(pool: Pool, wrap: (client: pg.PoolClient) => pg.PoolClient): Pool {
  const connect = async () => wrap(await pool.connect());
  const query: Query = async (...args) => {
    const client = await connect();
    let broken = true;
    try {
      const result = await (client.query as unknown as Query)(...args);
      broken = false;
      return result;
    } finally {
      client.release(broken);
    }
  };
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return connect;
      if (name === 'query') return query;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export interface CutPool {
  pool: Pool;
  /** `before`: nothing of it may be there afterwards. `at`: it was committed, and nobody heard of it. */
  cut(): 'not-reached' | 'before' | 'at';
}

/** What commits: the word itself, or the one statement of what happens in a single round trip. */
const LASTS = /^(?:commit|select (?:claim_turn|commit_turn|claim_outbox|ord))\b/i;

/** Until the client has seen it too: given back before that, it would fail whoever borrows it next. */
async function destroyed(stream: Duplex): Promise<void> {
  const closed = once(stream, 'close');
  stream.destroy();
  await closed;
}

/** The connection is gone at its nth query; of one that commits only the answer is lost. */
export function cutAt(pool: Pool, nth: number): CutPool {
  let cut: ReturnType<CutPool['cut']> = 'not-reached';
  let count = 0;
  const wrapped = poolOf(pool, (client) => {
    const stream = (client as unknown as { connection: { stream: Duplex } }).connection.stream;
    return withQuery(client, async (...args) => {
      count += 1;
      if (count !== nth) return (client.query as unknown as Query)(...args);
      const text = textOf(args[0]);
      if (!LASTS.test(text)) {
        // nothing is left to undo: whoever was refused hears why
        cut = text === 'ROLLBACK' ? 'not-reached' : 'before';
        await destroyed(stream);
        return (client.query as unknown as Query)(...args);
      }
      cut = 'at';
      await (client.query as unknown as Query)(...args);
      await destroyed(stream);
      throw new Error('the connection was gone before the answer came');
    });
  });
  return { pool: wrapped, cut: () => cut };
}

/** Slips a statement in right before the first one that matches, as if somebody had passed the lock. */
export function slippedIn(pool: Pool, before: RegExp, statement: { text: string; values: unknown[] }): Pool {
  let done = false;
  return poolOf(pool, (client) =>
    withQuery(client, (...args) => {
      if (!done && before.test(textOf(args[0]))) {
        done = true;
        void client.query(statement.text, statement.values).catch(() => {}); // its failure fails what follows
      }
      return (client.query as unknown as Query)(...args);
    }),
  );
}

/** Tells the values of every statement that matches, and changes nothing. */
export function overheard(pool: Pool, matching: RegExp, tell: (values: unknown[]) => void): Pool {
  return poolOf(pool, (client) =>
    withQuery(client, (...args) => {
      const [query] = args;
      const values = typeof query === 'string' ? args[1] : (query as { values?: unknown[] }).values;
      if (matching.test(textOf(query))) tell((values as unknown[] | undefined) ?? []);
      return (client.query as unknown as Query)(...args);
    }),
  );
}
