// Tells the shop's own systems what happened: joins the deliveries, their sender and the groups of the staff.
import type { Pool } from './db/database.ts';
import type { Seal } from './db/seal.ts';
import { createHookDeliveries } from './hooks/deliveries.ts';
import { createHookSender } from './hooks/sender.ts';
import { createHookRunner, type HookRunner, hookDisabledNotice } from './jobs/hooks.ts';
import type { Outgoing } from './providers/outgoing.ts';
import type { Live } from './queue/live.ts';
import type { Queues } from './queue/queues.ts';
import type { StaffGroups } from './staff-groups.ts';

export interface ShopHookDeps {
  pool: Pool;
  queues: Queues;
  live: Live;
  seal: Seal;
  outgoing: Outgoing;
  staffGroups: StaffGroups;
}

export function createShopHooks({ pool, queues, live, seal, outgoing, staffGroups }: ShopHookDeps): HookRunner {
  const deliveries = createHookDeliveries(pool);
  return createHookRunner({
    deliveries,
    queues,
    sender: createHookSender({
      deliveries,
      seal,
      outgoing,
      onDisabled(shopId, host, reason) {
        live.touch(`desk:${shopId}`);
        void staffGroups.tell(hookDisabledNotice(host, reason));
      },
    }),
  });
}
