// The body of the generic webhook: a shopper's message, or what to leave, or what is wrong with it. Pure; knows no signature.
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Inbound } from '../../contract/conversation.ts';

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

export type Read =
  | { kind: 'message'; inbound: Inbound; place?: never }
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

export function readBody(body: Buffer): Read {
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
