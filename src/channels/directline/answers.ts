// Answers in Direct Line's form, and who may read them in a browser. Knows no route.
import { json, plainText } from '../answers.ts';
import type { ChannelRequest, ChannelResponse } from '../channel.ts';

/** learn.microsoft.com, Direct Line 3.0 API reference, "Error object". */
export const failure = (status: number, code: string, message: string): ChannelResponse =>
  json(status, { error: { code, message } });

export const noAuthorization = () => failure(401, 'Unauthorized', 'Authorization: Bearer <secret or token> is missing');
export const forbidden = () => failure(403, 'BadArgument', 'The secret or token is not valid here');
export const expired = () => failure(403, 'TokenExpired', 'The token has expired');
export const noConversation = () => failure(404, 'BadArgument', 'There is no such conversation');
export const badArgument = (message: string) => failure(400, 'BadArgument', message);
export const tooLarge = () => failure(413, 'BadArgument', 'The body is too large');

/** It could not be stored; clients offer to send it again. */
export const unavailable = (): ChannelResponse => ({
  ...failure(503, 'ServiceUnavailable', 'The message could not be stored; send it again'),
  headers: { 'retry-after': '2' },
});

export interface Origins {
  /** Requests without an origin come from programs or from pages of this very address. */
  allows(request: ChannelRequest): boolean;
  isNamed(origin: string): boolean;
  headers(request: ChannelRequest): Record<string, string>;
}

const ALLOWED_HEADERS = 'authorization, content-type, x-ms-bot-agent, x-requested-with';

function isOwn(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

/**
 * Only pages that the shop named may speak from a browser. A wildcard would let any page that got hold of a token (or was
 * given the secret by mistake) read the conversation from its visitors' browsers; so `*` is said by the shop or not at all.
 */
export function readOrigins(setting: string): Origins {
  const named = new Set(setting.split(/[\s,]+/).filter((origin) => origin !== ''));
  const isNamed = (origin: string) => named.has('*') || named.has(origin.toLowerCase());
  return {
    isNamed,
    allows({ headers: { origin, host } }) {
      return !origin || isOwn(origin, host) || isNamed(origin);
    },
    headers({ headers: { origin } }): Record<string, string> {
      if (!origin || !isNamed(origin)) return { vary: 'Origin' };
      return {
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'retry-after',
      };
    },
  };
}

/** The browser's question before it asks across origins. */
export const preflight = (): ChannelResponse => ({
  ...plainText(204, ''),
  headers: {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': '86400',
  },
});
