// How Taobao's open platform signs: calls from the shop, and the calls it makes itself (SPI). Shares no code with src.
import { createHash, createHmac } from 'node:crypto';

type Params = Readonly<Record<string, string>>;

const joined = (params: Params): string =>
  Object.keys(params)
    .filter((name) => name !== 'sign')
    .toSorted((a, b) => (a < b ? -1 : Number(a > b)))
    .map((name) => `${name}${params[name]}`)
    .join('');

const HASHES: Readonly<Record<string, (params: Params, secret: string) => string>> = {
  md5: (params, secret) =>
    createHash('md5')
      .update(secret + joined(params) + secret)
      .digest('hex'),
  hmac: (params, secret) => createHmac('md5', secret).update(joined(params)).digest('hex'),
  'hmac-sha256': (params, secret) => createHmac('sha256', secret).update(joined(params)).digest('hex'),
};

/** Of a call to TOP, by the `sign_method` it names; developer.alibaba.com/docs/doc.htm?articleId=101617. Null for an unknown method. */
export const callSign = (params: Params, secret: string): string | null =>
  HASHES[params.sign_method ?? '']?.(params, secret).toUpperCase() ?? null;

/** Of a call that TOP makes: query and body; npm taobao-sdk 2.0.5, lib/spiUtil.js */
export const spiSign = (query: Params, body: string, secret: string): string =>
  createHash('md5')
    .update(secret + joined(query) + body + secret)
    .digest('hex')
    .toUpperCase();

const EAST_8_MS = 8 * 3_600_000;

/** `2026-01-01 12:00:00` in China. */
export const chinaTime = (ms: number): string => new Date(ms + EAST_8_MS).toISOString().slice(0, 19).replace('T', ' ');
export const fromChinaTime = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`);
