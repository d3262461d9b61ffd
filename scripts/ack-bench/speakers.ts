// How each platform that does not wait for an answer knocks: one genuine message of one shopper, and what counts as taken. Knows no clock and no load.
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { ChannelRequest } from '../../src/channels/channel.ts';
import { cwBody, cwRequest } from '../../test/channels/chatwoot-client.ts';
import { createDirectlineClient, DIRECTLINE_SECRET } from '../../test/channels/directline-client.ts';
import { DOUDIAN_PARTY, pushBody, pushItem, pushRequest } from '../../test/channels/doudian-client.ts';
import type { FakePlatform } from '../../test/channels/fake-platform.ts';
import { spiBody, spiRequest, TOP_PARTY } from '../../test/channels/taobao-client.ts';
import { bigId, genuinePost, messageXml, type WechatParty } from '../../test/channels/wechat-client.ts';
import { type MpParty, mpMessage, mpPost } from '../../test/channels/wechat-mp-client.ts';
import { actAsKf, PARTY as KF_PARTY, notice } from '../../test/channels/wecom-kf-client.ts';

export interface Knock {
  path: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface Speaker {
  name: string;
  /** How the rows of its shoppers' conversations are named. */
  kind: string;
  /** The n-th shopper's one message; the same request may be sent again as the same message. */
  say(n: number): Promise<Knock>;
  isTaken(status: number, body: string): boolean;
}

/** From the corpus, and without a choice to make: the answer is one that the writer words. */
export const QUESTION = '七天无理由怎么退';

const WECHAT: WechatParty = {
  token: 'acktoken1',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  appId: 'wx1234567890abcdef',
  mode: 'secure',
};
const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const MP: MpParty = { ...WECHAT, format: 'json' };

/** Everything but the way the official account replies, for a platform at that address. */
export const environment = (platform: string): Record<string, string> => ({
  WECHAT_OA_TOKEN: WECHAT.token,
  WECHAT_OA_AES_KEY: WECHAT.aesKey,
  WECHAT_OA_APPID: WECHAT.appId,
  WECHAT_OA_APP_SECRET: 'app-secret',
  WECHAT_OA_API_BASE: platform,
  WECHAT_MP_TOKEN: MP.token,
  WECHAT_MP_AES_KEY: MP.aesKey,
  WECHAT_MP_APPID: MP.appId,
  WECHAT_MP_APP_SECRET: 'app-secret',
  WECHAT_MP_API_BASE: platform,
  WECOM_KF_TOKEN: KF_PARTY.token,
  WECOM_KF_AES_KEY: KF_PARTY.aesKey,
  WECOM_KF_CORPID: KF_PARTY.corpId,
  WECOM_KF_SECRET: KF_PARTY.secret,
  WECOM_KF_OPEN_KFID: KF_PARTY.openKfId,
  WECOM_KF_API_BASE: platform,
  TAOBAO_APP_KEY: TOP_PARTY.appKey,
  TAOBAO_APP_SECRET: TOP_PARTY.appSecret,
  TAOBAO_DELIVER_URL: `${platform}/deliver`,
  TAOBAO_DELIVER_SECRET: WEBHOOK_SECRET,
  DOUDIAN_APP_KEY: DOUDIAN_PARTY.appKey,
  DOUDIAN_APP_SECRET: DOUDIAN_PARTY.appSecret,
  DOUDIAN_DELIVER_URL: `${platform}/deliver`,
  DOUDIAN_DELIVER_SECRET: WEBHOOK_SECRET,
  WEBHOOK_SECRET,
  WEBHOOK_DELIVER_URL: `${platform}/deliver`,
  DIRECTLINE_SECRET,
});

/** What the platforms need to be able to say before anybody knocks. */
export function teach(platform: FakePlatform): ReturnType<typeof actAsKf> {
  platform.script('/cgi-bin/stable_token', { status: 200, body: { access_token: 'token-1', expires_in: 7200 } });
  return actAsKf(platform);
}

interface Asked extends Pick<ChannelRequest, 'query'> {
  headers?: Readonly<Record<string, string>>;
  body: string | Buffer;
}

/** Any request of a client, as HTTP. WeChat's come without headers: they are XML to the platform, JSON or not. */
const knockAt = (path: string, { query, headers = { 'content-type': 'text/xml' }, body }: Asked): Knock => ({
  path: `${path}?${new URLSearchParams(query)}`,
  headers: { ...headers },
  body,
});

const isSuccess = (status: number, body: string): boolean => status === 200 && body === 'success';
const is2xx = (status: number): boolean => status >= 200 && status < 300;
const says = (name: string, value: unknown) => (status: number, body: string) =>
  status === 200 && (JSON.parse(body) as Record<string, unknown>)[name] === value;

export const officialAccount: Speaker = {
  name: 'wechat-oa',
  kind: 'wechat-oa',
  isTaken: isSuccess,
  say: async (n) =>
    knockAt(
      '/channels/wechat-oa/default/webhook',
      genuinePost(WECHAT, messageXml({ from: `oAck${n}`, text: QUESTION, msgId: bigId() })),
    ),
};

export function speakers(base: string, platform: FakePlatform, kf: ReturnType<typeof actAsKf>): Speaker[] {
  const said = (n: number) => ({ id: bigId(), shopperId: `ack-${n}`, text: QUESTION });
  const line = createDirectlineClient(base);
  return [
    officialAccount,
    {
      name: 'wechat-mp',
      kind: 'wechat-mp',
      isTaken: isSuccess,
      say: async (n) =>
        knockAt(
          '/channels/wechat-mp/default/webhook',
          mpPost(MP, mpMessage(MP, { from: `oAckMp${n}`, text: QUESTION, msgId: bigId() })),
        ),
    },
    {
      name: 'wecom-kf',
      kind: 'wecom-kf',
      isTaken: isSuccess,
      async say(n) {
        kf.say(`wmAck${n}`, QUESTION);
        return knockAt('/channels/wecom-kf/default/webhook', notice(KF_PARTY));
      },
    },
    {
      name: 'taobao',
      kind: 'taobao',
      isTaken: says('success', 'true'),
      say: async (n) => knockAt('/channels/taobao/default/spi', spiRequest(TOP_PARTY, spiBody(said(n)))),
    },
    {
      name: 'doudian',
      kind: 'doudian',
      isTaken: says('code', 0),
      say: async (n) =>
        knockAt('/channels/doudian/default/webhook', pushRequest(DOUDIAN_PARTY, pushBody(pushItem(said(n))))),
    },
    {
      name: 'webhook',
      kind: 'webhook',
      isTaken: is2xx,
      async say(n) {
        const { id, shopperId, text } = said(n);
        const body = JSON.stringify({
          type: 'message.created',
          timestamp: new Date().toISOString(),
          data: { id, user: { id: shopperId, name: '小明' }, text },
        });
        const headers = {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': new Webhook(WEBHOOK_SECRET).sign(id, new Date(), body),
        };
        return knockAt('/channels/webhook/default/webhook', { query: {}, headers, body });
      },
    },
    {
      name: 'webhook, chatwoot',
      kind: 'webhook',
      isTaken: is2xx,
      say: async (n) =>
        knockAt(
          '/channels/webhook/default/webhook',
          cwRequest(cwBody({ ...said(n), shopperId: `${900_000 + n}` }), { secret: WEBHOOK_SECRET }),
        ),
    },
    {
      name: 'directline',
      kind: 'directline',
      isTaken: is2xx,
      async say(n) {
        const { conversationId, token } = await line.enter(`dl_ack-${n}`);
        return {
          path: `/v3/directline/conversations/${conversationId}/activities`,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({
            type: 'message',
            from: { id: `dl_ack-${n}` },
            text: QUESTION,
            channelData: { clientActivityID: randomUUID() },
          }),
        };
      },
    },
    {
      name: 'bot-framework',
      kind: 'bot-framework',
      isTaken: is2xx,
      say: async (n) => ({
        path: '/api/messages',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          type: 'message',
          id: randomUUID(),
          channelId: 'emulator',
          serviceUrl: platform.url,
          conversation: { id: `ack-${n}` },
          from: { id: 'tester', name: 'User', role: 'user' },
          recipient: { id: 'bot', name: 'Bot', role: 'bot' },
          text: QUESTION,
        }),
      }),
    },
  ];
}
