// WeChat mini program customer service: JSON or XML in, answers by the API only. Knows no HTTP server and no database.
import type { ChannelAccount } from '../../contract/conversation.ts';
import { oneOf } from '../../setting.ts';
import type { Channel, Quota } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import { createSending, createWechatDoor, type WechatSettings } from '../wechat/account.ts';
import { createHook, success } from '../wechat/hook.ts';
import { readMessage } from '../wechat/message.ts';
import { wechatFields, wechatProblems } from '../wechat/settings.ts';
import { readBody } from './body.ts';
import { miniProgram } from './messages.ts';

const PATH = '/channels/wechat-mp/:account/webhook';
const BURST_WINDOW_MS = 600;
/** developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/send.html */
const QUOTA: Quota = {
  message: { messages: 5, windowMs: 48 * 3_600_000 },
  enter: { messages: 2, windowMs: 60_000 },
};
/** developers.weixin.qq.com/miniprogram/en/dev/framework/open-ability/customer-message/typing.html; there is no msgmenu */
const API = { typingPath: '/cgi-bin/message/custom/business/typing', menus: false };

export function createWechatMp(account: ChannelAccount, settings: WechatSettings, now: () => number): Channel {
  return {
    kind: 'wechat-mp',
    delivery: 'push',
    idempotent: false,
    burstWindowMs: BURST_WINDOW_MS,
    quota: QUOTA,
    account,
    routes: createHook({
      account,
      path: PATH,
      door: createWechatDoor(settings, readBody, now),
      read: (fields) => readMessage(miniProgram, fields),
      // text in the answer itself is not shown here: customer-message/receive.html
      answer: async () => success(),
      holdMs: settings.holdMs,
    }),
    ...createSending(settings, API, now),
  };
}

const fields = wechatFields('opens the WeChat mini program channel', {
  ...oneOf(['async'], 'async', 'the only way of replying that a mini program has'),
  env: 'REPLY',
  label: { zh: '回复方式', en: 'Way of replying' },
});

export const wechatMp = defineChannel({
  kind: 'wechat-mp',
  label: { zh: '微信小程序', en: 'WeChat mini program' },
  prefix: 'WECHAT_MP_',
  key: 'token',
  callback: PATH,
  events: 'none',
  fields,
  problems: wechatProblems,
  create: (account, values, { outgoing, memory, picture, now }) =>
    createWechatMp(
      account,
      {
        ...values,
        toleranceSeconds: Number(values.toleranceSeconds),
        mode: values.mode as WechatSettings['mode'],
        outgoing: outgoing('apiBase'),
        memory,
        picture,
      },
      now,
    ),
});
