// What the harnesses of channels share, and the first of them. The table of all is harness-table.ts.

import { encrypt } from '@wecom/crypto';
import { Webhook } from 'standardwebhooks';
import type { Channel, ChannelRequest } from '../../src/channels/channel.ts';
import { type ChannelDefinition, type ChannelTools, createChannel, fieldsOf } from '../../src/channels/definition.ts';
import { type WebhookSettings, webhook as webhookChannel } from '../../src/channels/webhook/channel.ts';
import { type WechatOaSettings, wechatOa } from '../../src/channels/wechat-oa/channel.ts';
import type { ChannelAccount, ChannelKind } from '../../src/contract/conversation.ts';
import { createOutgoing } from '../../src/providers/outgoing.ts';
import type { ChannelHarness, GenuineMessage, Outlet } from './channel-suite.ts';
import { createTestMemory } from './test-memory.ts';
import {
  badEnvelopes,
  eventXml,
  genuinePost,
  messageXml,
  plainPost,
  sealedPost,
  type WechatMode,
  type WechatParty,
  type WechatRequest,
} from './wechat-client.ts';

export const account = (kind: ChannelKind): ChannelAccount => ({ id: '1', shopId: '1', kind, name: 'default' });

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const NEW_SECRET = 'whsec_c2Vjb25kLXNlY3JldC1mb3Itcm90YXRpb24=';

/** The platforms of these tests live on this machine. */
export const toThisMachine = createOutgoing({ named: ['127.0.0.1'] });

/** What the house lends to a channel, with everything on this machine. */
export const testTools = (more: Partial<ChannelTools> = {}): ChannelTools => ({
  outgoing: () => toThisMachine,
  memory: createTestMemory(),
  picture: async () => null,
  publicUrl: '',
  isDemo: false,
  now: Date.now,
  onError(error, where) {
    throw new Error(where, { cause: error });
  },
  ...more,
});

/** An account of that kind with these fields and the defaults of the others; null when that leaves it off. */
export function channelWith(
  definition: ChannelDefinition,
  given: Record<string, string>,
  memory = createTestMemory(),
  more: Partial<ChannelTools> = {},
): Channel | null {
  const values = Object.fromEntries(
    fieldsOf(definition).map(([name, field]) => [name, field.read(given[name] ?? field.fallback)]),
  );
  return createChannel(definition, account(definition.kind), values, testTools({ memory, ...more }));
}

export const webhookSettings = (url: string, more: Partial<WebhookSettings> = {}): WebhookSettings => ({
  secret: SECRET,
  deliverUrl: `${url}/bridge`,
  deliverSecret: '',
  outgoing: toThisMachine,
  memory: createTestMemory(),
  ...more,
});

export const seconds = (): number => Math.floor(Date.now() / 1000);

/** Signs a body as a shop's bridge does; `at` in seconds. */
export function signedRequest(
  body: string | Buffer,
  { secret = SECRET, at = seconds(), id = 'msg_1' } = {},
): ChannelRequest {
  const signature = new Webhook(secret).sign(id, new Date(at * 1000), body);
  return {
    account: 'default',
    query: {},
    headers: { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature },
    body: Buffer.from(body),
  };
}

export const messageBody = ({ id, shopperId, text }: GenuineMessage, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    type: 'message.created',
    timestamp: new Date().toISOString(),
    data: { id, user: { id: shopperId, name: '小明' }, text, ...more },
  });

const hello: GenuineMessage = { id: 'm-1', shopperId: 'u-1', text: '你好' };

function webhookForgeries(): Record<string, ChannelRequest> {
  const genuine = () => signedRequest(messageBody(hello));
  const withHeader = (name: string, value: string): ChannelRequest => {
    const request = genuine();
    return { ...request, headers: { ...request.headers, [name]: value } };
  };
  const signature = genuine().headers['webhook-signature']!;
  return {
    'wrong secret': signedRequest(messageBody(hello), { secret: NEW_SECRET }),
    'no headers': { ...genuine(), headers: {} },
    'no signature': withHeader('webhook-signature', ''),
    'truncated signature': withHeader('webhook-signature', signature.slice(0, -8)),
    'other version': withHeader('webhook-signature', signature.replace('v1,', 'v2,')),
    'signature without version': withHeader('webhook-signature', signature.slice(3)),
    'other id': withHeader('webhook-id', 'msg_2'),
    'timestamp that is no number': withHeader('webhook-timestamp', 'soon'),
    'one changed byte': { ...genuine(), body: Buffer.from(messageBody({ ...hello, text: '你好！' })) },
    'bytes that are not UTF-8': { ...genuine(), body: Buffer.concat([genuine().body, Buffer.from([0xff])]) },
  };
}

