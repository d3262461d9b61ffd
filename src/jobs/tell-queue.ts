// Tells waiting shoppers about their place: when it changes, and now and then while it does not, within what the channel allows.

import { queueWords, STILL_WAITING } from '../bot/scripts.ts';
import type { ShopId } from '../contract/conversation.ts';
import { noteTold } from '../handoff/queue-store.ts';
import type { InLine, QueueSight, QueueView } from '../handoff/queue-view.ts';
import { deferAtClosing, type MessageDeps } from './messages.ts';
import { sayNotice } from './notices.ts';

export interface TellQueueDeps extends MessageDeps {
  queue: Pick<QueueView, 'everybody'>;
}

/** Never more often than this to one shopper: platforms count messages. */
export const TELL_AFTER_MS = 60_000;
/** An unchanged place is worth a word after so long: silence reads as being forgotten. */
const REASSURE_AFTER_MS = 180_000;

/** Goes over the shop's queue once: who cannot be helped before the next opening leaves the line, everybody else hears their place. */
export async function tellQueue(deps: TellQueueDeps, shopId: ShopId): Promise<void> {
  let line = await deps.queue.everybody(shopId);
  if ((await deferAtClosing(deps, shopId, line)) > 0) line = await deps.queue.everybody(shopId);
  deps.live.touch(`desk:${shopId}`);
  for (const place of line) {
    // pull channels show the place live; saying it would only fill the page
    if (place.toldPosition === null || deps.channelOf(place.accountId).delivery !== 'push') continue;
    await tellPlace(deps, shopId, place);
  }
}

async function tellPlace(deps: TellQueueDeps, shopId: ShopId, place: InLine & QueueSight): Promise<void> {
  const isSame = place.position === place.toldPosition;
  const where = queueWords({ ...place, now: deps.now() });
  await sayNotice(deps, shopId, place, {
    author: 'bot',
    text: isSame ? `${STILL_WAITING}${where}` : where,
    async stands(tx) {
      const due = await tx.query(`select 1 from handoffs where id = $1 and told_at < now() - $2 * interval '1 ms'`, [
        place.handoffId,
        isSame ? REASSURE_AFTER_MS : TELL_AFTER_MS,
      ]);
      return due.rowCount === 1 && noteTold(tx, place.handoffId, place.position);
    },
  });
}
