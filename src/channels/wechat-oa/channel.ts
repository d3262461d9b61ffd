// WeChat Official Account: menus and events, asynchronous and passive replies. Knows no HTTP server and no database.
import type { ChannelAccount } from '../../contract/conversation.ts';
import { oneOf } from '../../setting.ts';
import type { Channel, ChannelResponse, Inbox, Quota } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import { createSending, createWechatDoor, type WechatSettings } from '../wechat/account.ts';
import type { Door, Opened } from '../wechat/door.ts';
import { readXml, textReply } from '../wechat/envelope.ts';
import { type Arrived, createHook, success } from '../wechat/hook.ts';
import { readMessage } from '../wechat/message.ts';
import { wechatFields, wechatProblems } from '../wechat/settings.ts';
import { splitText, TEXT_LIMIT_BYTES } from '../wechat/text.ts';
import { officialAccount } from './events.ts';

export interface WechatOaSettings extends WechatSettings {
  /** `WECHAT_OA_REPLY` */
  reply: 'async' | 'passive';
}

const PATH = '/channels/wechat-oa/:account/webhook';
const BURST_WINDOW_MS = 600;
/** The platform hangs up after 5 s and asks again. */
const PASSIVE_DEADLINE_MS = 4500;
/** Since June 2023; developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html */
const A_MINUTE = { messages: 3, windowMs: 60_000 };
const QUOTA: Quota = {
  message: { messages: 5, windowMs: 48 * 3_600_000 },
  click: A_MINUTE,
  follow: A_MINUTE,
  scan: A_MINUTE,
};
/** developers.weixin.qq.com/doc/service/api/customer/message/api_typing.html */
const API = { typingPath: '/cgi-bin/message/custom/typing', menus: true };

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

export function createWechatOa(
  account: ChannelAccount,
  settings: WechatOaSettings,
  now: () => number = Date.now,
): Channel {
  const door = createWechatDoor(settings, readXml, now);

  async function answer({ opened, inbound, startedAt }: Arrived, inbox: Inbox): Promise<ChannelResponse> {
    if (settings.reply === 'async') return success();
    const leftMs = PASSIVE_DEADLINE_MS - (performance.now() - startedAt);
    return passiveAnswer(door, opened, await passiveText(inbox, account, inbound.externalId, leftMs));
  }

  return {
    kind: 'wechat-oa',
    delivery: settings.reply === 'passive' ? 'passive' : 'push',
    idempotent: false,
    burstWindowMs: BURST_WINDOW_MS,
    quota: QUOTA,
    account,
    routes: createHook({ account, path: PATH, door, read: (fields) => readMessage(officialAccount, fields), answer }),
    ...createSending(settings, API, now),
  };
}

const fields = wechatFields('opens the WeChat Official Account channel', {
  ...oneOf(['async', 'passive'], 'async', 'passive for accounts without the customer-service API'),
  env: 'REPLY',
  label: { zh: '回复方式', en: 'Way of replying' },
});

export const wechatOa = defineChannel({
  kind: 'wechat-oa',
  label: { zh: '微信公众号', en: 'WeChat Official Account' },
  prefix: 'WECHAT_OA_',
  key: 'token',
  callback: PATH,
  fields,
  problems: wechatProblems,
  create: (account, values, { outgoing, memory, now }) =>
    createWechatOa(
      account,
      {
        ...values,
        mode: values.mode as WechatOaSettings['mode'],
        reply: values.reply as WechatOaSettings['reply'],
        outgoing: outgoing('apiBase'),
        memory,
      },
      now,
    ),
});
