// Delivery: takes outbox rows, sends them through their channel, writes down how it ended. Decides nothing about content.
import { deliver as sendThrough } from '../channels/adapter.ts';
import { type Channel, channelIfOn, SendError, type SendFailure } from '../channels/channel.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Outbox, Sending, SendResult } from '../conversations/outbox.ts';
import type { QuotaLeft } from '../conversations/quota.ts';
import type { Queues } from '../queue/queues.ts';

export interface DeliverDeps {
  outbox: Outbox;
  queues: Queues;
  channelOf(accountId: string): Channel;
  /** What the platform still takes besides this message; null when it does not count. */
  quota(sending: Sending, channel: Channel): Promise<QuotaLeft | null>;
  /** A message that did not reach the shopper for certain: an agent has to see it. */
  onTrouble(sending: Sending, result: SendResult): Promise<void>;
  /** A message that had waited is final, however it ended: what had to wait for it may go on. */
  onFinal(sending: Sending): Promise<void>;
  onError(error: unknown, where: string): void;
}

const ATTEMPTS_MAX = 8;
/** By our own count, so `refused` is not said: the platform may still take something shorter. */
const NO_ROOM: SendResult = {
  state: 'failed',
  error: 'quota: 没有发送：平台的回复窗口已经关闭，或者可发的条数已用完，要等顾客再发一条消息',
  untilShopper: true,
};
const BACKOFF_MS = [1_000, 3_000, 10_000, 30_000, 60_000, 180_000, 600_000];

/** What a failed send means: try again, give up, or nobody knows whether it arrived. */
export function judgeFailure(error: unknown, attempt: number, idempotent: boolean): SendResult {
  const failure: SendFailure =
    error instanceof SendError ? error.failure : { kind: 'retry', notSent: false, detail: (error as Error).message };
  if (failure.kind === 'permanent') {
    const { code, detail, untilShopper = false } = failure;
    return { state: 'failed', error: `${code}: ${detail}`, untilShopper, refused: untilShopper };
  }
  // without a client message id a second try might say it twice
  if (!failure.notSent && !idempotent) return { state: 'unknown', error: failure.detail };
  if (attempt >= Math.min(failure.triesMax ?? ATTEMPTS_MAX, ATTEMPTS_MAX))
    return { state: 'failed', error: `gave up after ${attempt} attempts: ${failure.detail}` };
  const retryMs = failure.afterMs ?? BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length) - 1]!;
  return { state: 'new', retryMs, error: failure.detail };
}

export interface Delivery {
  /** Rows this process has just committed as `sending`, in order. */
  sendCommitted(shopId: ShopId, ids: string[]): Promise<void>;
  /** A row that waits: from the queue, the reconciler or an agent's reply. */
  sendWaiting(shopId: ShopId, id: string): Promise<void>;
  /** A row whose sender died while sending: said again with the same id where that is harmless, else nobody knows. */
  recover(shopId: ShopId, id: string): Promise<void>;
}

export function createDelivery(deps: DeliverDeps): Delivery {
  /** Nothing was sent: it waits, and the reconciler finds it when the account is on again. */
  async function putBack(sending: Sending): Promise<SendResult> {
    const waits: SendResult = { state: 'new', retryMs: 0, error: '渠道账号没有开启，开启后再发' };
    await deps.outbox.mark(sending, waits);
    return waits;
  }

  /** `new`: it waits, and nothing may overtake it. */
  async function send(sending: Sending): Promise<SendResult> {
    const channel = channelIfOn(deps.channelOf, sending.accountId);
    if (channel === null) return putBack(sending);
    const result = await say(sending, channel);
    if (result.state === 'new') await sayLater(sending, result);
    else await deps.outbox.mark(sending, result);
    if (result.state === 'unknown' || result.state === 'failed') await deps.onTrouble(sending, result);
    return result;
  }

  async function sayLater(sending: Sending, result: SendResult & { state: 'new' }): Promise<void> {
    await deps.outbox.mark(sending, result);
    const { shopId, id, attempt } = sending;
    await deps.queues.add('delivery', { kind: 'deliver', shopId, id }, { delayMs: result.retryMs, attempt });
  }

  async function say(sending: Sending, channel: Channel): Promise<SendResult> {
    const judge = (error: unknown) => judgeFailure(error, sending.attempt, channel.idempotent);
    try {
      if (!(await hasRoom(sending, channel))) return NO_ROOM;
    } catch (error) {
      // the platform has not been asked yet, so nothing is uncertain
      return judge(new SendError({ kind: 'retry', notSent: true, detail: (error as Error).message }));
    }
    try {
      return { state: 'sent', platformId: (await sendThrough(channel, sending)) ?? null };
    } catch (error) {
      return judge(error);
    }
  }

  /** What waited for a retry may have outlived its time: asking the platform would only be refused. */
  async function hasRoom(sending: Sending, channel: Channel): Promise<boolean> {
    const quota = channel.quota === undefined ? null : await deps.quota(sending, channel);
    return quota === null || (channel.partsOf?.(sending) ?? 1) <= quota.left;
  }

  async function isOff(shopId: ShopId, id: string): Promise<boolean> {
    const [row] = await deps.outbox.load(shopId, [id]);
    return row !== undefined && channelIfOn(deps.channelOf, row.accountId) === null;
  }

  return {
    async sendCommitted(shopId, ids) {
      const rows = await deps.outbox.load(shopId, ids);
      if (rows[0] && channelIfOn(deps.channelOf, rows[0].accountId) === null) {
        await Promise.all(rows.map(putBack));
        return;
      }
      let before: SendResult | null = null;
      for (const sending of rows) {
        // a later part must not overtake an earlier one that waits for its retry, and is not said yet for certain
        if (before?.state === 'new') await sayLater(sending, { ...before, error: 'waits for an earlier message' });
        else before = await send(sending);
      }
    },
    async sendWaiting(shopId, id) {
      const claim = await deps.outbox.claim(shopId, id);
      switch (claim.status) {
        case 'claimed':
          if ((await send(claim.sending)).state !== 'new') await deps.onFinal(claim.sending);
          return;
        case 'early':
          if (await isOff(shopId, id)) return;
          await deps.queues.add(
            'delivery',
            { kind: 'deliver', shopId, id },
            { delayMs: claim.dueInMs + 50, attempt: Date.now() },
          );
          return;
        case 'gone':
        case 'cancelled':
          return;
        default:
          return claim satisfies never;
      }
    },
    async recover(shopId, id) {
      const [sending] = await deps.outbox.load(shopId, [id]);
      if (!sending) return;
      const channel = channelIfOn(deps.channelOf, sending.accountId);
      if (channel === null) return;
      const result: SendResult = channel.idempotent
        ? { state: 'new', retryMs: 0, error: 'the sender stopped while sending; said again with the same id' }
        : { state: 'unknown', error: 'the sender stopped while sending; the platform cannot tell whether it arrived' };
      await deps.outbox.mark(sending, result);
      if (result.state !== 'unknown') return this.sendWaiting(shopId, id);
      await deps.onTrouble(sending, result);
      await deps.onFinal(sending);
    },
  };
}