export const webhook: ChannelHarness = {
  name: 'webhook',
  create: (url) => channelWith(webhookChannel, { secret: SECRET, deliverUrl: `${url}/bridge` }),
  createWithoutSecret: () => channelWith(webhookChannel, { deliverUrl: 'http://127.0.0.1:9' }),
  inlet: {
    genuine: (message) => signedRequest(messageBody(message), { at: seconds() - (message.age ?? 0) }),
    forgeries: webhookForgeries,
    ignored: () => ({
      'another event': signedRequest(JSON.stringify({ type: 'order.paid', data: {} })),
      'our own reply reflected': signedRequest(messageBody(hello, { from: 'bot', sequence: 2 })),
    }),
    oversize: () => signedRequest(messageBody({ ...hello, text: 'x'.repeat(300 * 1024) })),
    withBody: (body) => signedRequest(body),
  },
  outlet: {
    path: '/bridge',
    textOf: (body) => String((body.data as Record<string, unknown>).text),
    eventIn: ({ type }) => String(type),
    accepted: { status: 204, body: '' },
    refusedForGood: { status: 410 },
    busy: { status: 429, headers: { 'retry-after': '3' } },
  },
};

export const PARTY: WechatParty = {
  token: 'testtoken123',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  appId: 'wx1234567890abcdef',
  mode: 'secure',
};

export const wechatFields = (url: string) => ({
  token: PARTY.token,
  aesKey: PARTY.aesKey,
  prevAesKey: '',
  appId: PARTY.appId,
  appSecret: 'app-secret',
  apiBase: url,
});

export const wechatSettings = (url: string, more: Partial<WechatOaSettings> = {}): WechatOaSettings => ({
  ...wechatFields(url),
  mode: 'secure',
  reply: 'async',
  agents: 'desk',
  toleranceSeconds: 300,
  picture: async () => null,
  outgoing: toThisMachine,
  memory: createTestMemory(),
  ...more,
});

/** A client's request as a route receives it. */
export const asRequest = ({ query, body }: WechatRequest): ChannelRequest => ({
  account: 'default',
  query,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(body),
});

/** What is no answer of Tencent's: it names its error number, 0 too. */
export const NO_NUMBER = [{}, { code: 502, msg: 'bad gateway' }, { errcode: null }, { errcode: 'ok' }];

export const wechatOutlet: Outlet = {
  prepare: (platform) =>
    platform.script('/cgi-bin/stable_token', { status: 200, body: { access_token: 'token-1', expires_in: 7200 } }),
  path: '/cgi-bin/message/custom/send',
  textOf: (body) => String((body.text as Record<string, unknown>).content),
  accepted: { status: 200, body: { errcode: 0, errmsg: 'ok' } },
  saysNothing: NO_NUMBER,
  numberAsText: { errcode: '45015', errmsg: 'no' },
  refusedForGood: { status: 200, body: { errcode: 45015, errmsg: 'response out of time limit' } },
  busy: { status: 200, body: { errcode: -1, errmsg: 'system error' } },
};

export function wechat(mode: WechatMode, reply: 'async' | 'passive'): ChannelHarness {
  const party: WechatParty = { ...PARTY, mode };
  const post = (xml: string, at = seconds()): ChannelRequest => asRequest(genuinePost(party, xml, at));
  return {
    name: `wechat-oa, ${mode}, ${reply}`,
    create: (url) => channelWith(wechatOa, { ...wechatFields(url), mode, reply }),
    createWithoutSecret: () => channelWith(wechatOa, { ...wechatFields('http://127.0.0.1:9'), mode, token: '' }),
    inlet: {
      isHeld: true,
      genuine: (message) =>
        post(
          messageXml({ msgId: message.id, from: message.shopperId, text: message.text }),
          seconds() - (message.age ?? 0),
        ),
      forgeries: () =>
        Object.fromEntries(Object.entries(badEnvelopes(party)).map(([name, request]) => [name, asRequest(request)])),
      ignored: () => ({
        unsubscribe: post(eventXml('unsubscribe')),
        'menu that opens a page': post(eventXml('VIEW', undefined, undefined, 'https://shop.example/')),
        'a place told by the phone': post(eventXml('LOCATION')),
        'template result': post(eventXml('TEMPLATESENDJOBFINISH')),
        'pictures from a menu': post(
          eventXml('pic_sysphoto').replace(
            '</xml>',
            '<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item><item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo></xml>',
          ),
        ),
        'written by an account': post(messageXml({ from: 'gh_client0001' })),
      }),
      oversize: () => post(messageXml({ text: '长'.repeat(40_000) })),
      withBody: (body) =>
        mode === 'plain'
          ? { ...asRequest(plainPost(party, '')), body }
          : asRequest(sealedPost(party, encrypt(party.aesKey, body.toString('latin1'), party.appId))),
    },
    outlet: wechatOutlet,
  };
}
