// Tells waiting shoppers about their place: when it changes, and now and then while it does not, within what the channel allows.

import { queueWords, STILL_WAITING } from '../bot/scripts.ts';
import { channelIfOn } from '../channels/channel.ts';
import type { ShopId } from '../contract/conversation.ts';
import { noteTold } from '../handoff/queue-store.ts';
import { isAway, type PlaceInLine, type QueueView } from '../handoff/queue-view.ts';
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
    if (isDue(place) && channelIfOn(deps.channelOf, place.accountId)?.delivery === 'push')
      await tellPlace(deps, shopId, place);
  }
}

const pauseOf = (place: PlaceInLine): number =>
  place.position === place.toldPosition ? REASSURE_AFTER_MS : TELL_AFTER_MS;

/** At night there is no news until the morning. */
const isDue = (place: PlaceInLine): boolean =>
  place.toldPosition !== null && !isAway(place) && place.toldAgoMs > pauseOf(place);

async function tellPlace(deps: TellQueueDeps, shopId: ShopId, place: PlaceInLine): Promise<void> {
  const where = queueWords({ ...place, range: place.range(), now: deps.now() });
  await sayNotice(deps, shopId, place, {
    author: 'bot',
    text: place.position === place.toldPosition ? `${STILL_WAITING}${where}` : where,
    async stands(tx) {
      // another process may have been quicker
      const due = await tx.query(`select 1 from handoffs where id = $1 and told_at < now() - $2 * interval '1 ms'`, [
        place.handoffId,
        pauseOf(place),
      ]);
      return due.rowCount === 1 && noteTold(tx, place.handoffId, place.position);
    },
  });
}
