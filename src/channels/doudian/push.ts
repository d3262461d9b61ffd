// What 抖店 pushes: its signature, the messages of one body, and which of them are a shopper's. Pure; knows no HTTP.
import { createHash } from 'node:crypto';
import { idText, isRecord, parseExact } from '../../providers/exact-json.ts';
import type { ChannelRequest } from '../channel.ts';
import { sameText } from '../constant-time.ts';
import { readShopMessage, type ShopMessage } from '../shop-message.ts';

/** `event-sign`: MD5 in hex over app key, body as it arrived, and secret; github minibear2021/doudian core.py */
export const eventSign = (appKey: string, body: Buffer, appSecret: string): string =>
  createHash('md5').update(appKey).update(body).update(appSecret).digest('hex');

export function isGenuine(
  { headers, body }: Pick<ChannelRequest, 'headers' | 'body'>,
  appKey: string,
  secrets: readonly string[],
): boolean {
  const { 'app-id': appId = '', 'event-sign': sign = '' } = headers;
  const isSigned = secrets.map((secret) => sameText(eventSign(appKey, body, secret), sign)).includes(true);
  return isSigned && sameText(appKey, appId);
}

export interface PushRules {
  /** Of the pushes for several shops, only this one's; empty: all. */
  shopId: string;
  /** Tags that carry shoppers' messages; empty: whatever has a shopper and words. */
  tags: readonly string[];
}

/** By this tag the platform asks whether the address works. */
const PROBE = '0';

/** `data` is an object, or one in a string. */
function dataOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'string') return isRecord(value) ? value : null;
  try {
    const parsed = parseExact(value);
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function readItem(item: unknown, { shopId, tags }: PushRules): ShopMessage {
  const other: ShopMessage = { kind: 'other' };
  if (!isRecord(item)) return other;
  const [tag, id, data] = [idText(item.tag), idText(item.msg_id), dataOf(item.data)];
  if (tag === null || tag === PROBE || data === null) return other;
  if (tags.length > 0 && !tags.includes(tag)) return other;
  const shop = idText(data.shop_id);
  if (shopId !== '' && shop !== null && shop !== shopId) return other;
  // the platform's own id decides what is a repeat, whatever the words carry
  const named = isRecord(data.data) ? { ...data, data: { ...data.data, id } } : { ...data, msg_id: id };
  return readShopMessage(named);
}

/** All of one body in their order; null when it is none of the platform's. */
export function readPush(body: Buffer, rules: PushRules): ShopMessage[] | null {
  let parsed: unknown;
  try {
    parsed = parseExact(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) && !isRecord(parsed)) return null;
  return [parsed].flat().map((item) => readItem(item, rules));
}
