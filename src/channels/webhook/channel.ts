// The generic channel: signed events in, signed events out (Standard Webhooks). Knows no platform behind the shop's bridge.
import { isUtf8 } from 'node:buffer';
import { randomBytes, randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ChannelAccount, Inbound } from '../../contract/conversation.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { url, webhookSecret } from '../../setting.ts';
import { toActivity } from '../activity.ts';
import { ChannelAdapter } from '../adapter.ts';
import { json, problem, tryAgain } from '../answers.ts';
import type { Channel, ChannelRequest, ChannelResponse, Inbox } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import { messageEvent, postEvent } from './deliver.ts';
import { isSigned, readSecrets } from './signing.ts';

export interface WebhookSettings {
  /** `WEBHOOK_SECRET`: checks what comes in. Empty: the channel is off. */
  secret: string;
  /** `WEBHOOK_DELIVER_URL`: where replies are posted. */
  deliverUrl: string;
  /** `WEBHOOK_DELIVER_SECRET`: signs what goes out; empty uses `secret`. */
  deliverSecret: string;
  /** How replies leave; knows whether the address may be a private one. */
  outgoing: Outgoing;
}

const PATH = '/channels/webhook/:account/webhook';
const BODY_LIMIT = 256 * 1024;
const BURST_WINDOW_MS = 600;

/** Ids are strings: a 64-bit number would lose its last digits in JSON and two messages would become one. */
const Id = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });

const Envelope = Type.Object({ type: Type.String(), timestamp: Type.Optional(Type.String()), data: Type.Unknown() });

const IncomingMessage = Type.Object({
  id: Id,
  user: Type.Object({ id: Id, name: Type.Optional(Type.String({ maxLength: 200 })) }),
  text: Type.Optional(Type.String()),
  choice: Type.Optional(Type.String({ maxLength: 200 })),
  order_id: Type.Optional(Type.String({ maxLength: 200 })),
  product_id: Type.Optional(Type.String({ maxLength: 200 })),
  locale: Type.Optional(Type.String({ maxLength: 35 })),
  from: Type.Optional(Type.String()),
});
type IncomingMessage = Static<typeof IncomingMessage>;

type Read =
  | { kind: 'message'; inbound: Inbound }
  | { kind: 'ignored'; why: string }
  | { kind: 'refused'; code: 'invalid_json' | 'invalid_request'; detail?: string };

function toInbound(data: IncomingMessage, timestamp: string | undefined): Inbound {
  const sentAt = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return {
    externalId: data.id,
    shopperId: data.user.id,
    ...(data.user.name && { shopperName: data.user.name }),
    text: data.text ?? data.choice ?? '',
    payload: {
      ...(data.choice !== undefined && { choice: data.choice }),
      ...(data.order_id !== undefined && { orderId: data.order_id }),
      ...(data.product_id !== undefined && { productId: data.product_id }),
      ...(data.locale !== undefined && { platform: { locale: data.locale } }),
    },
    ...(Number.isFinite(sentAt) && { sentAt: new Date(sentAt).toISOString() }),
  };
}

function readBody(body: Buffer): Read {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return { kind: 'refused', code: 'invalid_json' };
  }
  if (!Value.Check(Envelope, parsed))
    return { kind: 'refused', code: 'invalid_request', detail: '正文应为 {"type","timestamp","data"}' };
  if (parsed.type !== 'message.created') return { kind: 'ignored', why: 'type' };
  if (!Value.Check(IncomingMessage, parsed.data)) {
    const first = Value.Errors(IncomingMessage, parsed.data)[0];
    const where = `data${(first?.instancePath ?? '').replaceAll('/', '.')}`;
    return {
      kind: 'refused',
      code: 'invalid_request',
      detail: `${where}: ${first?.message ?? 'invalid'}（id 请用字符串）`,
    };
  }
  if (!parsed.data.id.isWellFormed() || !parsed.data.user.id.isWellFormed()) {
    return { kind: 'refused', code: 'invalid_request', detail: 'data.id 与 data.user.id 不能含有残缺的字符' };
  }
  // A bridge that reflects our own events back would otherwise make the bot answer itself for ever.
  if (parsed.data.from !== undefined && parsed.data.from !== 'shopper') return { kind: 'ignored', why: 'echo' };
  const inbound = toInbound(parsed.data, parsed.timestamp);
  if (inbound.text.trim() === '') return { kind: 'refused', code: 'invalid_request', detail: 'data.text 不能为空' };
  return { kind: 'message', inbound };
}

