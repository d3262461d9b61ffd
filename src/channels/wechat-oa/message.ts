// What WeChat's fields mean: a shopper's message, or something to acknowledge and leave. Pure; knows no XML and no signatures.
import type { Inbound, MessagePayload } from '../../contract/conversation.ts';
import type { Fields } from '../wechat/envelope.ts';

export type Incoming = { kind: 'message'; inbound: Inbound } | { kind: 'ignored' } | { kind: 'malformed' };

const OPEN_ID = /^[\w@.-]{1,128}$/;
const MSG_ID = /^\d{1,20}$/;
const SECONDS = /^\d{1,12}$/;

/** Fields kept as facts for the agent, by the kind of message. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  image: ['PicUrl', 'MediaId'],
  voice: ['MediaId', 'Format', 'Recognition'],
  video: ['MediaId', 'ThumbMediaId'],
  shortvideo: ['MediaId', 'ThumbMediaId'],
  location: ['Location_X', 'Location_Y', 'Scale', 'Label'],
  link: ['Title', 'Description', 'Url'],
};

const trimmed = (fields: Fields, name: string): string => (fields[name] ?? '').trim();

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

function payloadOf(type: string, fields: Fields): MessagePayload {
  // The id of a tapped menu entry is the value of the choice it was sent with.
  const choice = trimmed(fields, 'bizmsgmenuid');
  const facts = (FACTS[type] ?? []).filter((name) => trimmed(fields, name) !== '');
  const url = type === 'image' ? trimmed(fields, 'PicUrl') : type === 'link' ? trimmed(fields, 'Url') : '';
  const mediaId = trimmed(fields, 'MediaId');
  return {
    // a tapped entry of a menu counts as a click: developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html
    ...(choice !== '' && { choice, opening: 'click' as const }),
    ...((mediaId !== '' || url !== '') && {
      attachments: [{ kind: type, ...(mediaId !== '' && { id: mediaId }), ...(/^https?:\/\//.test(url) && { url }) }],
    }),
    ...(type !== 'text' && {
      platform: {
        msgType: type,
        ...Object.fromEntries(facts.map((name) => [lowerFirst(name), trimmed(fields, name)])),
      },
    }),
  };
}

/** Following the account is the shopper's greeting; no other event calls for an answer. */
function readEvent(fields: Fields, shopperId: string, createdAt: string, sentAt: string): Incoming {
  const event = trimmed(fields, 'Event');
  if (event !== 'subscribe') return { kind: 'ignored' };
  const key = trimmed(fields, 'EventKey');
  return {
    kind: 'message',
    inbound: {
      externalId: `${shopperId}:${createdAt}:${event}:${key}`,
      shopperId,
      text: '[关注]',
      opening: 'follow',
      payload: { platform: { msgType: 'event', event, ...(key !== '' && { eventKey: key }) } },
      sentAt,
    },
  };
}

/** Reads verified fields. Message ids are 64-bit and stay strings. */
export function readMessage(fields: Fields): Incoming {
  const type = trimmed(fields, 'MsgType');
  const shopperId = trimmed(fields, 'FromUserName');
  const createdAt = trimmed(fields, 'CreateTime');
  if (type === '' || !OPEN_ID.test(shopperId) || !SECONDS.test(createdAt)) return { kind: 'malformed' };
  // Accounts are `gh_…`, people are not: what an account wrote is our own echo.
  if (shopperId.startsWith('gh_')) return { kind: 'ignored' };
  const sentAt = new Date(Number(createdAt) * 1000).toISOString();
  if (type === 'event') return readEvent(fields, shopperId, createdAt, sentAt);
  const externalId = trimmed(fields, 'MsgId');
  if (!MSG_ID.test(externalId)) return { kind: 'malformed' };
  const inbound = { externalId, shopperId, text: textOf(type, fields), payload: payloadOf(type, fields), sentAt };
  return { kind: 'message', inbound };
}
