// What a channel has to remember of its platform between calls: cursors, addresses and, sealed, access tokens. Knows no platform.
import type { ChannelAccount } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';

export interface ChannelMemory {
  /** Null when nothing is kept under that name. */
  read(name: string): Promise<string | null>;
  write(name: string, value: string): Promise<void>;
  /** What opens a platform's door to whoever has it: kept sealed. Null also when the house has another key by now. */
  readSecret(name: string): Promise<string | null>;
  writeSecret(name: string, value: string): Promise<void>;
  /**
   * Runs `work` unless another process or call is already at the same work of this account; then resolves to null at once.
   * `work` must end by itself; no transaction is open meanwhile.
   */
  alone<T>(name: string, work: () => Promise<T>): Promise<T | null>;
}

/** After this the process that was at it is taken for dead. */
const LEASE_SECONDS = 60;

export function createChannelMemory(
  pool: Pool,
  seal: Seal,
  { id, shopId }: Pick<ChannelAccount, 'id' | 'shopId'>,
): ChannelMemory {
  const placeOf = (name: string): string => `channel_memory:${shopId}:${id}:${name}`;
  const claim = (name: string, token: string) =>
    inShop(pool, shopId, async (tx) => {
      const { rowCount } = await tx.query(
        `insert into channel_memory (shop_id, account_id, name, busy_token, busy_until)
         values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
         on conflict (account_id, name) do update set busy_token = excluded.busy_token, busy_until = excluded.busy_until
         where channel_memory.busy_until is null or channel_memory.busy_until < clock_timestamp()
           or channel_memory.busy_token = excluded.busy_token`,
        [shopId, id, name, token, LEASE_SECONDS],
      );
      return rowCount === 1;
    });
  const release = (name: string, token: string) =>
    inShop(pool, shopId, (tx) =>
      tx.query(
        'update channel_memory set busy_token = null, busy_until = null where account_id = $1 and name = $2 and busy_token = $3',
        [id, name, token],
      ),
    );

  async function read(name: string): Promise<string | null> {
    const { rows } = await shopQuery<{ value: string | null }>(
      pool,
      shopId,
      'select value from channel_memory where account_id = $1 and name = $2',
      [id, name],
    );
    return rows[0]?.value ?? null;
  }
  async function write(name: string, value: string): Promise<void> {
    await inShop(pool, shopId, (tx) =>
      tx.query(
        `insert into channel_memory (shop_id, account_id, name, value) values ($1, $2, $3, $4)
         on conflict (account_id, name) do update set value = excluded.value, changed_at = clock_timestamp()`,
        [shopId, id, name, value],
      ),
    );
  }

  return {
    read,
    write,
    async readSecret(name) {
      const sealed = await read(name);
      if (sealed === null) return null;
      try {
        return seal.open(sealed, placeOf(name));
      } catch (error) {
        // the platform gives another one
        if (error instanceof AppError) return null;
        throw error;
      }
    },
    writeSecret: (name, value) => write(name, seal.seal(value, placeOf(name))),
    async alone(name, work) {
      const lease = `lease:${name}`;
      const token = crypto.randomUUID();
      if (!(await claim(lease, token))) return null;
      const renewing = setInterval(() => void claim(lease, token).catch(() => {}), (LEASE_SECONDS * 1000) / 3);
      renewing.unref();
      try {
        return await work();
      } finally {
        clearInterval(renewing);
        await release(lease, token).catch(() => {}); // the lease ends by itself
      }
    },
  };
}
