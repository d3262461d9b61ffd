// Bot Framework Emulator without credentials: what may come in and go out then. Pure; knows no HTTP.
import type { ChannelRequest } from '../channel.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
/** Whoever writes one of these stands between us and somebody else. */
const OF_PROXIES = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
  'true-client-ip',
];

export function isLoopbackUrl(text: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(text);
    return protocol === 'http:' && LOOPBACK_HOST.test(host) && username === '' && password === '';
  } catch {
    return false;
  }
}

/**
 * A program on this machine, not a proxy that passes on what others say and not a page in a browser here. Whoever can do this
 * could talk to the bot on the shopper's page as well.
 */
export const isFromThisMachine = ({ peer = '', headers }: ChannelRequest): boolean =>
  LOOPBACK.has(peer) &&
  LOOPBACK_HOST.test(headers.host ?? '') &&
  headers.origin === undefined &&
  headers['sec-fetch-site'] === undefined &&
  OF_PROXIES.every((name) => headers[name] === undefined);
