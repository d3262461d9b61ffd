// The signature of a call that TOP, or a program with the app's secret, makes to us (SPI). Knows no message.
import { createHash } from 'node:crypto';
import { joinSorted, readTopTime } from '../../providers/top.ts';
import type { ChannelRequest } from '../channel.ts';
import { sameText } from '../constant-time.ts';
import { type Charset, charsetOf, decodeText, encodeText, readForm, unescapeText } from './charset.ts';

/** The platform's own rule for its calls: ten minutes either way; developer.alibaba.com/docs/doc.htm?articleId=101617 */
const TOLERANCE_MS = 600_000;

export interface SpiKey {
  appKey: string;
  /** Current first, then the one before a rotation. */
  secrets: readonly string[];
  now(): number;
}

type Fields = Readonly<Record<string, string>>;

/** One way in which a call may be meant. */
interface Reading {
  query: Fields;
  /** All that is signed by name. */
  signed: Fields;
  /** Signed as it came; empty where it was a form, whose fields are signed by name. */
  body: Buffer;
  /** What the body says. */
  text: string | null;
}

/** Headers that are signed along, by the names `top-sign-list` gives them: as they stand and as an address would write them. */
function signedHeaders(headers: ChannelRequest['headers'], charset: Charset): Fields[] {
  const names = (headers['top-sign-list'] ?? '').split(',').map((name) => name.trim());
  const valueIn = (name: string): string => (Object.hasOwn(headers, name) ? headers[name]! : '');
  const given = names.filter((name) => name !== '').map((name) => [name, valueIn(name.toLowerCase())] as const);
  const written = given.map(([name, value]) => [name, unescapeText(value, charset) ?? value] as const);
  return given.some(([, value], i) => value !== written[i]![1])
    ? [Object.fromEntries(given), Object.fromEntries(written)]
    : [Object.fromEntries(given)];
}

/** The escapes of an address are UTF-8 for most programs, and of the body's encoding for the platform's own kits. */
function queriesOf({ query, search = '' }: ChannelRequest, charset: Charset): Fields[] {
  const other = charset === 'utf-8' ? null : readForm(search, charset);
  return other === null ? [query] : [query, other];
}

const FORM = /^application\/x-www-form-urlencoded\b/i;

/**
 * The platform's kits leave some of it open (npm taobao-sdk 2.0.5, lib/spiUtil.js; com.taobao.api.internal.spi.SpiUtils of the
 * Java kit): a call is genuine when it is signed in one of these ways. What the address says goes before headers and form
 * everywhere: otherwise an old call would be young again with its old time in a header.
 */
function readingsOf(request: ChannelRequest, charset: Charset): Reading[] {
  const { body } = request;
  const isForm = FORM.test(request.headers['content-type'] ?? '');
  const form = isForm ? readForm(body.toString('latin1'), charset) : null;
  const text = decodeText(body, charset);
  return queriesOf(request, charset).flatMap((query) =>
    signedHeaders(request.headers, charset).flatMap((headers) => {
      const plain = { query, signed: { ...headers, ...query }, body, text };
      if (form === null) return [plain];
      const signed = { ...headers, ...form, ...query };
      return [plain, { query, signed, body: Buffer.alloc(0), text: JSON.stringify(form) }];
    }),
  );
}

/** MD5 over what is signed by name, sorted, and the body as it arrived, between two copies of the secret. */
const spiSignature = ({ signed, body }: Reading, secret: string, bytesOf: (text: string) => Buffer): string =>
  createHash('md5')
    .update(bytesOf(secret + joinSorted(signed)))
    .update(body)
    .update(bytesOf(secret))
    .digest('hex')
    .toUpperCase();

/** The body's text; null for every bad envelope alike. */
export function openSpi(request: ChannelRequest, { appKey, secrets, now }: SpiKey): string | null {
  const charset = charsetOf(request.headers['content-type']);
  if (charset === null) return null;
  const bytesOf = (text: string) => encodeText(text, charset);
  // every reading and secret is tried, so that the time tells nothing about which one was right
  const genuine = readingsOf(request, charset).filter((reading) => {
    const { sign = '', timestamp = '', app_key: givenKey = '' } = reading.query;
    const isSigned = secrets.map((secret) => sameText(spiSignature(reading, secret, bytesOf), sign)).includes(true);
    const at = readTopTime(timestamp);
    return isSigned && at !== null && Math.abs(now() - at) <= TOLERANCE_MS && sameText(appKey, givenKey);
  });
  return genuine[0]?.text ?? null;
}
