// How the mini program channel is spoken to and listened to in the shared suite.
import { encrypt } from '@wecom/crypto';
import { wechatMp } from '../../src/channels/wechat-mp/channel.ts';
import type { ChannelHarness } from './channel-suite.ts';
import { asRequest, channelWith, PARTY, seconds, wechatFields, wechatOutlet } from './harnesses.ts';
import { eventXml, plainPost, type WechatMode } from './wechat-client.ts';
import { badMpEnvelopes, type MpParty, mpMessage, mpPost, mpSealed } from './wechat-mp-client.ts';

function wechatMini(format: MpParty['format'], mode: WechatMode): ChannelHarness {
  const party: MpParty = { ...PARTY, mode, format };
  const post = (body: string, at = seconds()) => asRequest(mpPost(party, body, at));
  return {
    name: `wechat-mp, ${format}, ${mode}`,
    create: (url) => channelWith(wechatMp, { ...wechatFields(url), mode }),
    createWithoutSecret: () => channelWith(wechatMp, { ...wechatFields('http://127.0.0.1:9'), mode, token: '' }),
    inlet: {
      isHeld: true,
      genuine: ({ id, shopperId, text, age = 0 }) =>
        post(mpMessage(party, { msgId: id, from: shopperId, text }), seconds() - age),
      forgeries: () =>
        Object.fromEntries(Object.entries(badMpEnvelopes(party)).map(([name, request]) => [name, asRequest(request)])),
      ignored: () => ({
        'an event of another product': post(
          format === 'xml'
            ? eventXml('subscribe')
            : '{"ToUserName":"gh_1","FromUserName":"oA","CreateTime":1700000000,"MsgType":"event","Event":"subscribe"}',
        ),
        'written by an account': post(mpMessage(party, { from: 'gh_client0001' })),
      }),
      oversize: () => post(mpMessage(party, { text: '长'.repeat(40_000) })),
      withBody: (body) =>
        mode === 'plain'
          ? { ...asRequest(plainPost(party, '')), body }
          : asRequest(mpSealed(party, encrypt(party.aesKey, body.toString('latin1'), party.appId))),
    },
    outlet: wechatOutlet,
  };
}

/** A function, because `harnesses.ts` and this file need each other. */
export const wechatMpHarnesses = (): ChannelHarness[] => [
  wechatMini('json', 'plain'),
  wechatMini('json', 'compat'),
  wechatMini('json', 'secure'),
  wechatMini('xml', 'plain'),
  wechatMini('xml', 'secure'),
];
