// The common model: incoming and outgoing messages written as Bot Framework Activities and read back. Pure; knows no platform.
import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type ConversationReference } from 'botbuilder';
import type { ChannelAccount, Inbound, MessagePayload, Outgoing } from '../contract/conversation.ts';

/** What has no place of its own in an Activity travels under this key of `channelData`. */
const OURS = 'jiebang';

interface InboundData {
  externalId: string;
  author?: 'platform_agent';
  shopperId: string;
  payload: MessagePayload;
}

type OutgoingData = Pick<
  Outgoing,
  'id' | 'conversationId' | 'seq' | 'author' | 'shopperId' | 'inReplyTo' | 'at' | 'payload'
>;

/** PostgreSQL takes neither NUL nor lone surrogates; a message carrying one must not become an endless retry. */
function storable<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed() as T;
  if (Array.isArray(value)) return value.map(storable) as T;
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)])) as T;
}

const ours = (activity: Partial<Activity>): unknown =>
  (activity.channelData as Record<string, unknown> | undefined)?.[OURS];

const isoTime = (value: unknown): string | undefined => {
  const time = value instanceof Date ? value : new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};

/** Where a shopper of this account is written to; enough for `continueConversation`. */
export function conversationReference(account: ChannelAccount, shopperId: string): Partial<ConversationReference> {
  return {
    channelId: account.kind,
    serviceUrl: `urn:jiebang:${account.kind}:${account.name}`,
    user: { id: shopperId, name: '' },
    bot: { id: account.name, name: '' },
    conversation: {
      id: `${account.kind}:${account.name}:${shopperId}`,
      name: '',
      isGroup: false,
      conversationType: 'personal',
    },
  };
}

/** An incoming message as an Activity, cleaned of what the database cannot store. */
export function toActivity(inbound: Inbound, account: ChannelAccount): Partial<Activity> {
  const { opening = 'message', ...message } = storable(inbound);
  if (opening !== 'message') message.payload = { ...message.payload, opening };
  const reference = conversationReference(account, message.shopperId);
  const { externalId, author, shopperId, payload } = message;
  const data: InboundData = { externalId, ...(author && { author }), shopperId, payload };
  return {
    type: ActivityTypes.Message,
    id: message.externalId,
    channelId: reference.channelId,
    serviceUrl: reference.serviceUrl,
    ...(author
      ? { from: { id: author, name: '', role: 'bot' }, recipient: reference.user }
      : {
          from: { id: shopperId, name: message.shopperName ?? '', role: 'user' },
          recipient: { id: account.name, name: '', role: 'bot' },
        }),
    conversation: reference.conversation,
    text: message.text,
    textFormat: 'plain',
    ...(message.sentAt !== undefined && { timestamp: new Date(message.sentAt) }),
    ...(message.payload.choice !== undefined && { value: { choice: message.payload.choice } }),
    ...(message.payload.attachments && {
      attachments: message.payload.attachments.map((a) => ({ contentType: a.kind, contentUrl: a.url, name: a.name })),
    }),
    channelData: { [OURS]: data },
  };
}

/** An Activity that some other Bot Framework client wrote: only the standard fields are there. */
function foreignPayload(activity: Partial<Activity>): MessagePayload {
  const value: unknown = activity.value;
  const choice = typeof value === 'object' && value !== null ? (value as Record<string, unknown>).choice : value;
  return {
    ...(typeof choice === 'string' && { choice }),
    ...(activity.attachments?.length && {
      attachments: activity.attachments.map((a) => ({
        kind: a.contentType,
        ...(a.name !== undefined && { name: a.name }),
        ...(a.contentUrl !== undefined && { url: a.contentUrl }),
      })),
    }),
  };
}

/**
 * The inverse of `toActivity`, also after a trip through JSON.
 * @throws Error when the Activity names neither its id nor its sender: it could not be deduplicated.
 */
export function fromActivity(activity: Partial<Activity>): Inbound {
  const data = ours(activity) as InboundData | undefined;
  const externalId = data?.externalId ?? activity.id;
  const shopperId = data?.shopperId ?? activity.from?.id;
  if (!externalId || !shopperId) throw new Error('an incoming activity needs an id and a sender (from.id)');
  const sentAt = isoTime(activity.timestamp);
  return storable({
    externalId,
    ...(data?.author && { author: data.author }),
    shopperId,
    ...(activity.from?.name && { shopperName: activity.from.name }),
    text: activity.text ?? '',
    payload: data?.payload ?? foreignPayload(activity),
    ...(sentAt !== undefined && { sentAt }),
  });
}

/** An outgoing message as an Activity. The id is repeated in `channelData` because TurnContext drops ids of what it sends. */
export function outgoingToActivity(message: Outgoing): Partial<Activity> {
  const { text, ...rest } = message;
  const data: OutgoingData = rest;
  const choices = message.payload.choices ?? [];
  const replyToId = message.inReplyTo.at(-1);
  return {
    type: ActivityTypes.Message,
    id: message.id,
    from: { id: message.author, name: message.payload.agentName ?? '', role: 'bot' },
    recipient: { id: message.shopperId, name: '', role: 'user' },
    timestamp: new Date(message.at),
    text,
    textFormat: 'plain',
    ...(replyToId !== undefined && { replyToId }),
    ...(choices.length > 0 && {
      suggestedActions: {
        to: [message.shopperId],
        actions: choices.map((c) => ({ type: 'imBack', title: c.label, value: c.value })),
      },
    }),
    channelData: { [OURS]: data },
  };
}

/** The inverse of `outgoingToActivity`. An Activity written by middleware gets a fresh id and counts as the bot's. */
export function activityToOutgoing(activity: Partial<Activity>): Outgoing {
  const text = activity.text ?? '';
  const data = ours(activity) as OutgoingData | undefined;
  if (data) return { ...data, text };
  const actions = activity.suggestedActions?.actions ?? [];
  return {
    id: activity.id ?? randomUUID(),
    conversationId: activity.conversation?.id ?? '',
    seq: 0,
    author: 'bot',
    text,
    payload: actions.length > 0 ? { choices: actions.map((a) => ({ value: String(a.value), label: a.title })) } : {},
    shopperId: activity.recipient?.id ?? '',
    inReplyTo: activity.replyToId === undefined ? [] : [activity.replyToId],
    at: isoTime(activity.timestamp) ?? new Date().toISOString(),
  };
}
