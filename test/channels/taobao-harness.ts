// How the Taobao channel is spoken to and listened to in the shared suite, in both encodings.
import type { ChannelRequest } from '../../src/channels/channel.ts';
import { taobao as taobaoChannel } from '../../src/channels/taobao/channel.ts';
import type { ChannelHarness, GenuineMessage } from './channel-suite.ts';
import { toGbk } from './gbk-bytes.ts';
import { channelWith, SECRET } from './harnesses.ts';
import { type SpiOptions, spiBody, spiRequest, TOP_PARTY, type TopParty } from './taobao-client.ts';

const hello: GenuineMessage = { id: '9001', shopperId: 'AAGq-xyz', text: '你好' };

export function taobao(charset: 'utf-8' | 'gbk'): ChannelHarness {
  const bytesOf = charset === 'gbk' ? toGbk : (text: string) => Buffer.from(text);
  const send = (body: string, more: SpiOptions = {}, party: TopParty = TOP_PARTY): ChannelRequest =>
    spiRequest(party, bytesOf(body), { contentType: `application/json;charset=${charset}`, bytesOf, ...more });

  function forgeries(): Record<string, ChannelRequest> {
    const genuine = send(spiBody(hello));
    const sign = genuine.query.sign!;
    const withQuery = (more: Record<string, string>) => ({ ...genuine, query: { ...genuine.query, ...more } });
    return {
      'wrong secret': send(spiBody(hello), {}, { ...TOP_PARTY, appSecret: 'other' }),
      'right signature of another app': send(spiBody(hello), {}, { ...TOP_PARTY, appKey: '87654321' }),
      'no query': { ...genuine, query: {} },
      'no signature': withQuery({ sign: '' }),
      'truncated signature': withQuery({ sign: sign.slice(0, 16) }),
      'lower case': withQuery({ sign: sign.toLowerCase() }),
      'one more parameter': withQuery({ extra: '1' }),
      'another time': withQuery({ timestamp: '2020-01-01 00:00:00' }),
      'a time that is none': send(spiBody(hello), { query: { timestamp: 'soon' } }),
      'seconds as its time': send(spiBody(hello), { query: { timestamp: String(Math.floor(Date.now() / 1000)) } }),
      'one changed byte': { ...genuine, body: bytesOf(spiBody({ ...hello, text: '你好！' })) },
      'a header signed that did not come': {
        ...genuine,
        headers: { ...genuine.headers, 'top-sign-list': 'x-trace' },
      },
      'an encoding nobody speaks': {
        ...genuine,
        headers: { ...genuine.headers, 'content-type': 'application/json;charset=utf-16' },
      },
      'bytes that are not of the encoding': spiRequest(TOP_PARTY, Buffer.from([0x22, 0xff, 0xff, 0x22]), {
        contentType: `application/json;charset=${charset}`,
      }),
    };
  }

  return {
    name: `taobao, ${charset}`,
    create: (url) =>
      channelWith(taobaoChannel, { ...TOP_PARTY, apiBase: url, deliverUrl: `${url}/bridge`, deliverSecret: SECRET }),
    createWithoutSecret: () => channelWith(taobaoChannel, { appKey: TOP_PARTY.appKey }),
    inlet: {
      toleranceSeconds: 600,
      genuine: (message) => send(spiBody(message), { at: Date.now() - (message.age ?? 0) * 1000 }),
      forgeries,
      ignored: () => ({ 'the seller’s own words': send(spiBody(hello, { from: 'seller' })) }),
      oversize: () => send(spiBody({ ...hello, text: 'x'.repeat(300 * 1024) })),
      withBody: (body) => spiRequest(TOP_PARTY, body, { contentType: `application/json;charset=${charset}` }),
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
