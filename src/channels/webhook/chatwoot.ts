// Chatwoot's way of the same: its signature, its `message_created`, and ours in its form. Pure; knows no HTTP.
import { createHmac } from 'node:crypto';
import type { Inbound, Outgoing } from '../../contract/conversation.ts';
import { idText, isRecord, parseExact } from '../../providers/exact-json.ts';
import type { ChannelRequest } from '../channel.ts';
import { sameText } from '../constant-time.ts';
import { withoutPictures } from '../pictures.ts';
import type { Read } from './message.ts';
import { isFresh } from './signing.ts';

/** `X-Chatwoot-Signature`; the secret is used as it is written. chatwoot/chatwoot swagger, definition of a webhook's `secret` */
export const signChatwoot = (secret: string, timestamp: string, body: string | Buffer): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;

export function isChatwootSigned(
  secrets: readonly string[],
  { body, headers }: Pick<ChannelRequest, 'body' | 'headers'>,
  nowMs: number,
): boolean {
  const { 'x-chatwoot-timestamp': timestamp = '', 'x-chatwoot-signature': given = '' } = headers;
  const isSigned = secrets.map((secret) => sameText(signChatwoot(secret, timestamp, body), given)).includes(true);
  return isSigned && isFresh(timestamp, nowMs);
}

/** The id of the delivery stays over all attempts; the time is the attempt's. */
export function chatwootHeaders(secret: string, id: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-chatwoot-delivery': id,
    'x-chatwoot-timestamp': timestamp,
    'x-chatwoot-signature': signChatwoot(secret, timestamp, body),
  };
}

/** Where a reply has to go in Chatwoot: it is written into a conversation, not to a contact. */
export interface ChatwootPlace {
  account: string | null;
  conversation: string | null;
}

export type ChatwootRead =
  | Exclude<Read, { kind: 'message' }>
  | { kind: 'message'; inbound: Inbound; place: ChatwootPlace };

const KIND_TEXT: Readonly<Record<string, string>> = {
  image: '[图片]',
  video: '[视频]',
  audio: '[语音]',
  location: '[位置]',
  file: '[文件]',
};

const ID_MAX = 200;
const CONTROL = /\p{Cc}/u;

const refused = (detail: string): ChatwootRead => ({ kind: 'refused', code: 'invalid_request', detail });
const isId = (id: string | null): id is string =>
  id !== null && id.length <= ID_MAX && !CONTROL.test(id) && id.isWellFormed();
const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

/** Seconds, ISO, or `2020-03-03 13:05:57 UTC`. */
function timeOf(value: unknown): string | undefined {
  const ms = typeof value === 'number' ? value * 1000 : Date.parse(typeof value === 'string' ? value : '');
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** Whatever did not come from the shopper would have the bot answer itself, or an agent. */
function whyIgnored(event: Record<string, unknown>): string | null {
  if (event.event !== 'message_created') return 'event';
  if (event.message_type !== 'incoming' && event.message_type !== 0) return 'message_type';
  if (event.private === true) return 'private';
  const { type } = record(event.sender);
  return type === undefined || String(type).toLowerCase() === 'contact' ? null : 'sender';
}

function attachmentsOf(value: unknown): { kind: string; url?: string }[] {
  return (Array.isArray(value) ? value : []).filter(isRecord).map(({ file_type: type, data_url: url }) => ({
    kind: typeof type === 'string' ? type : 'file',
    ...(typeof url === 'string' && /^https?:\/\//.test(url) && { url }),
  }));
}

export function readChatwoot(body: Buffer): ChatwootRead {
  let event: unknown;
  try {
    event = parseExact(body.toString('utf8'));
  } catch {
    return { kind: 'refused', code: 'invalid_json' };
  }
  if (!isRecord(event)) return refused('正文应为 Chatwoot 的 message_created 事件');
  const why = whyIgnored(event);
  if (why !== null) return { kind: 'ignored', why };
  const conversation = record(event.conversation);
  const contact = isRecord(event.contact) ? event.contact : record(event.sender ?? record(conversation.meta).sender);
  const [id, shopperId] = [idText(event.id), idText(contact.id)];
  if (!isId(id) || !isId(shopperId)) return refused('需要 id 与 sender.id');
  const attachments = attachmentsOf(event.attachments);
  const said = typeof event.content === 'string' ? event.content : '';
  const text = said.trim() === '' && attachments[0] ? (KIND_TEXT[attachments[0].kind] ?? '[文件]') : said;
  if (text.trim() === '') return refused('content 不能为空');
  const place = {
    account: idText(record(event.account).id),
    conversation: idText(conversation.id) ?? idText(conversation.display_id),
  };
  if (!isId(place.account) || !isId(place.conversation))
    return refused('需要 account.id 与 conversation.id，没有它们，回复不知道写到哪里');
  const sentAt = timeOf(event.created_at);
  const inbox = idText(record(event.inbox).id);
  return {
    kind: 'message',
    place,
    inbound: {
      externalId: id,
      shopperId,
      ...(typeof contact.name === 'string' && contact.name !== '' && { shopperName: contact.name.slice(0, ID_MAX) }),
      text,
      payload: {
        ...(attachments.length > 0 && { attachments }),
        platform: { ...place, ...(inbox !== null && { inbox }) },
      },
      ...(sentAt !== undefined && { sentAt }),
    },
  };
}

/** Chatwoot's ids are numbers; a longer one than a number holds stays text. */
const asId = (id: string | null): number | string | null => (id !== null && /^\d{1,15}$/.test(id) ? Number(id) : id);

/** Our message as Chatwoot would tell of it; `content`, `content_type` and `content_attributes` go into its API as they are. */
export function chatwootEvent(message: Outgoing, place: ChatwootPlace): Record<string, unknown> {
  const { choices = [], agentName } = message.payload;
  const isAgent = message.author === 'agent';
  return {
    event: 'message_created',
    id: message.id,
    message_type: 'outgoing',
    private: false,
    content: withoutPictures(message),
    content_type: choices.length > 0 ? 'input_select' : 'text',
    content_attributes:
      choices.length > 0 ? { items: choices.map(({ label, value }) => ({ title: label, value })) } : {},
    created_at: message.at,
    account: { id: asId(place.account) },
    conversation: { id: asId(place.conversation) },
    contact: { id: asId(message.shopperId) },
    sender: { type: isAgent ? 'user' : 'agent_bot', ...(agentName && { name: agentName }) },
  };
}
