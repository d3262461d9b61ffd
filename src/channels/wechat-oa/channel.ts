// WeChat Official Account: verification, incoming messages, asynchronous and passive replies. Knows no HTTP server and no database.
import type { ChannelAccount, Quota } from '../../contract/conversation.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { toActivity } from '../activity.ts';
import { ChannelAdapter } from '../adapter.ts';
import { plainText, problem, tryAgain } from '../answers.ts';
import type { Channel, ChannelRequest, ChannelResponse, Inbox } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import { createWechatApi } from '../wechat/api.ts';
import { readAesKey } from '../wechat/crypto.ts';
import { createDoor, type Door, type Opened } from '../wechat/door.ts';
import { textReply } from '../wechat/envelope.ts';
import { countParts, sendMessage } from '../wechat/send.ts';
import { splitText, TEXT_LIMIT_BYTES } from '../wechat/text.ts';
import { readMessage } from './message.ts';
import { wechatFields, wechatProblems } from './settings.ts';

export interface WechatOaSettings {
  /** `WECHAT_OA_TOKEN`. Empty: the channel is off. */
  token: string;
  /** `WECHAT_OA_AES_KEY`, EncodingAESKey; needed unless the mode is plain. */
  aesKey: string;
  /** `WECHAT_OA_PREV_AES_KEY`: still accepted while keys are rotated. */
  prevAesKey: string;
  /** `WECHAT_OA_APPID` */
  appId: string;
  /** `WECHAT_OA_APP_SECRET`; without it nothing can be sent but passive replies. */
  appSecret: string;
  /** `WECHAT_OA_MODE`, as set in the platform's console. */
  mode: 'plain' | 'compat' | 'secure';
  /** `WECHAT_OA_REPLY` */
  reply: 'async' | 'passive';
  /** `WECHAT_OA_API_BASE` */
  apiBase: string;
  /** How the API is called. */
  outgoing: Outgoing;
  /** How far the platform's clock may be from ours. Default 300. */
  toleranceSeconds?: number;
  /** Time limit of one API call. Default 10 000. */
  apiTimeoutMs?: number;
}

const PATH = '/channels/wechat-oa/:account/webhook';
const BODY_LIMIT = 64 * 1024;
const BURST_WINDOW_MS = 600;
/** The platform hangs up after 5 s and asks again. */
const PASSIVE_DEADLINE_MS = 4500;
const TOLERANCE_SECONDS = 300;

/** Anything but this one word makes WeChat show the shopper an error. */
const success = (): ChannelResponse => plainText(200, 'success');
/** Since June 2023; developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html */
const A_MINUTE = { messages: 3, windowMs: 60_000 };
const QUOTA: Quota = {
  message: { messages: 5, windowMs: 48 * 3_600_000 },
  click: A_MINUTE,
  follow: A_MINUTE,
  scan: A_MINUTE,
};

/** One answer for every bad envelope, so that it tells nothing about the reason. */
const refused = (): ChannelResponse => problem('invalid_signature');

/** A passive reply is one message and no more. */
function onlyPart(text: string): string {
  const [first = '', second] = splitText(text);
  return second === undefined ? first : `${splitText(text, TEXT_LIMIT_BYTES - Buffer.byteLength('…'))[0]}…`;
}

/** The message is stored by now: whatever fails here, the answer still goes out another way. */
async function passiveText(
  inbox: Inbox,
  account: ChannelAccount,
  externalId: string,
  leftMs: number,
): Promise<string | null> {
  if (leftMs <= 0) return null;
  try {
    return await inbox.passiveReply(account, externalId, Math.floor(leftMs));
  } catch {
    return null;
  }
}

function passiveAnswer(door: Door, { fields, key }: Opened, text: string | null): ChannelResponse {
  if (text === null || text.trim() === '') return success();
  const reply = textReply({
    to: fields.FromUserName?.trim() ?? '',
    from: fields.ToUserName?.trim() ?? '',
    // The message's own time, not the clock's: the answer to a repeated message stays the same.
    createdAt: fields.CreateTime?.trim() ?? '',
    text: onlyPart(text),
  });
  return { status: 200, contentType: 'application/xml; charset=utf-8', body: door.seal(reply, key) };
}

function createWechatDoor(settings: WechatOaSettings, now: () => number): Door {
  const { token, appId, mode } = settings;
  const keys =
    mode === 'plain' ? [] : [settings.aesKey, settings.prevAesKey].filter((key) => key !== '').map(readAesKey);
  return createDoor({
    token,
    appId,
    mode,
    keys,
    toleranceSeconds: settings.toleranceSeconds ?? TOLERANCE_SECONDS,
    now,
  });
}

function createSending(settings: WechatOaSettings, now: () => number): Pick<Channel, 'adapter' | 'verify'> {
  const { appId, appSecret, apiBase, outgoing, apiTimeoutMs: timeoutMs } = settings;
  if (appSecret === '') return {};
  const api = createWechatApi({ appId, appSecret, apiBase, outgoing, timeoutMs, now });
  return {
    adapter: new ChannelAdapter((message) => sendMessage(api, message)),
    async verify() {
      await api.check();
      return '微信接受了 AppID 和 AppSecret，服务器 IP 在白名单内';
    },
  };
}

export function createWechatOa(
  account: ChannelAccount,
  settings: WechatOaSettings,
  now: () => number = Date.now,
): Channel {
  const door = createWechatDoor(settings, now);

  async function verify(request: ChannelRequest): Promise<ChannelResponse> {
    if (request.account !== account.name) return problem('channel_off');
    const { echostr = '' } = request.query;
    return door.isVerification(request.query) ? plainText(200, echostr) : refused();
  }

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    const startedAt = performance.now();
    if (request.account !== account.name) return problem('channel_off');
    if (request.body.length > BODY_LIMIT) return problem('too_large');
    const opened = door.open(request);
    const incoming = opened && readMessage(opened.fields);
    if (!opened || !incoming || incoming.kind === 'malformed') return refused();
    if (incoming.kind === 'ignored') return success();
    try {
      await inbox.admit(account, toActivity(incoming.inbound, account));
    } catch {
      return tryAgain();
    }
    if (settings.reply === 'async') return success();
    const leftMs = PASSIVE_DEADLINE_MS - (performance.now() - startedAt);
    return passiveAnswer(door, opened, await passiveText(inbox, account, incoming.inbound.externalId, leftMs));
  }

  return {
    kind: 'wechat-oa',
    delivery: settings.reply === 'passive' ? 'passive' : 'push',
    idempotent: false,
    burstWindowMs: BURST_WINDOW_MS,
    quota: QUOTA,
    partsOf: countParts,
    account,
    routes: [
      { method: 'GET', path: PATH, bodyLimit: 1024, handle: verify },
      { method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive },
    ],
    ...createSending(settings, now),
  };
}

export const wechatOa = defineChannel({
  kind: 'wechat-oa',
  label: { zh: '微信公众号', en: 'WeChat Official Account' },
  prefix: 'WECHAT_OA_',
  key: 'token',
  callback: PATH,
  fields: wechatFields,
  problems: wechatProblems,
  create: (account, values, { outgoing, now }) =>
    createWechatOa(
      account,
      {
        ...values,
        mode: values.mode as WechatOaSettings['mode'],
        reply: values.reply as WechatOaSettings['reply'],
        outgoing: outgoing('apiBase'),
      },
      now,
    ),
});
