// Who asks Direct Line, and whether they may: the shop's server by the secret, a page by its token, from a site that the shop named. Knows no answer beyond the refusals.
import type { ChannelAccount } from '../../contract/conversation.ts';
import type { ChannelRequest, ChannelResponse, ChannelRoute, Inbox } from '../channel.ts';
import { expired, forbidden, noAuthorization, noConversation, type Origins } from './answers.ts';
import { accountIn, type Claims, type TokenRead, type Tokens } from './tokens.ts';

/** `owner` holds the secret: the shop's server. */
export type Caller = { kind: 'owner' } | { kind: 'client'; claims: Claims };
export type Handle = (request: ChannelRequest, inbox: Inbox, caller: Caller) => Promise<ChannelResponse>;
type Bare = (request: ChannelRequest, inbox: Inbox) => Promise<ChannelResponse>;

export interface Door {
  /** For who holds the secret or a token. Every answer tells the browser who may read it. */
  known(handle: Handle): ChannelRoute['handle'];
  /** The refusal before the body is read, for routes that take large ones. */
  refuse(request: ChannelRequest): Promise<ChannelResponse | null>;
  /** For anybody from an allowed site. */
  open(handle: Bare): ChannelRoute['handle'];
  /** Whether this caller may be in that conversation, and whether there is one: the refusal, or null. */
  refusedIn(conversation: string, caller: Caller, inbox: Inbox): Promise<ChannelResponse | null>;
  /** The same for an address with a token in it. */
  byAddress(use: 'stream' | 'file', request: ChannelRequest): Promise<Claims | ChannelResponse>;
  claims(request: ChannelRequest): boolean | 'unclaimed';
}

/** As all of ours are written; nothing else is looked for. */
const ID = /^[\w-]{1,100}$/;

const bearerOf = ({ headers }: ChannelRequest): string | null =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;

const refusalOf = (read: Exclude<TokenRead, { kind: 'valid' }>): ChannelResponse =>
  read.kind === 'expired' ? expired() : forbidden();

/** `trustedOrigins` of the token: a page that is not among them has it from somewhere else. */
const isTrusted = ({ origins }: Claims, { headers: { origin } }: ChannelRequest): boolean =>
  origins === undefined || !origin || origins.includes(origin);

export function createDoor(account: ChannelAccount, tokens: Tokens, origins: Origins): Door {
  async function callerOf(request: ChannelRequest): Promise<Caller | ChannelResponse> {
    const bearer = bearerOf(request);
    if (bearer === null) return noAuthorization();
    if (tokens.isSecret(bearer)) return { kind: 'owner' };
    const read = await tokens.read('client', bearer);
    if (read.kind !== 'valid') return refusalOf(read);
    return isTrusted(read.claims, request) ? { kind: 'client', claims: read.claims } : forbidden();
  }

  const open =
    (handle: Bare): ChannelRoute['handle'] =>
    async (request, inbox) => {
      const answer = origins.allows(request) ? await handle(request, inbox) : forbidden();
      return { ...answer, headers: { ...origins.headers(request), ...answer.headers } };
    };

  return {
    open,
    known: (handle) =>
      open(async (request, inbox) => {
        const caller = await callerOf(request);
        return 'status' in caller ? caller : handle(request, inbox, caller);
      }),
    async refuse(request) {
      const caller = origins.allows(request) ? await callerOf(request) : forbidden();
      if (!('status' in caller)) return null;
      return { ...caller, headers: { ...origins.headers(request), ...caller.headers } };
    },
    async refusedIn(conversation, caller, inbox) {
      if (caller.kind === 'client') return caller.claims.conv === conversation ? null : forbidden();
      if (tokens.isConversation(conversation)) return null;
      if (!ID.test(conversation)) return noConversation();
      // from before a rotation of the secret
      const { messages } = await inbox.read(account, conversation, 0, 1);
      return messages.length > 0 ? null : noConversation();
    },
    async byAddress(use, request) {
      const read = await tokens.read(use, request.query.t ?? '');
      if (read.kind !== 'valid') return refusalOf(read);
      return isTrusted(read.claims, request) && origins.allows(request) ? read.claims : forbidden();
    },
    claims(request) {
      const bearer = bearerOf(request) ?? request.query.t;
      if (bearer !== undefined) return tokens.isSecret(bearer) || accountIn(bearer) === account.name || 'unclaimed';
      return (request.headers.origin !== undefined && origins.isNamed(request.headers.origin)) || 'unclaimed';
    },
  };
}
