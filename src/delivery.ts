// How a message leaves: the outbox, what a platform still takes, and the agent who has to see when it does not arrive.
import { type Channel, channelIfOn } from './channels/channel.ts';
import { createOutbox, type Sending, type SendResult } from './conversations/outbox.ts';
import { readQuota } from './conversations/quota.ts';
import type { Pool } from './db/database.ts';
import { inShop } from './db/transaction.ts';
import { createDelivery } from './jobs/deliver.ts';
import type { PlatformDesk } from './jobs/platform-desk.ts';
import { reportTrouble } from './jobs/trouble.ts';
import type { Live } from './queue/live.ts';
import type { Queues } from './queue/queues.ts';

export interface OpenDeliveryDeps {
  pool: Pool;
  live: Live;
  queues: Queues;
  channelOf(accountId: string): Channel;
  platformDesk: PlatformDesk;
  onError(error: unknown, where: string): void;
}

export function openDelivery({ pool, live, queues, channelOf, platformDesk, onError }: OpenDeliveryDeps) {
  const outbox = createOutbox(pool);
  const onTrouble = (sending: Sending, result: SendResult) => reportTrouble({ pool, live }, sending, result);
  const delivery = createDelivery({
    outbox,
    queues,
    channelOf,
    onError,
    quota: ({ shopId, conversationId, id }, channel) =>
      inShop(pool, shopId, (tx) => readQuota(tx, conversationId, channel, id)),
    onTrouble,
    async onFinal({ shopId, conversationId, accountId }) {
      if (channelIfOn(channelOf, accountId)?.handedOff !== undefined) await platformDesk.offer(shopId, conversationId);
    },
  });
  return { outbox, onTrouble, delivery };
}
