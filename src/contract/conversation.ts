// What every part means by a message, a conversation and an account; free of frameworks and of the database.
import { type Static, Type } from 'typebox';
import { AnswerSource, Choice } from './decision.ts';

/** Database ids are 64-bit integers carried as decimal strings; the brands keep them apart at compile time. */
type Brand<T extends string> = string & { readonly __brand?: T };
export type ShopId = Brand<'shop'>;
export type ConversationId = Brand<'conversation'>;
export type HandoffId = Brand<'handoff'>;
export type StaffId = Brand<'staff'>;

/** A word of the table of channels; which there are is known there alone. */
export const ChannelKind = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' });
export type ChannelKind = Static<typeof ChannelKind>;

/** One connected account of a channel: `id` is our row, `name` the word in the webhook path. */
export interface ChannelAccount {
  id: string;
  shopId: ShopId;
  kind: ChannelKind;
  name: string;
}

export const Author = Type.Union([
  Type.Literal('shopper'),
  Type.Literal('bot'),
  Type.Literal('agent'),
  Type.Literal('system'),
  Type.Literal('platform_agent'),
]);
export type Author = Static<typeof Author>;

/** A picture or file of a message: `id` of an upload of ours, else what the platform says. */
export const Attachment = Type.Object({
  kind: Type.String({ description: 'image, voice, video, file, link or a word of the platform' }),
  id: Type.Optional(Type.String()),
  ref: Type.Optional(Type.String({ description: "the platform's own name of it, by which its bytes are fetched" })),
  url: Type.Optional(Type.String()),
  name: Type.Optional(Type.String({ description: 'what the sender called the file' })),
  type: Type.Optional(Type.String({ description: 'by its bytes, once they are here' })),
  lost: Type.Optional(Type.String({ description: 'why its bytes never came' })),
});
export type Attachment = Static<typeof Attachment>;

/** An order or a product as it stood when it was shown; nobody has to ask the shop's system to read an old conversation. */
export const Card = Type.Object({
  kind: Type.Union([Type.Literal('order'), Type.Literal('product')]),
  id: Type.String(),
  title: Type.String(),
  detail: Type.String({ description: 'status and count of an order; colours of a product' }),
  price: Type.Union([Type.Number(), Type.Null()], { description: 'yuan' }),
});
export type Card = Static<typeof Card>;

/** What a page may ask for below a message; elsewhere the words of the message ask for the same. */
export const ShopForm = Type.Union([Type.Literal('callback'), Type.Literal('quote')]);
export type ShopForm = Static<typeof ShopForm>;

/** What the shopper did when they came to us; each opens a time and a number of messages of its own on platforms that count. */
export const Opening = Type.Union([
  Type.Literal('message'),
  Type.Literal('click'),
  Type.Literal('follow'),
  Type.Literal('scan'),
  Type.Literal('enter'),
]);
export type Opening = Static<typeof Opening>;

/** How many messages a platform takes after something the shopper did, and for how long. What is not named opens nothing. */
export type Quota = Readonly<Partial<Record<Opening, { messages: number; windowMs: number }>>>;

/** Names and ids from outside: without what no database can keep (NUL, half a character) and without other control characters. */
export const STORABLE = '^[^\\u0000-\\u001f\\ud800-\\udfff]*$';

/** What a picture without words is called where only words can be shown. */
export const PICTURE_TEXT = '[图片]';

/** What a message carries besides its text. Everything is optional; unknown platform content stays in `platform`. */
export const MessagePayload = Type.Object({
  choices: Type.Optional(Type.Array(Choice)),
  choice: Type.Optional(Type.String({ description: 'value of the choice the shopper tapped' })),
  source: Type.Optional(AnswerSource),
  agentName: Type.Optional(Type.String()),
  generated: Type.Optional(
    Type.Boolean({ description: 'a language model worded it; has to be said where it is shown' }),
  ),
  assist: Type.Optional(
    Type.Object(
      { suggestion: Type.String(), edited: Type.Boolean(), distance: Type.Integer() },
      { description: "an agent's reply that the bot had drafted" },
    ),
  ),
  auto: Type.Optional(
    Type.Literal('away', { description: 'sent by itself while the agent was away; answers nothing' }),
  ),
  whisper: Type.Optional(
    Type.Object({ to: Type.String(), name: Type.String() }, { description: "a supervisor's note to the owner" }),
  ),
  attachments: Type.Optional(Type.Array(Attachment)),
  opening: Type.Optional(Opening),
  sentAt: Type.Optional(Type.String({ description: 'ISO 8601: the platform was earlier than we by seconds or more' })),
  recalledAt: Type.Optional(
    Type.String({
      description: "ISO 8601: whoever said it took it back in the platform's app; nobody should quote it",
    }),
  ),
  card: Type.Optional(Card),
  form: Type.Optional(ShopForm),
  orderId: Type.Optional(Type.String()),
  productId: Type.Optional(Type.String()),
  platform: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type MessagePayload = Static<typeof MessagePayload>;

/** An incoming message as a channel hands it over: text is cleaned of NUL and lone surrogates by admission. */
export interface Inbound {
  /** Unique for ever within the account; decides what is a duplicate. */
  externalId: string;
  /** Left out: the shopper. `platform_agent`: a person of the shop who answered in the platform's own app. */
  author?: 'platform_agent';
  /** The shopper's id on the platform. */
  shopperId: string;
  shopperName?: string;
  text: string;
  payload: MessagePayload;
  /** Left out: a message. Kept in the payload. */
  opening?: Opening;
  /** The platform's own time, ISO 8601; only shown, never trusted for order. */
  sentAt?: string;
}

/** What admission answered. `duplicate` carries the place of the first arrival. */
export interface Admitted {
  status: 'new' | 'duplicate';
  conversationId: ConversationId;
  seq: number;
  /** The turn that will answer it; null while a person owns the conversation. */
  turnId: string | null;
}

/** One outgoing message to a channel. `id` stays the same over all attempts. */
export interface Outgoing {
  id: string;
  conversationId: ConversationId;
  /** Monotonic within the conversation. */
  seq: number;
  author: Author;
  text: string;
  payload: MessagePayload;
  shopperId: string;
  /** External ids of the shopper's messages this one answers, oldest first; empty for notices and agents. */
  inReplyTo: string[];
  at: string;
}
