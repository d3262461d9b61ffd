// What every channel is: framework-neutral routes in, a Bot Framework adapter out. Knows no HTTP framework and no database.
import type { Activity, BotAdapter } from 'botbuilder';
import type {
  Admitted,
  Attachment,
  Author,
  ChannelAccount,
  ChannelKind,
  MessagePayload,
  Outgoing,
  Quota,
} from '../contract/conversation.ts';
import type { CountedDay } from '../contract/platform-day.ts';
import { AppError } from '../errors.ts';

export type { Quota };

export interface ChannelRequest {
  /** The account's name from the path; empty when the path names none. */
  account: string;
  /** All parts of the path that have a name. */
  params?: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** The query as it was written, without its question mark: for platforms that may write it in another encoding. */
  search?: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** The bytes as they arrived; signatures are computed over these. */
  body: Buffer;
  /** The address that is connected to us; a proxy's when there is one. */
  peer?: string;
  /** Whether whoever asked is still on the line. Left out: nobody can tell. */
  isOpen?(): boolean;
}

export interface ChannelResponse {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Record<string, string>;
  /** Nothing of it is sent, the line is cut: for platforms that show every answer but the right one to the shopper, and ask again after none. */
  cut?: true;
}

/** A picture or file that is kept here. */
export interface SeenFile {
  id: string;
  /** By its bytes. */
  type: string;
  name?: string;
}

/** A message as its shopper may see it: no notes, no whispers, nothing that was cancelled before it was sent. */
export interface SeenMessage {
  /** Its place among all messages with this shopper; only grows. */
  seq: number;
  from: Exclude<Author, 'platform_agent'>;
  kind: 'text' | 'notice';
  text: string;
  payload: Pick<MessagePayload, 'choices' | 'source' | 'agentName' | 'generated'>;
  files: SeenFile[];
  /** Of the shopper's own message: what the channel put into `payload.platform` when it was admitted. */
  own: Readonly<Record<string, unknown>> | null;
  at: string;
}

/** How far a reader has heard what happened to the handoffs of a conversation: only grows. */
export interface HandoffPlace {
  handoffId: string;
  /** 1 begun, 2 accepted, 3 over. */
  stage: number;
}

/** Something that happened to a handoff, as it may leave the house. */
export interface SeenHandoff {
  place: HandoffPlace;
  at: string;
  /** In the protocol of Bot Framework; its id is the same whenever it is read. */
  activity: Partial<Activity>;
}

/** What a channel whose shoppers fetch may read. */
export interface Reading {
  /** Messages after a place, oldest first; `busy`: an answer is being written, by the bot or by a person. */
  read(
    account: ChannelAccount,
    shopperId: string,
    afterSeq: number,
    limit: number,
  ): Promise<{ messages: SeenMessage[]; busy: boolean }>;
  /** What happened to the handoffs of a conversation after a place (null: all of it), oldest first, each stage of a handoff once. */
  handoffs(account: ChannelAccount, shopperId: string, after: HandoffPlace | null): Promise<SeenHandoff[]>;
  /** Calls back at once, after every change and every few seconds; the returned function ends it. A hint: `read` tells what is new. */
  watch(account: ChannelAccount, shopperId: string, onNews: () => void): () => void;
  /** The shopper is writing; forgotten after seconds. Shown at the desk. */
  noteTyping(account: ChannelAccount, shopperId: string): Promise<void>;
  /** A picture or file of a message with this shopper; null when there is none they may see. */
  file(account: ChannelAccount, shopperId: string, id: string): Promise<{ type: string; bytes: Buffer } | null>;
}

