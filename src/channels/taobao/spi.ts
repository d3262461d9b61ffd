// The signature of a call that TOP, or a program with the app's secret, makes to us (SPI). Knows no message.
import { createHash } from 'node:crypto';
import { joinSorted, readTopTime } from '../../providers/top.ts';
import type { ChannelRequest } from '../channel.ts';
import { sameText } from '../constant-time.ts';
import { charsetOf, decodeText, encodeText } from './charset.ts';

/** The platform's own rule for its calls: ten minutes either way; developer.alibaba.com/docs/doc.htm?articleId=101617 */
const TOLERANCE_MS = 600_000;

export interface SpiKey {
  appKey: string;
  /** Current first, then the one before a rotation. */
  secrets: readonly string[];
  now(): number;
}

/** Headers that are signed along, by the names `top-sign-list` gives them. */
function signedHeaders(headers: ChannelRequest['headers']): Record<string, string> {
  const names = (headers['top-sign-list'] ?? '').split(',').map((name) => name.trim());
  return Object.fromEntries(
    names.filter((name) => name !== '').map((name) => [name, headers[name.toLowerCase()] ?? '']),
  );
}

/**
 * MD5 over the query and the listed headers, sorted by name, and the body as it arrived, between two copies of the secret:
 * what `checkSignForSpi` of the platform's own kit (npm taobao-sdk 2.0.5, lib/spiUtil.js) computes.
 */
function spiSignature(request: ChannelRequest, secret: string, bytesOf: (text: string) => Buffer): string {
  const joined = joinSorted({ ...request.query, ...signedHeaders(request.headers) });
  return createHash('md5')
    .update(bytesOf(secret + joined))
    .update(request.body)
    .update(bytesOf(secret))
    .digest('hex')
    .toUpperCase();
}

/** The body's text; null for every bad envelope alike. */
export function openSpi(request: ChannelRequest, { appKey, secrets, now }: SpiKey): string | null {
  const charset = charsetOf(request.headers['content-type']);
  if (charset === null) return null;
  const { sign = '', timestamp = '', app_key: givenKey = '' } = request.query;
  const bytesOf = (text: string) => encodeText(text, charset);
  // every secret is tried, so that the time tells nothing about which one was right
  const isSigned = secrets.map((secret) => sameText(spiSignature(request, secret, bytesOf), sign)).includes(true);
  const at = readTopTime(timestamp);
  const isFresh = at !== null && Math.abs(now() - at) <= TOLERANCE_MS;
  if (!isSigned || !isFresh || !sameText(appKey, givenKey)) return null;
  return decodeText(request.body, charset);
}
