// Fetches what shoppers sent on a platform and keeps it here, after their message was acknowledged; what cannot be had says so in the message.
import { type Channel, channelIfOn, SendError } from '../channels/channel.ts';
import type { Attachment, ConversationId, ShopId } from '../contract/conversation.ts';
import { claimMedia, endMedia, type MediaClaim, mediaOf, retryMedia } from '../conversations/incoming-media.ts';
import type { Pool } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Live } from '../queue/live.ts';
import type { Uploads } from '../uploads/uploads.ts';

export interface MediaDeps {
  pool: Pool;
  uploads: Pick<Uploads, 'keep'>;
  live: Live;
  channelOf(accountId: string): Channel;
  onError(error: unknown, where: string): void;
}

export interface MediaFetcher {
  /** A message with attachments was stored. A hint: the rows say what is to be fetched. */
  wake(shopId: ShopId, conversationId: ConversationId, seq: number): void;
  /** One row, if it is due. */
  fetch(shopId: ShopId, id: string): Promise<void>;
  drain(): Promise<void>;
}

/** Minutes later most platforms still have it (WeChat keeps media for three days); an outage of an hour is outlived. */
const PAUSES_MS = [2_000, 15_000, 60_000, 300_000, 900_000, 2_700_000];

const fetchFrom = async (channel: Channel, attachment: Attachment) => {
  if (!channel.media) throw new SendError({ kind: 'permanent', code: 'unsupported', detail: '这个渠道不提供原文件' });
  return channel.media(attachment);
};

/** Null: worth another try. */
function reasonOf(error: unknown): string | null {
  if (error instanceof AppError) return error.message;
  if (error instanceof SendError && error.failure.kind === 'permanent') return error.failure.detail;
  return null;
}

export function createMediaFetcher(deps: MediaDeps): MediaFetcher {
  const { pool, live } = deps;
  const underWay = new Set<Promise<void>>();

  async function work(claim: MediaClaim): Promise<void> {
    const channel = channelIfOn(deps.channelOf, claim.accountId);
    // not due before the account is on again
    if (channel === null) return retryMedia(pool, claim, 0);
    try {
      const { bytes, type: claimed } = await fetchFrom(channel, claim.attachment);
      const { id, type } = await deps.uploads.keep(channel.account, bytes, claimed);
      await endMedia(pool, claim, { id, type });
    } catch (error) {
      const reason = reasonOf(error);
      const afterMs = PAUSES_MS[claim.attempt - 1];
      if (reason === null && afterMs !== undefined) return retryMedia(pool, claim, afterMs);
      if (reason === null) deps.onError(error, 'media');
      await endMedia(pool, claim, { lost: reason ?? '平台多次没有响应，没有取到' });
    }
    live.touch(`conversation:${claim.conversationId}`);
  }

  async function fetch(shopId: ShopId, id: string): Promise<void> {
    const claim = await claimMedia(pool, shopId, id);
    if (claim !== null) await work(claim);
  }

  async function fetchAll(shopId: ShopId, conversationId: ConversationId, seq: number): Promise<void> {
    for (const id of await mediaOf(pool, shopId, conversationId, seq)) await fetch(shopId, id);
  }

  return {
    fetch,
    wake(shopId, conversationId, seq) {
      const all = fetchAll(shopId, conversationId, seq)
        .catch((error: unknown) => deps.onError(error, 'media'))
        .finally(() => underWay.delete(all));
      underWay.add(all);
    },
    async drain() {
      await Promise.all(underWay);
    },
  };
}