/** What a route may do with the messages it read. */
export interface Inbox extends Reading {
  /** Stores the message for good, once; returns after the commit. Throws when it could not be stored (answer 5xx then). */
  admit(account: ChannelAccount, activity: Partial<Activity>): Promise<Admitted>;
  /**
   * For platforms whose only answer is the response body: waits for the answer to one message.
   * The text, or null when there is none by the deadline, or nobody on the line to take it (it will go out another way). The
   * same id gives the same text for ever.
   */
  passiveReply(
    account: ChannelAccount,
    externalId: string,
    wait: { deadlineMs: number; isOpen(): boolean },
  ): Promise<string | null>;
  /**
   * The platform's own people have taken a shopper's conversation, or ended it: the bot is silent in between. May be
   * repeated; without a conversation it does nothing. A message by one of them (`author: 'platform_agent'`) says `true` by itself.
   */
  platformDesk(account: ChannelAccount, shopperId: string, hasIt: boolean): Promise<void>;
  /** A message that the platform had taken did not arrive after all. `platformId`: what the send had returned; `untilShopper`: as of a send. */
  sendFailed(
    account: ChannelAccount,
    platformId: string,
    why: { detail: string; untilShopper: boolean },
  ): Promise<void>;
  /** Whoever said a message took it back in the platform's app (`at`: ISO 8601). Unknown ids and repetitions do nothing. */
  recalled(account: ChannelAccount, externalId: string, at: string): Promise<void>;
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
  /** Looks at the request before its body is read, where that may be large: the refusal, or null. */
  refuse?(request: ChannelRequest): Promise<ChannelResponse | null>;
  /** What is told of a larger body, where the platform has a form for it. */
  tooLarge?(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse>;
  handle(request: ChannelRequest, inbox: Inbox): Promise<ChannelResponse>;
}

/** A WebSocket whose opening was accepted. Text only. */
export interface ChannelSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Whether the other side still answers. */
  isAlive(): Promise<boolean>;
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
}

export interface ChannelSockets {
  /** Full path, like a route's. */
  path: string;
  /** Looks at the request before anything is opened: the refusal, or null. */
  refuse(request: ChannelRequest): Promise<ChannelResponse | null>;
  open(request: ChannelRequest, socket: ChannelSocket, inbox: Inbox): void;
}

/** How a platform failure is to be treated by delivery. */
export type SendFailure =
  /** Worth another try after a pause. `notSent`: certain that the platform did not take it. `triesMax`: given up sooner than others. */
  | { kind: 'retry'; notSent: boolean; afterMs?: number; triesMax?: number; detail: string }
  /** Will never go through (window closed, blocked, quota used up): show it to an agent. `untilShopper`: nothing of it arrived, and the shopper's next message opens the way again. */
  | { kind: 'permanent'; code: string; untilShopper?: boolean; detail: string };

export class SendError extends Error {
  readonly failure: SendFailure;
  constructor(failure: SendFailure) {
    super(failure.detail);
    this.name = 'SendError';
    this.failure = failure;
  }
}

/** Something that happened to a conversation besides words; `id` is the same in every attempt. */
export interface ChannelEvent {
  id: string;
  type: string;
  timestamp: string;
  data: Record<string, unknown> & { conversation_id: string; user: { id: string } };
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
  /** For clients that keep a line open. */
  sockets?: ChannelSockets;
  /** For paths that do not name an account: whether the request is this account's; `unclaimed`: if it is nobody else's. Left out: it is. */
  claims?(request: ChannelRequest): boolean | 'unclaimed';
  /** Fetches what a platform only tells of. Runs while the account is on, in one process at a time at most by `memory.alone`; ends with the signal. */
  run?(inbox: Inbox, signal: AbortSignal): Promise<void>;
  /** Tries what can be tried without a shopper: says what was found in order. Rejects with SendError as a send would. */
  verify?(): Promise<string>;
  /**
   * What the platform itself counted on the local days that begin at the one instant up to that which begins at the other (ms, at
   * most 31 days, all of them over); days without anything may be missing. Absent: the platform tells nothing. @throws SendError
   */
  countedDays?(from: number, until: number): Promise<CountedDay[]>;
  /**
   * The bot has handed a shopper over. True: the platform's own people have the conversation from now on, and `platformDesk`
   * will say when they are done. False, or left out: it is our desk's.
   */
  handedOff?(shopperId: string): Promise<boolean>;
  /**
   * Tells what happened to a conversation, in order, again after a `retry`; never counted and never shown as words. `protocol`:
   * the same as activities of Bot Framework's handoff protocol, where it has a word for it. Absent: the platform has no place for it.
   * @throws SendError
   */
  tell?(event: ChannelEvent, protocol: () => Promise<Partial<Activity>[]>): Promise<void>;
  /** Fetches what a shopper sent, by `ref` or `url`. Called after admission, again after a `retry`. @throws SendError */
  media?(attachment: Attachment): Promise<Media>;
  /** Shows the shopper that an answer is being made, where the platform can; nothing depends on it. */
  typing?(shopperId: string): Promise<void>;
  /** Sends by `continueConversation` + `sendActivity`; a rejected send throws SendError. Absent for `pull`. */
  adapter?: BotAdapter;
}

/** The account's channel; null while it is off: what is to be done there waits, and nothing has failed. */
export function channelIfOn(channelOf: (accountId: string) => Channel, accountId: string): Channel | null {
  try {
    return channelOf(accountId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'account_off') return null;
    throw error;
  }
}
