// How the fictional channel is spoken to and listened to.
import type { ChannelRequest } from '../../../src/channels/channel.ts';
import type { ChannelHarness, GenuineMessage } from '../channel-suite.ts';
import { channelWith } from '../harnesses.ts';
import { lantern, lanternSign } from './channel.ts';

export const SECRET = 'the-keeper-of-the-light';

/** A signed beam; `at` in milliseconds. */
export function beam(body: string | Buffer, at = Date.now(), secret = SECRET): ChannelRequest {
  const time = String(at);
  const headers = { 'lantern-time': time, 'lantern-sign': lanternSign(secret, time, body) };
  return { account: 'default', query: {}, headers, body: Buffer.from(body) };
}

export const wordsOf = ({ id, shopperId, text }: Omit<GenuineMessage, 'age'>, kind = 'words'): string =>
  JSON.stringify({ kind, id, from: shopperId, words: text });

const hello = { id: 'b-1', shopperId: 'ship-1', text: '你好' };

function forgeries(): Record<string, ChannelRequest> {
  const genuine = beam(wordsOf(hello));
  const sign = genuine.headers['lantern-sign']!;
  const withSign = (value: string) => ({ ...genuine, headers: { ...genuine.headers, 'lantern-sign': value } });
  return {
    'wrong secret': beam(wordsOf(hello), Date.now(), 'another'),
    'no headers': { ...genuine, headers: {} },
    'no signature': withSign(''),
    'truncated signature': withSign(sign.slice(0, 32)),
    'one changed byte': { ...genuine, body: Buffer.from(wordsOf({ ...hello, text: '您好' })) },
    'not a beam': beam('{}'),
  };
}

export const lanternHarness: ChannelHarness = {
  name: 'lantern',
  create: (url) => channelWith(lantern, { secret: SECRET, harbour: url }),
  createWithoutSecret: () => channelWith(lantern, { harbour: 'http://127.0.0.1:9' }),
  inlet: {
    genuine: (message) => beam(wordsOf(message), Date.now() - (message.age ?? 0) * 1000),
    forgeries,
    ignored: () => ({ 'a ship passing by': beam(wordsOf(hello, 'passing')) }),
    oversize: () => beam(wordsOf({ ...hello, text: '长'.repeat(10_000) })),
    withBody: (body) => beam(body),
  },
  outlet: {
    path: '/beams',
    textOf: (body) => String(body.words),
    accepted: { status: 204, body: '' },
    refusedForGood: { status: 410 },
    busy: { status: 429, headers: { 'retry-after': '3' } },
  },
};
