// Beginning a Direct Line conversation, coming back to it, and the tokens for it. Knows no HTTP server and no database.
import type { ChannelAccount } from '../../contract/conversation.ts';
import { json } from '../answers.ts';
import type { ChannelRequest, Inbox } from '../channel.ts';
import { badArgument, forbidden } from './answers.ts';
import type { Door, Handle } from './door.ts';
import { parseJson } from './incoming.ts';
import { type Place, placeIn, watermarkOf } from './outgoing.ts';
import { type Claims, TOKEN_LIFE_S, type Tokens } from './tokens.ts';

export const ROOT = '/v3/directline';

/** `https://host`, as the client knows us. What a client claims here only misleads itself. */
export function baseOf({ headers }: ChannelRequest, publicUrl: string): string {
  if (publicUrl !== '') return publicUrl;
  const host = /^[a-z0-9.:[\]_-]{1,255}$/i.test(headers.host ?? '') ? headers.host : 'localhost';
  return `${headers['x-forwarded-proto']?.split(',')[0]?.trim() === 'https' ? 'https' : 'http'}://${host}`;
}

/** An optional body; undefined when it is there and is no JSON object. */
function optionalObject(body: Buffer): Record<string, unknown> | undefined {
  if (body.length === 0) return {};
  const value = parseJson(body);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function userIn({ user }: Record<string, unknown>): string | undefined {
  const id = typeof user === 'object' && user !== null ? (user as Record<string, unknown>).id : undefined;
  return typeof id === 'string' && id !== '' && id.length <= 200 ? id : undefined;
}

/** A client may call itself anything but what only the shop's server may vouch for. */
export const ownName = (id: string | undefined): string | undefined => (id?.startsWith('dl_') ? undefined : id);

const trustedIn = ({ trustedOrigins }: Record<string, unknown>): string[] =>
  Array.isArray(trustedOrigins)
    ? trustedOrigins.filter((origin): origin is string => typeof origin === 'string').slice(0, 20)
    : [];

export interface Conversations {
  generate: Handle;
  refresh: Handle;
  start: Handle;
  reconnect: Handle;
}

const PAGE = 500;

export function createConversations(
  account: ChannelAccount,
  tokens: Tokens,
  door: Pick<Door, 'refusedIn'>,
  publicUrl: string,
): Conversations {
  async function end(conversation: string, inbox: Inbox): Promise<Place> {
    const handoffs = await inbox.handoffs(account, conversation, null);
    for (let seq = 0; ; ) {
      const { messages } = await inbox.read(account, conversation, seq, PAGE);
      if (messages.length === 0) return { seq, handoff: handoffs.at(-1)?.place ?? null };
      seq = messages.at(-1)!.seq;
    }
  }

  async function tokenObject(claims: Claims) {
    const token = await tokens.issue('client', claims);
    return { conversationId: claims.conv, token, expires_in: TOKEN_LIFE_S };
  }

  async function conversationObject(request: ChannelRequest, claims: Claims, watermark: string) {
    const query = new URLSearchParams({ watermark, t: await tokens.issue('stream', claims) });
    const base = baseOf(request, publicUrl).replace(/^http/, 'ws');
    return {
      ...(await tokenObject(claims)),
      streamUrl: `${base}${ROOT}/conversations/${claims.conv}/stream?${query}`,
    };
  }

  return {
    async generate(request, _inbox, caller) {
      if (caller.kind !== 'owner') return forbidden();
      const asked = optionalObject(request.body);
      if (asked === undefined) return badArgument('The body is not a JSON object');
      const user = userIn(asked);
      const trusted = trustedIn(asked);
      const conv = tokens.newConversation();
      return json(
        200,
        await tokenObject({
          conv,
          ...(user !== undefined && { user }),
          ...(trusted.length > 0 && { origins: trusted }),
        }),
      );
    },
    async refresh(_request, _inbox, caller) {
      return caller.kind === 'client' ? json(200, await tokenObject(caller.claims)) : forbidden();
    },
    async start(request, _inbox, caller) {
      const asked = optionalObject(request.body) ?? {};
      const claims = caller.kind === 'client' ? caller.claims : { conv: tokens.newConversation() };
      const user = claims.user ?? (caller.kind === 'owner' ? userIn(asked) : ownName(userIn(asked)));
      return json(201, await conversationObject(request, { ...claims, ...(user !== undefined && { user }) }, ''));
    },
    async reconnect(request, inbox, caller) {
      const conv = request.params!.conversation!;
      const refused = await door.refusedIn(conv, caller, inbox);
      if (refused) return refused;
      const claims = caller.kind === 'client' ? caller.claims : { conv };
      // left out: what comes from now on (learn.microsoft.com, Direct Line 3.0, "Reconnect to a conversation");
      // empty or no number, as directlinejs says it before its first frame: everything
      const { watermark } = request.query;
      const place = watermark === undefined ? await end(conv, inbox) : placeIn(watermark);
      return json(200, await conversationObject(request, claims, watermarkOf(place)));
    },
  };
}
