// A shopper's message as a shop's own program hands it on from a marketplace that opens no chat of its own. Pure; knows no signature and no platform.
import type { Inbound, MessagePayload } from '../contract/conversation.ts';
import { idText, isRecord } from '../providers/exact-json.ts';
import { readTopTime } from '../providers/top.ts';

export type ShopMessage =
  | { kind: 'message'; inbound: Inbound }
  /** The seller's own words, or our own reply reflected. */
  | { kind: 'echo' }
  /** It never was a message: no words, or nobody who said them. */
  | { kind: 'other' }
  /** Meant as a message, but it cannot be told from another one. */
  | { kind: 'malformed'; detail: string };

type Fields = Record<string, unknown>;

/**
 * Marketplaces name the same thing differently, and none has published how a chat message looks; docs/channels/taobao.md
 * names the first of each, the others are what their order messages call it.
 */
const NAMES = {
  id: ['msg_id', 'message_id', 'id'],
  shopper: ['open_uid', 'buyer_open_uid', 'open_id', 'buyer_open_id', 'ouid', 'buyer_id', 'user_id', 'buyer_nick'],
  name: ['buyer_nick', 'nick', 'nickname', 'buyer_name'],
  text: ['content', 'text', 'msg'],
  type: ['msg_type', 'content_type'],
  picture: ['pic_url', 'image_url', 'url'],
  order: ['tid_str', 'tid', 'order_id'],
  product: ['num_iid', 'item_id', 'product_id'],
  from: ['from', 'sender', 'direction'],
  time: ['time', 'send_time', 'create_time', 'timestamp'],
} as const;

const ID_MAX = 200;
const CONTROL = /\p{Cc}/u;
const SHOPPER_WORDS = new Set(['shopper', 'buyer', 'customer', 'user', 'in', 'incoming']);
/** A message of these kinds without words still is one. */
const KIND_TEXT: Readonly<Record<string, string>> = {
  image: '[图片]',
  video: '[视频]',
  voice: '[语音]',
  file: '[文件]',
  item: '[商品]',
  order: '[订单]',
};

/** Bridges written in Java say `openUid`. */
const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const fieldOf = (fields: Fields, name: string): unknown => fields[name] ?? fields[camel(name)];

const firstId = (fields: Fields, names: readonly string[]): string | null => {
  for (const name of names) {
    const id = idText(fieldOf(fields, name));
    if (id !== null) return id;
  }
  return null;
};

const firstText = (fields: Fields, names: readonly string[]): string => {
  const found = names
    .map((name) => fieldOf(fields, name))
    .find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof found === 'string' ? found : '';
};

const isId = (id: string): boolean => id.length <= ID_MAX && !CONTROL.test(id) && id.isWellFormed();

/** ISO, China's time as the platforms write it, seconds or milliseconds. */
function timeOf(value: unknown): string | undefined {
  const digits = idText(value);
  const number = digits !== null && /^\d{10,13}$/.test(digits) ? Number(digits) : null;
  const text = typeof value === 'string' ? value : '';
  const ms = number === null ? (readTopTime(text) ?? Date.parse(text)) : number < 1e11 ? number * 1000 : number;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** The generic channel's envelope carries the same under its own names. */
function flat(fields: Fields): Fields {
  const data = isRecord(fields.data) && fields.type === 'message.created' ? fields.data : fields;
  const user = isRecord(data.user) ? data.user : null;
  return {
    ...(data !== fields && { timestamp: fields.timestamp }),
    ...data,
    ...(user && { open_uid: user.id, buyer_nick: user.name }),
  };
}

function payloadOf(fields: Fields, type: string): MessagePayload {
  const order = firstId(fields, NAMES.order);
  const product = firstId(fields, NAMES.product);
  const url = firstText(fields, NAMES.picture);
  return {
    ...(order !== null && { orderId: order }),
    ...(product !== null && { productId: product }),
    ...(type === 'image' && /^https?:\/\//.test(url) && { attachments: [{ kind: 'image', url }] }),
    ...(type !== '' && type !== 'text' && { platform: { msgType: type } }),
  };
}

/** Of a file the words are its name, of what is seen or heard they may be its address; neither is a question. */
function textOf(type: string, said: string): string {
  const stands = KIND_TEXT[type];
  if (stands === undefined || said === '') return said || (stands ?? '');
  if (/^https?:\/\/\S+$/.test(said.trim())) return stands;
  return type === 'file' ? `${stands} ${said.trim()}` : said;
}

/** @param fallbackId what the platform calls the delivery; stands in when the message names no id of its own */
export function readShopMessage(value: unknown, fallbackId: string | null = null): ShopMessage {
  if (!isRecord(value)) return { kind: 'other' };
  const fields = flat(value);
  const type = firstText(fields, NAMES.type).trim().toLowerCase();
  const text = textOf(type, firstText(fields, NAMES.text));
  const shopperId = firstId(fields, NAMES.shopper);
  if (shopperId === null || text === '') return { kind: 'other' };
  const from = firstText(fields, NAMES.from);
  if (from !== '' && !SHOPPER_WORDS.has(from.trim().toLowerCase())) return { kind: 'echo' };
  const externalId = firstId(fields, NAMES.id) ?? fallbackId;
  if (externalId === null) return { kind: 'malformed', detail: '缺少 msg_id：没有它就无法识别重复' };
  if (!isId(externalId) || !isId(shopperId))
    return { kind: 'malformed', detail: `msg_id 与买家标识应不超过 ${ID_MAX} 个字符，不含控制字符` };
  const name = firstText(fields, NAMES.name).slice(0, ID_MAX);
  const sentAt = NAMES.time.map((one) => timeOf(fieldOf(fields, one))).find((time) => time !== undefined);
  return {
    kind: 'message',
    inbound: {
      externalId,
      shopperId,
      ...(name !== '' && { shopperName: name }),
      text,
      payload: payloadOf(fields, type),
      ...(sentAt !== undefined && { sentAt }),
    },
  };
}
