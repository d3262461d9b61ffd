// 抖店 as the outside sees it: pushes arrays of messages under its signature. Shares no code with the product.
import { createHash } from 'node:crypto';
import type { ChannelRequest } from '../../src/channels/channel.ts';
import type { Said } from './taobao-client.ts';

export interface DoudianParty {
  appKey: string;
  appSecret: string;
}

export const DOUDIAN_PARTY: DoudianParty = {
  appKey: '3409409348479354011',
  appSecret: '2ad2355c-01d0-11f8-91dc-05a8cd1054b1',
};

export const pushSign = ({ appKey, appSecret }: DoudianParty, body: Buffer): string =>
  createHash('md5')
    .update(Buffer.concat([Buffer.from(appKey), body, Buffer.from(appSecret)]))
    .digest('hex');

export function pushRequest(party: DoudianParty, body: string | Buffer): ChannelRequest {
  const bytes = Buffer.from(body);
  return {
    account: 'default',
    query: {},
    headers: {
      'content-type': 'application/json',
      'app-id': party.appKey,
      'event-sign': pushSign(party, bytes),
    },
    body: bytes,
  };
}

export const PROBE_BODY = '[{"tag":"0","msg_id":"0","data":"2026-01-01"}]';

/** One message of a body; `data` is JSON in a string, as the platform sends it. */
export const pushItem = ({ id, shopperId, text }: Said, tag = '9001', more: Record<string, unknown> = {}) => ({
  tag,
  msg_id: id,
  data: JSON.stringify({ open_id: shopperId, buyer_nick: '小明', content: text, ...more }),
});

export const pushBody = (...items: ReturnType<typeof pushItem>[]): string => JSON.stringify(items);
