// Tells waiting shoppers their place in the queue when it changes, at most once a minute each.

import { queueWords } from '../bot/scripts.ts';
import type { Channel } from '../channels/channel.ts';
import type { ShopId } from '../contract/conversation.ts';
import { putMessage } from '../conversations/store.ts';
import { SEND_LEASE_MS } from '../conversations/turns.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { etaSeconds } from '../handoff/queue-order.ts';
import { noteTold, queueFigures, queuePlaces } from '../handoff/store.ts';
import type { Live } from '../queue/live.ts';
import type { Queues } from '../queue/queues.ts';

export interface TellQueueDeps {
  pool: Pool;
  queues: Queues;
  live: Live;
  channelOf(accountId: string): Channel;
  serviceHours: { from: number; until: number };
  now(): Date;
}

/** Never more often than this to one shopper: platforms count messages. */
export const TELL_AFTER_MS = 60_000;

/** Goes over the shop's queue once; shoppers whose place changed since they were last told hear the new one. */
export async function tellQueue(deps: TellQueueDeps, shopId: ShopId): Promise<void> {
  const places = await queuePlaces(deps.pool, shopId);
  deps.live.touch(`desk:${shopId}`);
  if (places.length === 0) return;
  const figures = await queueFigures(deps.pool, shopId, -1);
  for (const place of places) {
    // pull channels show the place live; pushing it would only fill the page
    const channel = deps.channelOf(place.accountId);
    if (channel.delivery !== 'push' || place.toldPosition === null || place.position >= place.toldPosition) continue;
    const text = queueWords({
      ahead: place.position - 1,
      etaSeconds: etaSeconds(place.position, figures.waitsMs, figures.agentsOnline),
      agentsOnline: figures.agentsOnline,
      hours: deps.serviceHours,
      now: deps.now(),
    });
    const put = await inShop(deps.pool, shopId, async (tx) => {
      await tx.query('select 1 from conversations where id = $1 for update', [place.conversationId]);
      const due = await tx.query(`select 1 from handoffs where id = $1 and told_at < now() - $2 * interval '1 ms'`, [
        place.handoffId,
        TELL_AFTER_MS,
      ]);
      if (due.rowCount === 0 || !(await noteTold(tx, place.handoffId, place.position))) return null;
      return putMessage(tx, {
        shopId,
        conversationId: place.conversationId,
        author: 'bot',
        authorId: null,
        kind: 'notice',
        text,
        payload: {},
        clientId: null,
        born: 'new',
        leaseMs: SEND_LEASE_MS,
      });
    });
    if (put?.outboxId) await deps.queues.add('delivery', { kind: 'deliver', shopId, id: put.outboxId });
  }
}
