// Bot Framework Direct Line 3.0 with us as the server, for Web Chat and other clients of it. Knows no HTTP server and no database.
import type { ChannelAccount } from '../../contract/conversation.ts';
import type { Channel, ChannelRoute } from '../channel.ts';
import { defineChannel } from '../definition.ts';
import { createActivities, createReader } from './activities.ts';
import { failure, forbidden, preflight, readOrigins, tooLarge } from './answers.ts';
import { baseOf, createConversations, ROOT } from './conversations.ts';
import { createDoor, type Door } from './door.ts';
import { directlineFields } from './settings.ts';
import { createStreams } from './streams.ts';
import { createTokens } from './tokens.ts';
import { UPLOAD_LIMIT } from './upload.ts';

export interface DirectlineSettings {
  /** `DIRECTLINE_SECRET`. Empty: the channel is off. */
  secret: string;
  previousSecret: string;
  /** `DIRECTLINE_ORIGINS`, separated by spaces. */
  origins: string;
  /** Where clients reach us; empty: where the request came. */
  publicUrl: string;
  now(): number;
  onError(error: unknown, where: string): void;
}

const ACTIVITY_LIMIT = 64 * 1024;
const SMALL_LIMIT = 8 * 1024;
const BURST_WINDOW_MS = 300;

const CONVERSATION = `${ROOT}/conversations/:conversation`;

const route = (
  method: ChannelRoute['method'],
  path: string,
  handle: ChannelRoute['handle'],
  bodyLimit = SMALL_LIMIT,
): ChannelRoute => ({ method, path, bodyLimit, handle });

/** Browsers ask before they ask across origins, and clients expect every refusal in the protocol's form. */
const withAnswers = (routes: ChannelRoute[], door: Door): ChannelRoute[] => [
  ...routes.map((one) => ({ ...one, tooLarge: door.open(async () => tooLarge()) })),
  ...[...new Set(routes.map(({ path }) => path))].map((path) =>
    route(
      'OPTIONS',
      path,
      door.open(async () => preflight()),
    ),
  ),
];

export function createDirectline(account: ChannelAccount, settings: DirectlineSettings): Channel {
  const { now, onError, publicUrl } = settings;
  const tokens = createTokens(account.name, settings.secret, settings.previousSecret, now);
  const door = createDoor(account, tokens, readOrigins(settings.origins));
  const read = createReader(account, tokens);
  const streams = createStreams({ account, now, read, onError });
  const { generate, refresh, start, reconnect } = createConversations(account, tokens, door, publicUrl);
  const { list, say, upload, file } = createActivities({ account, door, streams, read, publicUrl, now });
  const noSessions = async () => failure(404, 'BadArgument', 'There are no sessions here');

  return {
    kind: 'directline',
    delivery: 'pull',
    idempotent: true,
    burstWindowMs: BURST_WINDOW_MS,
    account,
    routes: withAnswers(
      [
        route('POST', `${ROOT}/tokens/generate`, door.known(generate)),
        route('POST', `${ROOT}/tokens/refresh`, door.known(refresh)),
        route('POST', `${ROOT}/conversations`, door.known(start)),
        route('GET', CONVERSATION, door.known(reconnect)),
        route('POST', `${CONVERSATION}/activities`, door.known(say), ACTIVITY_LIMIT),
        route('GET', `${CONVERSATION}/activities`, door.known(list)),
        { ...route('POST', `${CONVERSATION}/upload`, door.known(upload), UPLOAD_LIMIT), refuse: door.refuse },
        route('GET', `${ROOT}/attachments/:file`, door.open(file)),
        route('GET', `${ROOT}/session/getsessionid`, door.open(noSessions)),
      ],
      door,
    ),
    sockets: {
      path: `${CONVERSATION}/stream`,
      async refuse(request) {
        const claims = await door.byAddress('stream', request);
        if ('status' in claims) return claims;
        return claims.conv === request.params!.conversation ? null : forbidden();
      },
      open(request, socket, inbox) {
        const { conversation = '' } = request.params ?? {};
        const { watermark } = request.query;
        streams.open({ conversation, base: baseOf(request, publicUrl) }, watermark, socket, inbox);
      },
    },
    claims: door.claims,
  };
}

export const directline = defineChannel({
  kind: 'directline',
  label: { zh: 'Direct Line（Web Chat）', en: 'Direct Line (Web Chat)' },
  prefix: 'DIRECTLINE_',
  key: 'secret',
  callback: ROOT,
  events: 'read',
  roots: [`${ROOT}/*`],
  fields: directlineFields,
  create: (account, values, { publicUrl, now, onError }) =>
    createDirectline(account, { ...values, publicUrl, now, onError }),
});
