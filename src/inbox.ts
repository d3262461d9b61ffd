// What a channel may do with the messages it read: admission, then waking what follows. Joins conversations, live and turns.
import { fromActivity } from './channels/activity.ts';
import type { Channel, Inbox, Reading } from './channels/channel.ts';
import { spokenWithChoices } from './channels/spoken.ts';
import type { Admitted, ChannelAccount, Inbound } from './contract/conversation.ts';
import type { Admission } from './conversations/admit.ts';
import type { Outbox, Sending, SendResult } from './conversations/outbox.ts';
import { conversationWith, knownReply, storePlatformReply } from './conversations/platform-reply.ts';
import { markRecalled } from './conversations/recalled.ts';
import { readPassiveReply, takePassiveReply } from './conversations/store.ts';
import type { Pool } from './db/database.ts';
import type { AssistRunner } from './jobs/assist.ts';
import type { MediaFetcher } from './jobs/media.ts';
import type { PlatformDesk } from './jobs/platform-desk.ts';
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
  media: MediaFetcher;
  reading: Reading;
  channelOf(accountId: string): Channel;
  platformDesk: PlatformDesk;
  outbox: Outbox;
  /** As in delivery: an agent has to see it. */
  onTrouble(sending: Sending, result: SendResult): Promise<void>;
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

/** The bot gives way first: were it the other way round, a crash in between would leave a stored reply and a bot that talks into it. */
async function keepReply(deps: InboxDeps, account: ChannelAccount, reply: Inbound): Promise<Admitted> {
  const known = await knownReply(deps.pool, account, reply.externalId);
  if (known) return known;
  const before = await conversationWith(deps.pool, account, reply.shopperId);
  if (before !== null) await deps.platformDesk.takes(account.shopId, before);
  const stored = await storePlatformReply(deps.pool, account, reply);
  if (before === null) await deps.platformDesk.takes(account.shopId, stored.conversationId);
  if (stored.status === 'new') deps.live.touch(`conversation:${stored.conversationId}`, `desk:${account.shopId}`);
  return stored;
}

export function createInbox(deps: InboxDeps): Inbox {
  return {
    ...deps.reading,
    async admit(account, activity) {
      const message = fromActivity(activity);
      if (message.author === 'platform_agent') return keepReply(deps, account, message);
      const { burstWindowMs } = deps.channelOf(account.id);
      const admitted = await deps.admission.admit(account, message, burstWindowMs);
      if (admitted.status === 'new') {
        deps.live.touch(`conversation:${admitted.conversationId}`);
        if (message.payload.attachments?.some(({ id }) => id === undefined))
          deps.media.wake(account.shopId, admitted.conversationId, admitted.seq);
        if (admitted.turnId === null) {
          deps.live.touch(`desk:${account.shopId}`);
          deps.assist.wake(account.shopId, admitted.conversationId);
        } else deps.runner.wake(account.shopId, admitted.conversationId, burstWindowMs + 1);
      }
      return admitted;
    },
    keep: async (account, bytes, type) => (await deps.uploads.keep(account, bytes, type)).id,
    async passiveReply(account, externalId, { deadlineMs, isOpen }) {
      const until = performance.now() + deadlineMs;
      const { partsOf = () => 1 } = deps.channelOf(account.id);
      const words = { render: spokenWithChoices, fits: (text: string) => partsOf({ text, payload: {} }) === 1 };
      for (;;) {
        const seen = await readPassiveReply(deps.pool, account, externalId);
        if (seen === null) return null;
        if (seen.reply !== null) return seen.reply;
        // what is taken counts as said: not for a line that the platform has cut
        if (!isOpen()) return null;
        if (seen.over) return takePassiveReply(deps.pool, account, seen.conversationId, externalId, words);
        const left = until - performance.now();
        if (left <= 0) return null;
        await nextTouch(deps.live, seen.conversationId, Math.min(left, LOOK_AGAIN_MS));
      }
    },
    async platformDesk(account, shopperId, hasIt) {
      const conversationId = await conversationWith(deps.pool, account, shopperId);
      if (conversationId === null) return;
      await (hasIt ? deps.platformDesk.takes : deps.platformDesk.ends)(account.shopId, conversationId);
    },
    async recalled(account, externalId, at) {
      const conversationId = await markRecalled(deps.pool, account, externalId, at);
      if (conversationId !== null) deps.live.touch(`conversation:${conversationId}`);
    },
    async sendFailed(account, platformId, why) {
      const sending = await deps.outbox.refused(account, platformId, why);
      const { detail: error, untilShopper } = why;
      if (sending) await deps.onTrouble(sending, { state: 'failed', error, untilShopper });
    },
  };
}
