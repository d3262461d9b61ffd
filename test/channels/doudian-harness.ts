// How the 抖店 channel is spoken to and listened to in the shared suite.
import type { ChannelRequest } from '../../src/channels/channel.ts';
import { doudian as doudianChannel } from '../../src/channels/doudian/channel.ts';
import type { ChannelHarness, GenuineMessage } from './channel-suite.ts';
import { DOUDIAN_PARTY, PROBE_BODY, pushBody, pushItem, pushRequest } from './doudian-client.ts';
import { channelWith, SECRET } from './harnesses.ts';

const hello: GenuineMessage = { id: '9001', shopperId: 'u-1', text: '你好' };

function forgeries(): Record<string, ChannelRequest> {
  const genuine = pushRequest(DOUDIAN_PARTY, pushBody(pushItem(hello)));
  const withHeaders = (more: Record<string, string>) => ({ ...genuine, headers: { ...genuine.headers, ...more } });
  const sign = genuine.headers['event-sign']!;
  return {
    'wrong secret': pushRequest({ ...DOUDIAN_PARTY, appSecret: 'other' }, pushBody(pushItem(hello))),
    'right signature of another app': pushRequest({ ...DOUDIAN_PARTY, appKey: '34' }, pushBody(pushItem(hello))),
    'another app’s name': withHeaders({ 'app-id': '34' }),
    'no headers': { ...genuine, headers: {} },
    'no signature': withHeaders({ 'event-sign': '' }),
    'truncated signature': withHeaders({ 'event-sign': sign.slice(0, 16) }),
    'one changed byte': { ...genuine, body: Buffer.from(pushBody(pushItem({ ...hello, text: '你好！' }))) },
    'a probe that nobody signed': { ...genuine, body: Buffer.from(PROBE_BODY) },
  };
}

export function doudian(): ChannelHarness {
  return {
    name: 'doudian',
    create: (url) =>
      channelWith(doudianChannel, {
        ...DOUDIAN_PARTY,
        shopId: '4463798',
        deliverUrl: `${url}/bridge`,
        deliverSecret: SECRET,
      }),
    createWithoutSecret: () => channelWith(doudianChannel, { appKey: DOUDIAN_PARTY.appKey }),
    inlet: {
      toleranceSeconds: null,
      genuine: (message) => pushRequest(DOUDIAN_PARTY, pushBody(pushItem(message))),
      forgeries,
      ignored: () => ({
        'the platform’s probe': pushRequest(DOUDIAN_PARTY, PROBE_BODY),
        'an order that was paid': pushRequest(
          DOUDIAN_PARTY,
          '[{"tag":"101","msg_id":"6791362","data":"{\\"p_id\\":4712345678901234567,\\"shop_id\\":4463798}"}]',
        ),
        'another shop’s shopper': pushRequest(DOUDIAN_PARTY, pushBody(pushItem(hello, '9001', { shop_id: 99 }))),
        'the seller’s own words': pushRequest(DOUDIAN_PARTY, pushBody(pushItem(hello, '9001', { from: 'seller' }))),
        'a message without a number': pushRequest(DOUDIAN_PARTY, '[{"tag":"9001","data":{"content":"在吗"}}]'),
      }),
      oversize: () => pushRequest(DOUDIAN_PARTY, pushBody(pushItem({ ...hello, text: 'x'.repeat(300 * 1024) }))),
      withBody: (body) => pushRequest(DOUDIAN_PARTY, body),
    },
    outlet: {
      path: '/bridge',
      textOf: (body) => String((body.data as Record<string, unknown>).text),
      accepted: { status: 204, body: '' },
      refusedForGood: { status: 410 },
      busy: { status: 429, headers: { 'retry-after': '3' } },
    },
  };
}
