// A program with the app's secret as the outside sees it: signs calls to us the way TOP does. Shares no code with the product.
import { createHash } from 'node:crypto';
import type { ChannelRequest } from '../../src/channels/channel.ts';

export interface TopParty {
  appKey: string;
  appSecret: string;
}

export const TOP_PARTY: TopParty = { appKey: '12345678', appSecret: 'helloworld' };

export interface SpiOptions {
  /** Milliseconds. */
  at?: number;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  contentType?: string;
  /** What is computed over in the place of the bytes of `query`, when they are not UTF-8. */
  bytesOf?: (text: string) => Buffer;
}

const CLOCK = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

/** `2026-01-01 12:00:00` as a clock in Shanghai shows it. */
export function shanghai(ms: number): string {
  const parts = CLOCK.formatToParts(ms);
  const of = (type: string) => parts.find((part) => part.type === type)!.value;
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`;
}

export function spiSign(
  secret: string,
  fields: Record<string, string>,
  body: Buffer,
  bytesOf: (text: string) => Buffer = (text) => Buffer.from(text),
): string {
  const names = Object.keys(fields).sort();
  const signed = names.map((name) => name + fields[name]).join('');
  return createHash('md5')
    .update(Buffer.concat([bytesOf(secret + signed), body, bytesOf(secret)]))
    .digest('hex')
    .toUpperCase();
}

export function spiRequest(
  { appKey, appSecret }: TopParty,
  body: string | Buffer,
  options: SpiOptions = {},
): ChannelRequest {
  const { at = Date.now(), headers = {}, contentType = 'application/json;charset=UTF-8', bytesOf } = options;
  const bytes = Buffer.from(body);
  const query: Record<string, string> = {
    method: 'jiebang.message.receive',
    app_key: appKey,
    timestamp: shanghai(at),
    sign_method: 'md5',
    v: '2.0',
    format: 'json',
    ...options.query,
  };
  const listed = (headers['top-sign-list'] ?? '').split(',').filter((name) => name !== '');
  const fields = { ...query, ...Object.fromEntries(listed.map((name) => [name, headers[name.toLowerCase()] ?? ''])) };
  return {
    account: 'default',
    query: { ...query, sign: spiSign(appSecret, fields, bytes, bytesOf) },
    headers: { 'content-type': contentType, ...headers },
    body: bytes,
  };
}

export interface Said {
  id: string;
  shopperId: string;
  text: string;
}

/** Ids of the platform are bare numbers of 64 bits; everything else is a string. */
const bare = (id: string): string => (/^\d+$/.test(id) ? id : JSON.stringify(id));

export const spiBody = ({ id, shopperId, text }: Said, more: Record<string, unknown> = {}): string => {
  const rest = { open_uid: shopperId, buyer_nick: '小明', content: text, ...more };
  return `{"msg_id":${bare(id)},${JSON.stringify(rest).slice(1)}`;
};

/** The answer to every bad envelope, byte for byte. */
export const SPI_REFUSAL = '{"success":"false","error_code":"sign-check-failure","error_message":"Illegal request"}';
