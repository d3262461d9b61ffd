// What every product of WeChat does when the platform knocks: verification, a message stored once, then its answer. Knows no product.
import { setTimeout } from 'node:timers/promises';
import type { Admitted, ChannelAccount, Inbound } from '../../contract/conversation.ts';
import { toActivity } from '../activity.ts';
import { noAnswer, plainText, problem, refusedAtTheDoor } from '../answers.ts';
import type { ChannelRequest, ChannelResponse, ChannelRoute, Inbox } from '../channel.ts';
import type { Door, Opened } from './door.ts';
import type { Fields } from './envelope.ts';
import type { Incoming } from './message.ts';

export interface Hook {
  account: ChannelAccount;
  path: string;
  door: Door;
  read(fields: Fields): Incoming;
  /** How long a message that cannot be stored is kept waiting. Default 5 500. */
  holdMs?: number;
  /** The answer to a message that is stored by now. `startedAt` by `performance.now()`. */
  answer(arrived: Arrived, inbox: Inbox): Promise<ChannelResponse>;
}

export interface Arrived {
  opened: Opened;
  inbound: Inbound;
  admitted: Admitted;
  startedAt: number;
  /** Whether the platform still waits for the answer. */
  isOpen(): boolean;
}

const BODY_LIMIT = 64 * 1024;

/** Anything but this one word makes WeChat show the shopper an error. */
export const success = (): ChannelResponse => plainText(200, 'success');

/**
 * While it cannot be stored the platform is told nothing: after 5 s it hangs up and asks again, three times in all, and only
 * what it was told counts as an error. A little longer than its 5 s, so that a proxy in between has nothing to make up either.
 * developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/receive.html
 */
const HOLD_MS = 5_500;
const AGAIN_MS = 300;

/** Tries to store until it is done; null when the time is over. What is under way then may still be stored: its repeat is known. */
async function keepTrying<T>(store: () => Promise<T>, until: number): Promise<{ stored: T } | null> {
  for (;;) {
    const leftMs = until - performance.now();
    if (leftMs <= 0) return null;
    const attempt = Promise.resolve()
      .then(store)
      .then(
        (stored) => ({ stored }),
        () => 'failed' as const,
      );
    const outcome = await Promise.race([attempt, setTimeout(leftMs, null, { ref: false })]);
    if (outcome !== 'failed') return outcome;
    await setTimeout(Math.min(AGAIN_MS, leftMs));
  }
}

/** One answer for every bad envelope, so that it tells nothing about the reason. */
const refused = (): ChannelResponse => problem('invalid_signature');

export function createHook({ account, path, door, read, answer, holdMs = HOLD_MS }: Hook): ChannelRoute[] {
  async function verify(request: ChannelRequest): Promise<ChannelResponse> {
    if (request.account !== account.name) return problem('channel_off');
    const { echostr = '' } = request.query;
    return door.isVerification(request.query) ? plainText(200, echostr) : refused();
  }

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    const startedAt = performance.now();
    const atTheDoor = refusedAtTheDoor(account, request, BODY_LIMIT);
    if (atTheDoor !== null) return atTheDoor;
    const opened = door.open(request);
    const incoming = opened && read(opened.fields);
    if (!opened || !incoming || incoming.kind === 'malformed') return refused();
    if (incoming.kind === 'ignored') return success();
    const until = startedAt + holdMs;
    if (incoming.kind === 'session') {
      const { shopperId, hasIt } = incoming;
      const kept = await keepTrying(() => inbox.platformDesk(account, shopperId, hasIt), until);
      return kept === null ? noAnswer() : success();
    }
    const { inbound } = incoming;
    const kept = await keepTrying(() => inbox.admit(account, toActivity(inbound, account)), until);
    if (kept === null) return noAnswer();
    const { isOpen = () => true } = request;
    return answer({ opened, inbound, admitted: kept.stored, startedAt, isOpen }, inbox);
  }

  return [
    { method: 'GET', path, bodyLimit: 1024, handle: verify },
    { method: 'POST', path, bodyLimit: BODY_LIMIT, handle: receive },
  ];
}
