// Chatwoot as the outside sees it: tells of messages under its own signature. Shares no code with the product.
import { createHmac } from 'node:crypto';
import type { ChannelRequest } from '../../src/channels/channel.ts';
import type { Said } from './taobao-client.ts';

export const CW_SECRET = 'cw_secret';

export const cwSign = (secret: string, at: number | string, body: string | Buffer): string =>
  `sha256=${createHmac('sha256', secret).update(`${at}.${body.toString()}`).digest('hex')}`;

export function cwRequest(
  body: string | Buffer,
  { secret = CW_SECRET, at = Math.floor(Date.now() / 1000), style = 'chatwoot' } = {},
): ChannelRequest {
  return {
    account: 'default',
    query: style === '' ? {} : { style },
    headers: {
      'content-type': 'application/json',
      'x-chatwoot-timestamp': String(at),
      'x-chatwoot-signature': `sha256=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`,
      'x-chatwoot-delivery': '7b1d4a3e-0000-4000-8000-000000000001',
    },
    body: Buffer.from(body),
  };
}

const bare = (id: string): string => (/^\d+$/.test(id) ? id : JSON.stringify(id));

/** `message_created` of a shopper; what is given goes over it. */
export function cwBody({ id, shopperId, text }: Said, more: Record<string, unknown> = {}): string {
  const rest = {
    event: 'message_created',
    content: text,
    message_type: 'incoming',
    content_type: 'text',
    private: false,
    created_at: new Date().toISOString(),
    conversation: { id: 42, inbox_id: 3, status: 'open' },
    account: { id: 1, name: 'Shop' },
    inbox: { id: 3, name: 'Website' },
    ...more,
  };
  const sender = `"sender":{"id":${bare(shopperId)},"name":"小明","type":"contact"}`;
  return `{"id":${bare(id)},${'sender' in more ? '' : `${sender},`}${JSON.stringify(rest).slice(1)}`;
}
