// WeChat Official Account: menus and events, asynchronous and passive replies. Knows no HTTP server and no database.
import type { ChannelAccount } from '../../contract/conversation.ts';
import { oneOf } from '../../setting.ts';
import type { Channel, ChannelResponse, Inbox, Quota } from '../channel.ts';
import { type ChannelField, type ChannelValues, defineChannel } from '../definition.ts';
import { createSending, createWechatDoor, type WechatSettings } from '../wechat/account.ts';
import type { Door, Opened } from '../wechat/door.ts';
import { readXml, textReply, transferReply } from '../wechat/envelope.ts';
import { type Arrived, createHook, success } from '../wechat/hook.ts';
import { readMessage } from '../wechat/message.ts';
import { wechatFields, wechatProblems } from '../wechat/settings.ts';
import { splitText, TEXT_LIMIT_BYTES } from '../wechat/text.ts';
import { officialAccount } from './events.ts';
import { createOwnDesk } from './own-desk.ts';

export interface WechatOaSettings extends WechatSettings {
  /** `WECHAT_OA_REPLY` */
  reply: 'async' | 'passive';
  /** `WECHAT_OA_AGENTS`: who takes over from the bot, our desk or WeChat's own. */
  agents: 'desk' | 'native';
}

const PATH = '/channels/wechat-oa/:account/webhook';
const BURST_WINDOW_MS = 600;
/** The platform hangs up after 5 s and asks again. We promise 4.5 s: the rest is for the way and for a busy machine. */
const PASSIVE_DEADLINE_MS = 4_200;
/** A handoff to WeChat's own desk is waited for so long; later ones are said with the shopper's next message. */
const TRANSFER_DEADLINE_MS = 900;
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
  { inbound, startedAt, isOpen }: Arrived,
): Promise<string | null> {
  const deadlineMs = Math.floor(PASSIVE_DEADLINE_MS - (performance.now() - startedAt));
  if (deadlineMs <= 0) return null;
  try {
    return await inbox.passiveReply(account, inbound.externalId, { deadlineMs, isOpen });
  } catch {
    return null;
  }
}

/** Who a reply to that message goes to, and from whom. The message's own time: the answer to a repeated one stays the same. */
const headOf = ({ fields }: Opened) => ({
  to: fields.FromUserName?.trim() ?? '',
  from: fields.ToUserName?.trim() ?? '',
  createdAt: fields.CreateTime?.trim() ?? '',
});

const xmlAnswer = (door: Door, { key }: Opened, reply: string): ChannelResponse => ({
  status: 200,
  contentType: 'application/xml; charset=utf-8',
  body: door.seal(reply, key),
});

const passiveAnswer = (door: Door, opened: Opened, text: string | null): ChannelResponse =>
  text === null || text.trim() === ''
    ? success()
    : xmlAnswer(door, opened, textReply({ ...headOf(opened), text: onlyPart(text) }));

export function createWechatOa(
  account: ChannelAccount,
  settings: WechatOaSettings,
  now: () => number = Date.now,
): Channel {
  const door = createWechatDoor(settings, readXml, now);
  const ownDesk = settings.agents === 'native' ? createOwnDesk() : null;

  /** Theirs already, or about to be. An event is never handed over, and a repeat says nothing about who has the shopper. */
  async function isTheirs({ inbound, admitted, startedAt }: Arrived): Promise<boolean> {
    if (ownDesk === null || inbound.payload.platform?.msgType === 'event' || admitted.status !== 'new') return false;
    const leftMs = TRANSFER_DEADLINE_MS - (performance.now() - startedAt);
    return admitted.turnId === null || ownDesk.soon(inbound.shopperId, leftMs);
  }

  async function answer(arrived: Arrived, inbox: Inbox): Promise<ChannelResponse> {
    const { opened } = arrived;
    if (await isTheirs(arrived)) return xmlAnswer(door, opened, transferReply(headOf(opened)));
    if (settings.reply === 'async') return success();
    return passiveAnswer(door, opened, await passiveText(inbox, account, arrived));
  }

  return {
    kind: 'wechat-oa',
    delivery: settings.reply === 'passive' ? 'passive' : 'push',
    idempotent: false,
    burstWindowMs: BURST_WINDOW_MS,
    quota: QUOTA,
    account,
    routes: createHook({
      account,
      path: PATH,
      door,
      read: (fields) => readMessage(officialAccount, fields),
      answer,
      holdMs: settings.holdMs,
    }),
    ...createSending(settings, API, now),
    ...(ownDesk !== null && { handedOff: ownDesk.handedOff }),
  };
}

const fields = {
  ...wechatFields('opens the WeChat Official Account channel', {
    ...oneOf(['async', 'passive'], 'async', 'passive for accounts without the customer-service API'),
    env: 'REPLY',
    label: { zh: '回复方式', en: 'Way of replying' },
  }),
  agents: {
    ...oneOf(['desk', 'native'], 'desk', "who takes over from the bot: our desk, or WeChat's own customer service"),
    env: 'AGENTS',
    label: { zh: '人工接待', en: 'People' },
    hint: {
      zh: 'desk：我们的工作台；native：微信的公众号客服，交出去的对话只在微信里',
      en: "desk: ours; native: WeChat's own, which keeps those conversations to itself",
    },
  },
} as const satisfies Record<string, ChannelField>;

/** Two answers in one response are one too many. */
function problems(
  values: ChannelValues<keyof typeof fields>,
  name: (field: keyof typeof fields) => string,
): { field: keyof typeof fields; text: string }[] {
  const found = wechatProblems(values, name);
  const isOdd = values.agents === 'native' && values.reply === 'passive';
  return isOdd
    ? [...found, { field: 'agents', text: `${name('agents')}为 native 时，${name('reply')}应为 async` }]
    : found;
}

export const wechatOa = defineChannel({
  kind: 'wechat-oa',
  label: { zh: '微信公众号', en: 'WeChat Official Account' },
  prefix: 'WECHAT_OA_',
  key: 'token',
  callback: PATH,
  events: 'none',
  fields,
  problems,
  create: (account, values, { outgoing, memory, picture, now }) =>
    createWechatOa(
      account,
      {
        ...values,
        toleranceSeconds: Number(values.toleranceSeconds),
        mode: values.mode as WechatOaSettings['mode'],
        reply: values.reply as WechatOaSettings['reply'],
        agents: values.agents as WechatOaSettings['agents'],
        outgoing: outgoing('apiBase'),
        memory,
        picture,
      },
      now,
    ),
});
