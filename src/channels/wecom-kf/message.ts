// What the items of a fetched page mean: a shopper's words, a colleague's words in the WeCom app, or an event. Pure; knows no HTTP.
import type { Inbound, MessagePayload } from '../../contract/conversation.ts';
import { messageIdOf } from './message-id.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `at` in milliseconds. */
export type Item =
  | { kind: 'message'; inbound: Inbound; at: number }
  /** Who enters may be welcomed with this code, once and within 20 s. */
  | { kind: 'entered'; shopperId: string; welcomeCode: string; at: number }
  | { kind: 'send-failed'; messageId: string; detail: string; untilShopper: boolean; at: number }
  /** People in the WeCom app have the shopper now, or have ended it. */
  /** `endCode`: one message may be said with it soon; empty when there is none. */
  | { kind: 'session'; shopperId: string; isTheirs: boolean; endCode: string; at: number }
  /** Somebody took a message back: the shopper, or a person in the WeCom app. */
  | { kind: 'recalled'; externalId: string; at: number }
  | { kind: 'left'; at: number };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
};

/** Up to 44 characters have been seen; this only keeps nonsense out. */
const ID = /^[\w.@:+/=-]{1,128}$/;
const MEDIA = new Set(['image', 'voice', 'video', 'file']);

/** developer.work.weixin.qq.com/document/path/94670 (types), 94677 (events). Chinese names as the WeCom app shows them. */
const LABELS: Readonly<Record<string, string>> = {
  image: '图片',
  voice: '语音',
  video: '视频',
  file: '文件',
  location: '位置',
  link: '链接',
  business_card: '名片',
  miniprogram: '小程序',
  msgmenu: '菜单',
  channels: '视频号',
  channels_shop_product: '视频号商品',
  channels_shop_order: '视频号订单',
  merged_msg: '聊天记录',
  meeting: '会议',
  schedule: '日程',
  note: '笔记',
};

/** Which fields say in words what it is about. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  location: ['name', 'address'],
  link: ['title', 'desc'],
  miniprogram: ['title'],
  msgmenu: ['head_content'],
  channels: ['nickname', 'title'],
  channels_shop_product: ['title', 'sales_price'],
  channels_shop_order: ['product_titles', 'price_wording', 'state'],
  merged_msg: ['title'],
};

function textOf(type: string, content: Fields): string {
  if (type === 'text') return text(content, 'content') || '[空白消息]';
  const label = LABELS[type];
  if (label === undefined) return '[暂不支持的消息]';
  const words = (WORDS[type] ?? []).map((name) => text(content, name)).filter((word) => word !== '');
  return [`[${label}]`, ...words].join(' ');
}

/** Only plain facts are kept; a forwarded chat's messages and the like would be a document of their own. */
const factsOf = (content: Fields): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(content).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );

function payloadOf(type: string, content: Fields): MessagePayload {
  const choice = type === 'text' ? text(content, 'menu_id') : '';
  const mediaId = MEDIA.has(type) ? text(content, 'media_id') : '';
  const url = type === 'link' ? text(content, 'url') : '';
  return {
    ...(choice !== '' && { choice }),
    ...(mediaId !== '' && { attachments: [{ kind: type, ref: mediaId }] }),
    ...(/^https?:\/\//.test(url) && { attachments: [{ kind: type, url }] }),
    ...(type !== 'text' && { platform: { msgType: type, ...factsOf(content) } }),
  };
}

/** developer.work.weixin.qq.com/document/path/94677, `fail_type` of `msg_send_fail` */
const FAILURES: Readonly<Record<string, string>> = {
  0: '平台没有说明原因',
  1: '客服账号已删除',
  2: '应用已关闭',
  4: '顾客最后一次发言已超过 48 小时',
  5: '会话已关闭',
  6: '顾客再次发言之前，最多发 5 条',
  7: '没有绑定视频号',
  8: '企业主体未验证',
  9: '没有绑定视频号，且企业主体未验证',
  10: '顾客拒收',
};

/** Those that the shopper's next message ends. */
const UNTIL_SHOPPER = new Set(['4', '5', '6']);

/** 3 ends it; 1 out of the pool, 2 to another person, 4 taken up again. */
const TAKEN = new Set(['1', '2', '4']);

function readEvent(event: Fields, openKfId: string, at: number): Item {
  const left: Item = { kind: 'left', at };
  const account = text(event, 'open_kfid');
  if (account !== '' && account !== openKfId) return left;
  const shopperId = text(event, 'external_userid');
  switch (text(event, 'event_type')) {
    case 'enter_session': {
      const welcomeCode = text(event, 'welcome_code');
      return welcomeCode !== '' && ID.test(shopperId) ? { kind: 'entered', shopperId, welcomeCode, at } : left;
    }
    case 'msg_send_fail': {
      const messageId = messageIdOf(text(event, 'fail_msgid'));
      const type = text(event, 'fail_type');
      if (messageId === null) return left;
      const detail = `企业微信没有送达：${FAILURES[type] ?? `原因 ${type}`}`;
      // of a later part: what came before it has arrived
      const isWhole = messageId === text(event, 'fail_msgid');
      return { kind: 'send-failed', messageId, detail, untilShopper: isWhole && UNTIL_SHOPPER.has(type), at };
    }
    case 'session_status_change': {
      const change = text(event, 'change_type');
      if (!ID.test(shopperId) || (change !== '3' && !TAKEN.has(change))) return left;
      const isTheirs = change !== '3';
      // taken from the pool it comes with a code too, for those who keep somebody waiting there: not for us to say
      return { kind: 'session', shopperId, isTheirs, endCode: isTheirs ? '' : text(event, 'msg_code'), at };
    }
    case 'user_recall_msg':
    case 'servicer_recall_msg': {
      const externalId = text(event, 'recall_msgid');
      return ID.test(externalId) ? { kind: 'recalled', externalId, at } : left;
    }
    // servicer_status_change and those that are yet to come: whoever is there is asked for when it matters.
    default:
      return left;
  }
}

const SHOPPER = 3;
const EVENT = 4;
const COLLEAGUE = 5;

/** Reads one item. What cannot be deduplicated or belongs to nobody is left. */
export function readItem(value: unknown, openKfId: string): Item {
  const item = isFields(value) ? value : {};
  const seconds = item.send_time;
  const at = typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0 ? seconds * 1000 : 0;
  const type = text(item, 'msgtype');
  const content = isFields(item[type]) ? item[type] : {};
  if (type === 'event' || item.origin === EVENT) return readEvent(content, openKfId, at);
  const externalId = text(item, 'msgid');
  const shopperId = text(item, 'external_userid');
  const account = text(item, 'open_kfid');
  const isOurs = account === '' || account === openKfId;
  if (!isOurs || type === '' || !ID.test(externalId) || !ID.test(shopperId)) return { kind: 'left', at };
  if (item.origin !== SHOPPER && item.origin !== COLLEAGUE) return { kind: 'left', at };
  const payload = payloadOf(type, content);
  const said = { externalId, shopperId, text: textOf(type, content) };
  const sentAt = at > 0 ? { sentAt: new Date(at).toISOString() } : {};
  if (item.origin === SHOPPER) return { kind: 'message', inbound: { ...said, payload, ...sentAt }, at };
  const agentName = text(item, 'servicer_userid');
  return {
    kind: 'message',
    inbound: {
      ...said,
      author: 'platform_agent',
      payload: { ...payload, ...(agentName !== '' && { agentName }) },
      ...sentAt,
    },
    at,
  };
}
