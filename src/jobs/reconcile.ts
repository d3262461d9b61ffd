// Rebuilds lost jobs from rows, every 5 s in every process: with the queue wiped at any moment, everything due still happens.
import type { Channel } from '../channels/channel.ts';
import type { HandoffId, ShopId } from '../contract/conversation.ts';
import { closeAtRest } from '../conversations/close.ts';
import type { Pool } from '../db/database.ts';
import { CLOCK_LIMITS } from '../handoff/clocks.ts';
import { ALIVE_MS, GRACE_MS } from '../handoff/guards.ts';
import type { Queues } from '../queue/queues.ts';
import type { AssistRunner } from './assist.ts';
import { type LedgerClock, PATROL_MINUTE } from './commitments.ts';
import type { Delivery } from './deliver.ts';
import type { HookRunner } from './hooks.ts';
import type { MediaFetcher } from './media.ts';
import type { BatonClock } from './offer.ts';
import type { PlatformDesk } from './platform-desk.ts';
import type { TurnRunner } from './run-turns.ts';
import { TELL_AFTER_MS } from './tell-queue.ts';

export interface ReconcileDeps {
  pool: Pool;
  /** Those that are on: work of the others waits. */
  channels: readonly Channel[];
  queues: Queues;
  runner: TurnRunner;
  assist: AssistRunner;
  delivery: Delivery;
  hooks: HookRunner;
  media: MediaFetcher;
  baton: BatonClock;
  platformDesk: Pick<PlatformDesk, 'accounts' | 'offer'>;
  ledger: LedgerClock;
  wakeQueue(shopId: ShopId): void;
  checkClocks(shopId: ShopId, id: HandoffId): Promise<boolean>;
  /** An agent's silence after which a conversation is looked at. */
  silentMs: number;
  /** Quiet time after which a conversation of the bot is closed; 0 for never. */
  closeAfterMs: number;
  onError(error: unknown, where: string): void;
}

interface Due {
  kind:
    | 'turn'
    | 'deliver'
    | 'stranded'
    | 'handoff'
    | 'silent'
    | 'lapse'
    | 'lost'
    | 'offer'
    | 'recall'
    | 'clock'
    | 'hook'
    | 'media'
    | 'assist'
    | 'promises'
    | 'reminder'
    | 'patrol'
    | 'close'
    | 'platform';
  shop_id: string;
  id: string;
  late_ms: string;
}

export const RECONCILE_EVERY_MS = 5_000;
const LIMIT = 500;
/** A row this late has outlived the queue's own retries: it is done here and now, queue or no queue. */
const WITHOUT_QUEUE_MS = 12_000;
const DIRECT_AT_ONCE = 8;

/** One round. Safe at the same time in several processes: every row is taken by compare-and-set. */
export async function reconcile(deps: ReconcileDeps): Promise<number> {
  const { rows } = await deps.pool.query<Due>({
    name: 'due-work',
    text: `select kind, shop_id::text, id::text, late_ms::text from due_work($1, $2, $3, $4, $10)
      union all select kind, shop_id::text, id::text, late_ms::text from due_clocks($1, $5, $6, $7)
      union all select kind, shop_id::text, id::text, late_ms::text from due_hooks($1)
      union all select kind, shop_id::text, id::text, late_ms::text from due_assists($1, $10)
      union all select kind, shop_id::text, id::text, late_ms::text from due_media($1, $10)
      union all select kind, shop_id::text, id::text, late_ms::text from due_commitments($1, $8)
      union all select kind, shop_id::text, id::text, late_ms::text from due_closings($1, $9 * interval '1 ms')
      union all select kind, shop_id::text, id::text, late_ms::text from due_platform_offers($1, $11::bigint[])`,
    values: [
      LIMIT,
      TELL_AFTER_MS,
      deps.silentMs,
      ALIVE_MS + GRACE_MS,
      CLOCK_LIMITS.slowReplyMs,
      CLOCK_LIMITS.nextReplyMs,
      CLOCK_LIMITS.resolutionMs,
      PATROL_MINUTE,
      deps.closeAfterMs,
      deps.channels.map(({ account }) => account.id),
      deps.platformDesk.accounts(),
    ],
  });
  const direct: (() => Promise<unknown>)[] = [];
  const shops = new Set<string>();
  for (const { kind, shop_id: shopId, id, late_ms } of rows) {
    switch (kind) {
      case 'turn':
        deps.runner.wake(shopId, id, 0);
        break;
      case 'stranded':
        direct.push(() => deps.delivery.recover(shopId, id));
        break;
      case 'deliver':
        if (Number(late_ms) > WITHOUT_QUEUE_MS) direct.push(() => deps.delivery.sendWaiting(shopId, id));
        else void deps.queues.add('delivery', { kind: 'deliver', shopId, id });
        break;
      case 'handoff':
        shops.add(shopId);
        break;
      case 'silent':
        direct.push(() => deps.baton.forgotten(shopId, id));
        break;
      case 'lapse':
        direct.push(() => deps.baton.lapse(shopId, id));
        break;
      case 'lost':
        direct.push(() => deps.baton.lost(shopId, id));
        break;
      case 'offer':
        direct.push(() => deps.baton.offer(shopId));
        break;
      case 'assist':
        deps.assist.wake(shopId, id);
        break;
      case 'recall':
        direct.push(() => deps.baton.recall(shopId));
        break;
      case 'clock':
        direct.push(() => deps.checkClocks(shopId, id));
        break;
      case 'hook':
        if (Number(late_ms) > WITHOUT_QUEUE_MS) direct.push(() => deps.hooks.run(shopId, id));
        else void deps.queues.add('hooks', { kind: 'hook', shopId, id });
        break;
      case 'media':
        direct.push(() => deps.media.fetch(shopId, id));
        break;
      case 'promises':
        direct.push(() => deps.ledger.read(shopId));
        break;
      case 'reminder':
        direct.push(() => deps.ledger.remind(shopId, id));
        break;
      case 'patrol':
        direct.push(() => deps.ledger.patrol(shopId));
        break;
      case 'close':
        direct.push(() => closeAtRest(deps.pool, shopId, id, deps.closeAfterMs));
        break;
      case 'platform':
        direct.push(() => deps.platformDesk.offer(shopId, id));
        break;
      default:
        kind satisfies never;
    }
  }
  for (const shopId of shops) deps.wakeQueue(shopId);
  await Promise.all(
    Array.from({ length: DIRECT_AT_ONCE }, async () => {
      for (let work = direct.shift(); work !== undefined; work = direct.shift()) {
        await work().catch((error: unknown) => deps.onError(error, 'reconciler'));
      }
    }),
  );
  return rows.length;
}

/** Runs rounds until stopped; a failed round is reported and the next one comes. */
export function startReconciler(deps: ReconcileDeps): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let round: Promise<unknown> = Promise.resolve();
  const next = () => {
    round = reconcile(deps)
      .catch((error: unknown) => deps.onError(error, 'reconciler'))
      .finally(() => {
        if (!stopped) timer = setTimeout(next, RECONCILE_EVERY_MS);
      });
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
