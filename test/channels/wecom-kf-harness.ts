// The shared suite's way to speak to WeChat customer service: a callback only tells, the message is fetched.
import { encrypt } from '@wecom/crypto';
import type { Channel, ChannelRequest } from '../../src/channels/channel.ts';
import { wecomKf } from '../../src/channels/wecom-kf/channel.ts';
import type { ChannelHarness } from './channel-suite.ts';
import { channelWith, NO_NUMBER } from './harnesses.ts';
import { createTestMemory, type TestMemory } from './test-memory.ts';
import {
  actAsKf,
  badNotices,
  type KfPlatform,
  type KfRequest,
  notice,
  noticeXml,
  PARTY,
  sealed,
  withSeal,
} from './wecom-kf-client.ts';

export const kfFields = (url: string): Record<string, string> => ({
  token: PARTY.token,
  aesKey: PARTY.aesKey,
  corpId: PARTY.corpId,
  secret: PARTY.secret,
  openKfId: PARTY.openKfId,
  apiBase: url,
});

export const asKfRequest = ({ query, body }: KfRequest): ChannelRequest => ({
  account: 'default',
  query,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(body),
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until the channel has read all the platform has, has written down that it did, and is at rest: a look that is
 * still under way would hand the next message to the inbox of the notice that it began with.
 */
export async function untilRead(memory: TestMemory, kf: KfPlatform, ms = 5_000): Promise<void> {
  const isRead = () =>
    !memory.isBusy() && memory.values.get(`cursor:${PARTY.openKfId}`)?.includes(`"${kf.endCursor()}"`) === true;
  for (const until = performance.now() + ms; performance.now() < until && !isRead(); ) await pause(5);
}

export function wecomKfHarness(): ChannelHarness {
  const memory = createTestMemory();
  let kf: KfPlatform | null = null;
  const seconds = () => Math.floor(Date.now() / 1000);
  const post = (plain: string): ChannelRequest => asKfRequest(sealed(PARTY, plain));
  return {
    name: 'wecom-kf',
    create: (url): Channel | null => channelWith(wecomKf, kfFields(url), memory),
    createWithoutSecret: () => channelWith(wecomKf, { ...kfFields('http://127.0.0.1:9'), token: '' }),
    inlet: {
      isFetched: true,
      settled: () => untilRead(memory, kf!),
      genuine({ id, shopperId, text, age = 0 }) {
        // a notice that is too old or too new is refused, so nothing is waiting behind it
        if (Math.abs(age) <= 300) kf!.say(shopperId, text, { msgid: id });
        return asKfRequest(notice(PARTY, seconds() - age));
      },
      forgeries: () =>
        Object.fromEntries(Object.entries(badNotices(PARTY)).map(([name, request]) => [name, asKfRequest(request)])),
      ignored: () => ({
        'another event': post(noticeXml(PARTY, { event: 'change_contact' })),
        'another account of the company': post(noticeXml({ ...PARTY, openKfId: 'wkOther' })),
      }),
      oversize: () => post('x'.repeat(80_000)),
      withBody: (body) => asKfRequest(withSeal(PARTY, encrypt(PARTY.aesKey, body.toString('latin1'), PARTY.corpId))),
    },
    outlet: {
      prepare(platform) {
        kf = actAsKf(platform);
      },
      path: '/cgi-bin/kf/send_msg',
      textOf: (body) => String((body.text as Record<string, unknown>).content),
      accepted: { status: 200, body: { errcode: 0, errmsg: 'ok', msgid: 'm' } },
      saysNothing: NO_NUMBER,
      numberAsText: { errcode: '95018', errmsg: 'send msg session status invalid' },
      refusedForGood: { status: 200, body: { errcode: 95018, errmsg: 'send msg session status invalid' } },
      busy: { status: 200, body: { errcode: -1, errmsg: 'system busy' } },
    },
  };
}
