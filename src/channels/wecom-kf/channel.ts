// WeChat customer service (微信客服) of WeCom: told by callback, fetched by cursor, answered by API. Knows no HTTP server and no database.
import type { ChannelAccount } from '../../contract/conversation.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { toActivity } from '../activity.ts';
import { ChannelAdapter } from '../adapter.ts';
import { plainText, problem, refusedAtTheDoor } from '../answers.ts';
import {
  type Channel,
  type ChannelRequest,
  type ChannelResponse,
  type ChannelRoute,
  type Inbox,
  type Quota,
  SendError,
} from '../channel.ts';
import { type ChannelTools, defineChannel } from '../definition.ts';
import { readAesKey } from '../wechat/crypto.ts';
import { createKfApi, type KfApi } from './api.ts';
import { createCallback } from './callback.ts';
import { createFetching, type Fetching } from './fetching.ts';
import type { Item } from './message.ts';
import { createOnEvent } from './on-event.ts';
import { countMessages, sendMessage } from './send.ts';
import { handToPlatform, keepWithUs } from './session.ts';
import { type WecomKfField, wecomKfFields, wecomKfProblems } from './settings.ts';
import { countedDays } from './statistics.ts';

export interface WecomKfSettings extends Record<Exclude<WecomKfField, 'agents'>, string> {
  agents: 'desk' | 'native';
  outgoing: Outgoing;
}

const PATH = '/channels/wecom-kf/:account/webhook';
const BODY_LIMIT = 64 * 1024;
const BURST_WINDOW_MS = 600;
/** Five after each of the shopper's, for 48 hours; developer.work.weixin.qq.com/document/path/94677 */
const QUOTA: Quota = { message: { messages: 5, windowMs: 48 * 3_600_000 } };
/** One answer for every bad envelope, so that it tells nothing about the reason. */
const refused = (): ChannelResponse => problem('invalid_signature');
/** Anything but 200 within five seconds is sent again, three times in all. */
const taken = (): ChannelResponse => plainText(200, 'success');

const filled = (...values: string[]): string[] => values.filter((value) => value !== '');

type Tools = Pick<ChannelTools, 'memory' | 'now' | 'onError' | 'picture'>;

/** What each fetched item sets off. */
function createTaking(
  account: ChannelAccount,
  api: KfApi,
  words: Pick<WecomKfSettings, 'welcome' | 'goodbye'>,
  tools: Tools,
) {
  const { onError, now } = tools;
  const sayOnEvent = createOnEvent(api, tools);
  return async (item: Item, inbox: Inbox): Promise<void> => {
    switch (item.kind) {
      case 'message':
        await inbox.admit(account, toActivity(item.inbound, account));
        return;
      case 'entered':
        return sayOnEvent({ code: item.welcomeCode, at: item.at, words: words.welcome, what: 'welcome' });
      case 'send-failed':
        // what cannot be marked must not keep the messages behind it from being read
        return inbox
          .sendFailed(account, item.messageId, item)
          .catch((error: unknown) => onError(error, 'wecom-kf: a message that did not arrive'));
      case 'session':
        await inbox.platformDesk(account, item.shopperId, item.isTheirs);
        return sayOnEvent({ code: item.endCode, at: item.at, words: words.goodbye, what: 'goodbye' });
      case 'recalled':
        return inbox.recalled(account, item.externalId, new Date(item.at || now()).toISOString());
      case 'left':
        return;
      default:
        return item satisfies never;
    }
  };
}

function createRoutes(account: ChannelAccount, settings: WecomKfSettings, fetching: Fetching, now: () => number) {
  const callback = createCallback({
    tokens: filled(settings.token, settings.prevToken),
    keys: filled(settings.aesKey, settings.prevAesKey).map(readAesKey),
    corpId: settings.corpId,
    toleranceSeconds: Number(settings.toleranceSeconds),
    now,
  });

  async function verify(request: ChannelRequest): Promise<ChannelResponse> {
    if (request.account !== account.name) return problem('channel_off');
    const echo = callback.echo(request.query);
    return echo === null ? refused() : plainText(200, echo);
  }

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    const atTheDoor = refusedAtTheDoor(account, request, BODY_LIMIT);
    if (atTheDoor !== null) return atTheDoor;
    const notice = callback.read(request);
    if (notice === null) return refused();
    // The message stays on the platform until it is stored here, so this promises nothing that a crash could break.
    if (notice.kind === 'waiting' && notice.openKfId === settings.openKfId) fetching.hint(inbox, notice.token);
    return taken();
  }

  const routes: ChannelRoute[] = [
    { method: 'GET', path: PATH, bodyLimit: 1024, handle: verify },
    { method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive },
  ];
  return routes;
}

export function createWecomKf(account: ChannelAccount, settings: WecomKfSettings, tools: Tools): Channel {
  const { corpId, secret, apiBase, outgoing, openKfId, agents } = settings;
  const { memory, now, onError, picture } = tools;
  const api = createKfApi({ corpId, secret, apiBase, outgoing, now });
  const take = createTaking(account, api, settings, tools);
  const fetching = createFetching({ api, memory, openKfId, now, take, onError });
  return {
    kind: 'wecom-kf',
    delivery: 'push',
    idempotent: false,
    burstWindowMs: BURST_WINDOW_MS,
    quota: QUOTA,
    partsOf: countMessages,
    account,
    routes: createRoutes(account, settings, fetching, now),
    run: fetching.keepFetching,
    async verify() {
      await api.check();
      await api.ask('servicer/list', { open_kfid: openKfId });
      return '企业微信接受了 CorpID、Secret 和客服账号 ID，服务器 IP 可信';
    },
    countedDays: (from, until) => countedDays(api, openKfId, from, until),
    async handedOff(shopperId) {
      if (agents === 'native') return handToPlatform(api, openKfId, shopperId);
      await keepWithUs(api, openKfId, shopperId);
      return false;
    },
    async media({ ref }) {
      if (ref !== undefined) return api.media(ref);
      throw new SendError({ kind: 'permanent', code: 'no_media', detail: '消息里没有文件' });
    },
    adapter: new ChannelAdapter((message) => sendMessage({ api, openKfId, picture }, message)),
  };
}

export const wecomKf = defineChannel({
  kind: 'wecom-kf',
  label: { zh: '微信客服', en: 'WeChat customer service (WeCom)' },
  prefix: 'WECOM_KF_',
  key: 'token',
  callback: PATH,
  events: 'none',
  fields: wecomKfFields,
  problems: wecomKfProblems,
  create: (account, values, { outgoing, ...tools }) =>
    createWecomKf(
      account,
      { ...values, agents: values.agents as WecomKfSettings['agents'], outgoing: outgoing('apiBase') },
      tools,
    ),
});
