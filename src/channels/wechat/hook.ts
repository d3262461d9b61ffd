// What every product of WeChat does when the platform knocks: verification, a message stored once, then its answer. Knows no product.
import type { Admitted, ChannelAccount, Inbound } from '../../contract/conversation.ts';
import { toActivity } from '../activity.ts';
import { plainText, problem, refusedAtTheDoor, tryAgain } from '../answers.ts';
import type { ChannelRequest, ChannelResponse, ChannelRoute, Inbox } from '../channel.ts';
import type { Door, Opened } from './door.ts';
import type { Fields } from './envelope.ts';
import type { Incoming } from './message.ts';

export interface Hook {
  account: ChannelAccount;
  path: string;
  door: Door;
  read(fields: Fields): Incoming;
  /** The answer to a message that is stored by now. `startedAt` by `performance.now()`. */
  answer(arrived: Arrived, inbox: Inbox): Promise<ChannelResponse>;
}

export interface Arrived {
  opened: Opened;
  inbound: Inbound;
  admitted: Admitted;
  startedAt: number;
}

const BODY_LIMIT = 64 * 1024;

/** Anything but this one word makes WeChat show the shopper an error. */
export const success = (): ChannelResponse => plainText(200, 'success');

/** One answer for every bad envelope, so that it tells nothing about the reason. */
const refused = (): ChannelResponse => problem('invalid_signature');

export function createHook({ account, path, door, read, answer }: Hook): ChannelRoute[] {
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
    let admitted: Admitted;
    try {
      if (incoming.kind === 'session') {
        await inbox.platformDesk(account, incoming.shopperId, incoming.hasIt);
        return success();
      }
      admitted = await inbox.admit(account, toActivity(incoming.inbound, account));
    } catch {
      return tryAgain();
    }
    return answer({ opened, inbound: incoming.inbound, admitted, startedAt }, inbox);
  }

  return [
    { method: 'GET', path, bodyLimit: 1024, handle: verify },
    { method: 'POST', path, bodyLimit: BODY_LIMIT, handle: receive },
  ];
}
