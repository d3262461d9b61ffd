// A shop with a database and the parts that tell its systems of events; no server, no queue, pauses as short as a test wants them.

import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createSeal } from '../../src/db/seal.ts';
import { inShop } from '../../src/db/transaction.ts';
import { createHookDeliveries, type HookDeliveries } from '../../src/hooks/deliveries.ts';
import { createHookSender, type HookSender, type HookSenderDeps } from '../../src/hooks/sender.ts';
import { createHookStore, type HookStore } from '../../src/hooks/store.ts';
import { createOutgoing } from '../../src/providers/outgoing.ts';
import { openMode } from '../db/modes.ts';

export interface HookLab {
  database: Database;
  shopId: string;
  store: HookStore;
  deliveries: HookDeliveries;
  notices: { host: string; reason: string }[];
  sender(deps?: Partial<HookSenderDeps>): HookSender;
  /** Notes down `count` events; resolves to their sequence numbers. */
  happen(count: number, kind?: string): Promise<number[]>;
  /** Runs until nothing is left to do, at most so long. */
  drain(sender: HookSender, endpointId: string, ms?: number): Promise<void>;
  sql<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export const KEY = 'canary-of-the-installation-key-0123456789';

export async function openHookLab(mode: Database['mode']): Promise<HookLab> {
  const opened = await openMode(mode);
  const { database } = opened;
  await migrate(database);
  const made = await database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('hooks', '推送店', false)::text as id`);
  const shopId = made.rows[0]!.id;
  const { pool } = database;
  const deliveries = createHookDeliveries(pool);
  const notices: HookLab['notices'] = [];
  const sql: HookLab['sql'] = (text, values = []) =>
    inShop(pool, shopId, async (tx) => (await tx.query(text, values)).rows as never);
  return {
    database,
    shopId,
    store: createHookStore({ pool, seal: createSeal(KEY) }),
    deliveries,
    notices,
    sender: (deps = {}) =>
      createHookSender({
        deliveries,
        seal: createSeal(KEY),
        outgoing: createOutgoing({ named: ['127.0.0.1'] }),
        tellChannel: async () => {
          throw new Error('no channel is on');
        },
        onLost: () => {},
        onDisabled: (_shop, host, reason) => void notices.push({ host, reason }),
        scheduleMs: [20, 20, 20, 20],
        timeoutMs: 300,
        ...deps,
      }),
    async happen(count, kind = 'commitment.due') {
      const rows = await sql<{ seq: string }>(
        `select append_event($1, 'desk', $2, jsonb_build_object('commitmentId', n::text))::text as seq
         from generate_series(1, $3) as n`,
        [shopId, kind, count],
      );
      return rows.map(({ seq }) => Number(seq));
    },
    async drain(sender, endpointId, ms = 10_000) {
      const until = performance.now() + ms;
      for (;;) {
        const waitMs = await sender.run(shopId, endpointId);
        if (waitMs === null) return;
        if (performance.now() + waitMs > until) throw new Error(`still ${waitMs} ms to wait`);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
    sql,
    close: () => opened.close(),
  };
}