export function createWebhook(account: ChannelAccount, settings: WebhookSettings): Channel {
  const incoming = readSecrets(settings.secret, 'WEBHOOK_SECRET');
  const signing =
    settings.deliverSecret.trim() === '' ? incoming : readSecrets(settings.deliverSecret, 'WEBHOOK_DELIVER_SECRET');

  async function receive(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse> {
    if (request.account !== account.name) return problem('channel_off');
    if (request.body.length > BODY_LIMIT) return problem('too_large');
    if (!isUtf8(request.body) || !isSigned(incoming, request.body, request.headers))
      return problem('invalid_signature');
    const read = readBody(request.body);
    if (read.kind === 'refused') return problem(read.code, read.detail);
    if (read.kind === 'ignored') return json(200, { status: 'ignored', reason: read.why });
    try {
      const admitted = await inbox.admit(account, toActivity(read.inbound, account));
      return json(202, { status: admitted.status, conversation_id: admitted.conversationId, seq: admitted.seq });
    } catch {
      return tryAgain();
    }
  }

  return {
    kind: 'webhook',
    delivery: 'push',
    idempotent: true,
    burstWindowMs: BURST_WINDOW_MS,
    account,
    routes: [{ method: 'POST', path: PATH, bodyLimit: BODY_LIMIT, handle: receive }],
    async verify() {
      const event = { id: `ping_${randomUUID()}`, type: 'ping', timestamp: new Date().toISOString(), data: {} };
      await postEvent(settings.outgoing, settings.deliverUrl, signing, event);
      return '推送地址收下了一个签名的 ping 事件';
    },
    adapter: new ChannelAdapter(async (message) => {
      await postEvent(settings.outgoing, settings.deliverUrl, signing, messageEvent(message));
      return message.id;
    }),
  };
}

export const webhook = defineChannel({
  kind: 'webhook',
  label: { zh: '通用接口', en: 'Generic API' },
  prefix: 'WEBHOOK_',
  key: 'secret',
  callback: PATH,
  fields: {
    secret: {
      ...webhookSecret('opens the generic webhook channel'),
      env: 'SECRET',
      label: { zh: '签名密钥', en: 'Signing secret' },
      secret: true,
      make: () => `whsec_${randomBytes(32).toString('base64')}`,
    },
    previousSecret: {
      ...webhookSecret('the secret before a rotation'),
      env: null,
      label: { zh: '旧密钥', en: 'Secret before the rotation' },
      secret: true,
      previousOf: 'secret',
    },
    deliverUrl: {
      ...url(['http', 'https'], '', 'where replies of the webhook channel are posted'),
      env: 'DELIVER_URL',
      label: { zh: '推送地址', en: 'Delivery address' },
      hint: { zh: '回复会签名后 POST 到这里', en: 'Replies are signed and posted here' },
      address: true,
    },
    deliverSecret: {
      ...webhookSecret('signs those replies; empty uses WEBHOOK_SECRET'),
      env: 'DELIVER_SECRET',
      label: { zh: '推送密钥', en: 'Delivery secret' },
      secret: true,
      operatorOnly: true,
    },
  },
  problems: ({ deliverUrl }, name) =>
    deliverUrl === ''
      ? [{ field: 'deliverUrl', text: `设置了${name('secret')}，还需要${name('deliverUrl')}，否则回复无处可发` }]
      : [],
  create: (account, { previousSecret, ...values }, { outgoing }) =>
    createWebhook(account, {
      ...values,
      secret: `${values.secret} ${previousSecret}`.trim(),
      outgoing: outgoing('deliverUrl'),
    }),
});
