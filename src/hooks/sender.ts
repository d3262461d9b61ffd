// Tells an endpoint what it is to be told: signed, in order, again with the usual pauses, and at last given up. Knows no queue.
import { type ChannelEvent, SendError } from '../channels/channel.ts';
import { retryAfterMs } from '../channels/outbound.ts';
import { readSecrets, signedHeaders } from '../channels/webhook/signing.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Seal } from '../db/seal.ts';
import { AppError } from '../errors.ts';
import { type Outgoing, OutgoingError } from '../providers/outgoing.ts';
import type { HookClaim, HookDeliveries, HookOutcome, Mark } from './deliveries.ts';
import { hookEventId } from './event.ts';
import { accountIn } from './lines.ts';
import { placeOf } from './store.ts';

export interface HookSenderDeps {
  deliveries: HookDeliveries;
  seal: Seal;
  outgoing: Outgoing;
  /** Tells it through the channel of an account. @throws SendError; Error while the account is off */
  tellChannel(shopId: ShopId, accountId: string, event: ChannelEvent): Promise<void>;
  /** A line of a channel goes on without one that it could not tell. */
  onLost(error: Error): void;
  /** An endpoint was disabled: people have to hear of it. */
  onDisabled(shopId: ShopId, host: string, reason: string): void;
  /** Pauses before the second, third … attempt. */
  scheduleMs?: readonly number[];
  /** An endpoint that took nothing for this long is disabled with its next dead letter. */
  disableAfterMs?: number;
  timeoutMs?: number;
}

export interface HookSender {
  /** Sends what is due, until there is no more, it failed, or others should have a turn. Milliseconds until the next look; null when none is needed. */
  run(shopId: ShopId, endpointId: string): Promise<number | null>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The specification's example schedule: ten attempts within 75 hours (github.com/standard-webhooks, spec, "Deliverability"). */
const SCHEDULE_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const DISABLE_AFTER_MS = 72 * HOUR;
const NEVER_MS = 1_000 * 365 * 24 * HOUR;
/** The specification recommends 15 to 30 s. */
const TIMEOUT_MS = 15 * SECOND;
/** Longer than an attempt can take. */
const LEASE_MS = 2 * TIMEOUT_MS;
const RUN_MS = 20 * SECOND;
/** So that many that failed together do not come back together. */
const JITTER = 0.1;

/** The receiver understood and will not have this one: a few tries, or it would hold up all that come after it for days. */
const UNWANTED = new Set([400, 413, 422]);
const UNWANTED_ATTEMPTS = 3;
const GONE = 410;

export function createHookSender(deps: HookSenderDeps): HookSender {
  const { deliveries, seal, outgoing, timeoutMs = TIMEOUT_MS } = deps;
  const schedule = deps.scheduleMs ?? SCHEDULE_MS;
  const disableAfterMs = deps.disableAfterMs ?? DISABLE_AFTER_MS;

  function failed(claim: HookClaim, status: number | null, error: string, waitMs = 0): HookOutcome {
    const given = status !== null && UNWANTED.has(status) ? UNWANTED_ATTEMPTS - 1 : schedule.length;
    const pause = schedule[claim.attempt - 1];
    if (pause === undefined || claim.attempt > given) return { state: 'dead', status, error };
    const retryMs = Math.round(Math.max(pause, waitMs) * (1 + Math.random() * JITTER));
    return { state: 'new', retryMs, status, error };
  }

  /** Nothing is wrong with the delivery: it waits until a person has put the endpoint right, and then begins anew. */
  const stop = (status: number | null, error: string): Mark => ({
    outcome: { state: 'new', retryMs: 0, status, error },
    disable: error,
    disableAfterMs,
  });
  const go = (outcome: HookOutcome): Mark => ({ outcome, disable: null, disableAfterMs });

  /** The line of a channel is never disabled: nobody could put it right but by the channel's own settings. */
  const onward = (outcome: HookOutcome): Mark => ({ outcome, disable: null, disableAfterMs: NEVER_MS });

  async function attemptTelling(claim: HookClaim, accountId: string): Promise<Mark> {
    const event = JSON.parse(claim.body) as ChannelEvent;
    try {
      await deps.tellChannel(claim.shopId, accountId, event);
      return onward({ state: 'delivered', status: 200 });
    } catch (error) {
      const { message } = error as Error;
      const failure = error instanceof SendError ? error.failure : null;
      const isOver =
        failure?.kind === 'permanent' || (failure?.kind === 'retry' && claim.attempt >= (failure.triesMax ?? Infinity));
      const outcome: HookOutcome = isOver
        ? { state: 'dead', status: null, error: message }
        : failed(claim, null, message, failure?.kind === 'retry' ? failure.afterMs : 0);
      if (outcome.state === 'dead') deps.onLost(new Error(`${event.type} ${event.id}: ${message}`));
      return onward(outcome);
    }
  }

  async function attempt(claim: HookClaim): Promise<Mark> {
    const accountId = accountIn(claim.url);
    return accountId === null ? attemptPosting(claim) : attemptTelling(claim, accountId);
  }

  async function attemptPosting(claim: HookClaim): Promise<Mark> {
    const { shopId, endpointId, url, body } = claim;
    let headers: Record<string, string>;
    try {
      const secrets = claim.secrets.map((sealed) => seal.open(sealed, placeOf(shopId, endpointId)));
      const id = hookEventId(shopId, claim.seq);
      headers = signedHeaders(readSecrets(secrets.join(' '), 'hook'), id, body, new Date());
    } catch (error) {
      if (error instanceof AppError) return stop(null, error.message);
      throw error;
    }
    try {
      const answer = await outgoing.post({ url, body, headers, timeoutMs });
      const { status } = answer;
      if (status >= 200 && status < 300) return go({ state: 'delivered', status });
      if (status === GONE) return stop(status, '接收方返回 410，表示不再接收');
      return go(failed(claim, status, `接收方返回 ${status}`, retryAfterMs(answer.headers)));
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      return go(failed(claim, null, error.message));
    }
  }

  return {
    async run(shopId, endpointId) {
      for (const until = Date.now() + RUN_MS; ; ) {
        const claim = await deliveries.claim(shopId, endpointId, LEASE_MS);
        switch (claim.status) {
          case 'idle':
          case 'off':
          case 'busy':
            return null;
          case 'early':
            return claim.dueInMs;
          case 'claimed':
            break;
          default:
            return claim satisfies never;
        }
        const mark = await attempt(claim);
        const disabled = await deliveries.mark(claim, mark);
        if (disabled !== null) {
          deps.onDisabled(shopId, new URL(claim.url).host, disabled);
          return null;
        }
        if (mark.outcome.state === 'new') return mark.outcome.retryMs;
        if (Date.now() > until) return 0;
      }
    },
  };
}
