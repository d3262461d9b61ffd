// How the webhook channel is spoken to and listened to in Chatwoot's style.
import type { ChannelRequest } from '../../src/channels/channel.ts';
import { webhook as webhookChannel } from '../../src/channels/webhook/channel.ts';
import type { ChannelHarness, GenuineMessage } from './channel-suite.ts';
import { CW_SECRET, cwBody, cwRequest } from './chatwoot-client.ts';
import { channelWith } from './harnesses.ts';

const hello: GenuineMessage = { id: '9001', shopperId: '77', text: '你好' };
const seconds = (): number => Math.floor(Date.now() / 1000);

function forgeries(): Record<string, ChannelRequest> {
  const genuine = cwRequest(cwBody(hello));
  const withHeaders = (more: Record<string, string>) => ({ ...genuine, headers: { ...genuine.headers, ...more } });
  const sign = genuine.headers['x-chatwoot-signature']!;
  return {
    'wrong secret': cwRequest(cwBody(hello), { secret: 'other' }),
    'no headers': { ...genuine, headers: {} },
    'no signature': withHeaders({ 'x-chatwoot-signature': '' }),
    'truncated signature': withHeaders({ 'x-chatwoot-signature': sign.slice(0, -8) }),
    'signature without its name': withHeaders({ 'x-chatwoot-signature': sign.slice('sha256='.length) }),
    'another time': withHeaders({ 'x-chatwoot-timestamp': String(seconds() - 1) }),
    'a time that is none': withHeaders({ 'x-chatwoot-timestamp': 'soon' }),
    'one changed byte': { ...genuine, body: Buffer.from(cwBody({ ...hello, text: '你好！' })) },
    'bytes that are not UTF-8': cwRequest(Buffer.from([0x22, 0xff, 0x22])),
    'the other style': { ...genuine, query: { style: 'standard' } },
  };
}

export function chatwoot(): ChannelHarness {
  return {
    name: 'webhook, chatwoot',
    create: (url) => channelWith(webhookChannel, { secret: CW_SECRET, style: 'chatwoot', deliverUrl: `${url}/bridge` }),
    createWithoutSecret: () => channelWith(webhookChannel, { style: 'chatwoot', deliverUrl: 'http://127.0.0.1:9' }),
    inlet: {
      genuine: (message) => cwRequest(cwBody(message), { at: seconds() - (message.age ?? 0) }),
      forgeries,
      ignored: () => ({
        'an agent’s words': cwRequest(cwBody(hello, { message_type: 'outgoing' })),
        'our own, told as a number': cwRequest(cwBody(hello, { message_type: 1 })),
        'a template': cwRequest(cwBody(hello, { message_type: 'template' })),
        'an activity': cwRequest(cwBody(hello, { message_type: 'activity' })),
        'a private note': cwRequest(cwBody(hello, { private: true })),
        'a bot’s words': cwRequest(cwBody(hello, { sender: { id: 5, type: 'agent_bot' } })),
        'another event': cwRequest(cwBody(hello, { event: 'conversation_updated' })),
      }),
      oversize: () => cwRequest(cwBody({ ...hello, text: 'x'.repeat(300 * 1024) })),
      withBody: (body) => cwRequest(body),
    },
    outlet: {
      path: '/bridge',
      textOf: (body) => String(body.content),
      accepted: { status: 204, body: '' },
      refusedForGood: { status: 410 },
      busy: { status: 429, headers: { 'retry-after': '3' } },
    },
  };
}
