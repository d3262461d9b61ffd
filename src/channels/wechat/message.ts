// What WeChat's fields mean in all its products: a shopper's message, or something to acknowledge and leave. Pure; knows no XML and no signatures.
import type { Inbound, MessagePayload } from '../../contract/conversation.ts';
import type { Fields } from './envelope.ts';

export type Incoming =
  | { kind: 'message'; inbound: Inbound }
  /** WeChat's own desk has taken the shopper, or is done with them. */
  | { kind: 'session'; shopperId: string; hasIt: boolean }
  | { kind: 'ignored' }
  | { kind: 'malformed' };

export interface Content {
  text: string;
  payload: MessagePayload;
}

/** What only one of WeChat's products has. */
export interface Product {
  kinds: Readonly<Record<string, (fields: Fields) => Content>>;
  /** Null: nothing that anybody has to know. */
  event(event: string, fields: Fields): Content | null;
  /** Events about a session of WeChat's own desk: whether it has the shopper then. */
  sessions: Readonly<Record<string, boolean>>;
}

const OPEN_ID = /^[\w@.-]{1,128}$/;
const MSG_ID = /^\d{1,20}$/;
const SECONDS = /^\d{1,12}$/;
/** Of an event's key, as part of what tells one event from another. */
const KEY_MAX = 200;

/** Whoever comes in is greeted as if they had said hello: `intents/greeting.yaml` belongs to every shop. */
export const GREETED = 'intent:greeting';

/** Fields kept as facts for the agent, by the kind of message. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  image: ['PicUrl', 'MediaId'],
  voice: ['MediaId', 'Format', 'Recognition'],
  video: ['MediaId', 'ThumbMediaId'],
  shortvideo: ['MediaId', 'ThumbMediaId'],
  location: ['Location_X', 'Location_Y', 'Scale', 'Label'],
  link: ['Title', 'Description', 'Url'],
};

export const trimmed = (fields: Fields, name: string): string => (fields[name] ?? '').trim();

const labelled = (label: string, detail: string): string => (detail === '' ? `[${label}]` : `[${label}] ${detail}`);

function textOf(type: string, fields: Fields): string {
  switch (type) {
    case 'text':
      return trimmed(fields, 'Content') || '[空白消息]';
    case 'image':
      return '[图片]';
    case 'voice':
      // Speech the platform has already recognised is as good as typed.
      return trimmed(fields, 'Recognition') || '[语音]';
    case 'video':
    case 'shortvideo':
      return '[视频]';
    case 'location':
      return labelled('位置', trimmed(fields, 'Label'));
    case 'link':
      return labelled('链接', trimmed(fields, 'Title'));
    default:
      return '[暂不支持的消息]';
  }
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1).replaceAll('_', '');

/** The fields of these names that say something, as the agent sees them. */
export const factsOf = (fields: Fields, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = trimmed(fields, name);
      return value === '' ? [] : [[lowerFirst(name), value]];
    }),
  );

function payloadOf(type: string, fields: Fields): MessagePayload {
  // The id of a tapped menu entry is the value of the choice it was sent with.
  const choice = trimmed(fields, 'bizmsgmenuid');
  const url = type === 'image' ? trimmed(fields, 'PicUrl') : type === 'link' ? trimmed(fields, 'Url') : '';
  const mediaId = trimmed(fields, 'MediaId');
  return {
    // a tapped entry of a menu counts as a click: developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html
    ...(choice !== '' && { choice, opening: 'click' as const }),
    ...((mediaId !== '' || url !== '') && {
      attachments: [{ kind: type, ...(mediaId !== '' && { ref: mediaId }), ...(/^https?:\/\//.test(url) && { url }) }],
    }),
    ...(type !== 'text' && {
      platform: { msgType: type, ...factsOf(fields, Object.hasOwn(FACTS, type) ? FACTS[type]! : []) },
    }),
  };
}

/** Events have no id of their own; the platform tells them apart by sender and time. */
function readEvent(product: Product, fields: Fields, from: Pick<Inbound, 'shopperId' | 'sentAt'>): Incoming {
  const event = trimmed(fields, 'Event');
  const hasIt = Object.hasOwn(product.sessions, event) ? product.sessions[event] : undefined;
  if (hasIt !== undefined) return { kind: 'session', shopperId: from.shopperId, hasIt };
  const content = product.event(event, fields);
  if (content === null) return { kind: 'ignored' };
  const { text, payload } = content;
  const key = trimmed(fields, 'EventKey');
  return {
    kind: 'message',
    inbound: {
      externalId: `${from.shopperId}:${trimmed(fields, 'CreateTime')}:${event}:${key.slice(0, KEY_MAX)}`,
      ...from,
      text,
      payload: {
        ...payload,
        platform: { msgType: 'event', event, ...(key !== '' && { eventKey: key }), ...payload.platform },
      },
    },
  };
}

/** Reads verified fields. Message ids are 64-bit and stay strings. */
export function readMessage(product: Product, fields: Fields): Incoming {
  const type = trimmed(fields, 'MsgType');
  const shopperId = trimmed(fields, 'FromUserName');
  const createdAt = trimmed(fields, 'CreateTime');
  if (type === '' || !OPEN_ID.test(shopperId) || !SECONDS.test(createdAt)) return { kind: 'malformed' };
  // Accounts are `gh_…`, people are not: what an account wrote is our own echo.
  if (shopperId.startsWith('gh_')) return { kind: 'ignored' };
  const from = { shopperId, sentAt: new Date(Number(createdAt) * 1000).toISOString() };
  if (type === 'event') return readEvent(product, fields, from);
  const externalId = trimmed(fields, 'MsgId');
  // a text may be blank, but it has words in their place: nothing else, and not nothing
  if (!MSG_ID.test(externalId) || (type === 'text' && fields.Content === undefined)) return { kind: 'malformed' };
  const own = Object.hasOwn(product.kinds, type) ? product.kinds[type] : undefined;
  const content = own?.(fields) ?? { text: textOf(type, fields), payload: payloadOf(type, fields) };
  return { kind: 'message', inbound: { externalId, ...from, ...content } };
}
