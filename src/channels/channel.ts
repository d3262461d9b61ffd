// What every channel is: framework-neutral routes in, a Bot Framework adapter out. Knows no HTTP framework and no database.
import type { Activity, BotAdapter } from 'botbuilder';
import type { Admitted, Attachment, ChannelAccount, ChannelKind, Outgoing, Quota } from '../contract/conversation.ts';

export interface ChannelRequest {
  /** The account's name from the path; empty when the path names none. */
  account: string;
  /** All parts of the path that have a name. */
  params?: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** The bytes as they arrived; signatures are computed over these. */
  body: Buffer;
}

export interface ChannelResponse {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** What a route may do with the messages it read. */
export interface Inbox {
  /** Stores the message for good, once; returns after the commit. Throws when it could not be stored (answer 5xx then). */
  admit(account: ChannelAccount, activity: Partial<Activity>): Promise<Admitted>;
  /**
   * For platforms whose only answer is the response body: waits for the answer to one message.
   * The text, or null when there is none by the deadline (it will go out another way). The same id gives the same text for ever.
   */
  passiveReply(account: ChannelAccount, externalId: string, deadlineMs: number): Promise<string | null>;
  /** Keeps a file that came with the request; the `id` for the attachment of the message to admit. @throws AppError `too_large` */
  keep(account: ChannelAccount, bytes: Buffer, type: string): Promise<string>;
}

/** The bytes of an attachment, and what the platform says they are; the house looks for itself. */
export interface Media {
  bytes: Buffer;
  type: string;
}

export interface ChannelRoute {
  method: 'GET' | 'POST' | 'OPTIONS';
  /** Full path, e.g. `/channels/webhook/:account/webhook`; where it does not name the account, the first that claims the request. */
  path: string;
  /** Bytes; larger bodies are refused before they are read. */
  bodyLimit: number;
  handle(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse>;
}

/** How a platform failure is to be treated by delivery. */
export type SendFailure =
  /** Worth another try after a pause. `notSent`: certain that the platform did not take it. */
  | { kind: 'retry'; notSent: boolean; afterMs?: number; detail: string }
  /** Will never go through (window closed, blocked, quota used up): show it to an agent. */
  | { kind: 'permanent'; code: string; detail: string };

export class SendError extends Error {
  readonly failure: SendFailure;
  constructor(failure: SendFailure) {
    super(failure.detail);
    this.name = 'SendError';
    this.failure = failure;
  }
}

export interface Channel {
  kind: ChannelKind;
  /** `pull`: the shopper's client reads messages from us, so that the commit is the delivery. `push`: we call the platform. */
  delivery: 'pull' | 'push' | 'passive';
  /** True when the platform recognises a repeated client message id, so that a resend is harmless. */
  idempotent: boolean;
  /** Messages within this time of each other become one turn. Milliseconds. */
  burstWindowMs: number;
  /** Absent: as many as we like, at any time. */
  quota?: Quota;
  /** How many of the platform's messages one of ours becomes; asked where there is a quota. Left out: one. */
  partsOf?(message: Pick<Outgoing, 'text' | 'payload'>): number;
  account: ChannelAccount;
  routes: ChannelRoute[];
  /** For paths that do not name an account: whether the request is this account's. Left out: it is. */
  claims?(request: ChannelRequest): boolean;
  /** Fetches what a platform only tells of. Runs while the account is on, in one process at a time at most by `memory.alone`; ends with the signal. */
  run?(inbox: Inbox, signal: AbortSignal): Promise<void>;
  /** Tries what can be tried without a shopper: says what was found in order. Rejects with SendError as a send would. */
  verify?(): Promise<string>;
  /** Fetches what a shopper sent, by `ref` or `url`. Called after admission, again after a `retry`. @throws SendError */
  media?(attachment: Attachment): Promise<Media>;
  /** Sends by `continueConversation` + `sendActivity`; a rejected send throws SendError. Absent for `pull`. */
  adapter?: BotAdapter;
}
