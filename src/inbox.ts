// What a channel may do with the messages it read: admission, then waking what follows. Joins conversations, live and turns.
import { fromActivity } from './channels/activity.ts';
import type { Channel, Inbox, Reading } from './channels/channel.ts';
import { spokenWithChoices } from './channels/spoken.ts';
import type { Admission } from './conversations/admit.ts';
import { readPassiveReply, takePassiveReply } from './conversations/store.ts';
import type { Pool } from './db/database.ts';
import type { AssistRunner } from './jobs/assist.ts';
import type { TurnRunner } from './jobs/run-turns.ts';
import type { Live } from './queue/live.ts';
import type { Uploads } from './uploads/uploads.ts';

export interface InboxDeps {
  pool: Pool;
  admission: Admission;
  runner: TurnRunner;
  assist: AssistRunner;
  live: Live;
  uploads: Pick<Uploads, 'keep'>;
  reading: Reading;
  channelOf(accountId: string): Channel;
}

/** A lost hint must not make a platform wait until its own deadline. */
const LOOK_AGAIN_MS = 250;

const nextTouch = (live: Live, conversationId: string, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unwatch();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const unwatch = live.watch(`conversation:${conversationId}`, end);
  });

export function createInbox(deps: InboxDeps): Inbox {
  return {
    ...deps.reading,
    async admit(account, activity) {
      const { burstWindowMs } = deps.channelOf(account.id);
      const admitted = await deps.admission.admit(account, fromActivity(activity), burstWindowMs);
      if (admitted.status === 'new') {
        deps.live.touch(`conversation:${admitted.conversationId}`);
        if (admitted.turnId === null) {
          deps.live.touch(`desk:${account.shopId}`);
          deps.assist.wake(account.shopId, admitted.conversationId);
        } else deps.runner.wake(account.shopId, admitted.conversationId, burstWindowMs + 1);
      }
      return admitted;
    },
    keep: async (account, bytes, type) => (await deps.uploads.keep(account, bytes, type)).id,
    async passiveReply(account, externalId, deadlineMs) {
      const until = performance.now() + deadlineMs;
      for (;;) {
        const seen = await readPassiveReply(deps.pool, account, externalId);
        if (seen === null) return null;
        if (seen.reply !== null) return seen.reply;
        if (seen.over) return takePassiveReply(deps.pool, account, seen.conversationId, externalId, spokenWithChoices);
        const left = until - performance.now();
        if (left <= 0) return null;
        await nextTouch(deps.live, seen.conversationId, Math.min(left, LOOK_AGAIN_MS));
      }
    },
  };
}
