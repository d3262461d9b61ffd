// Taobao's open platform (TOP): signed calls, its time, its errors by what to do about them. Knows no channel and no order.
import { createHash, createHmac } from 'node:crypto';
import { isRecord, parseExact } from './exact-json.ts';
import type { Outgoing } from './outgoing.ts';

/** The three ways to sign a call; developer.alibaba.com/docs/doc.htm?articleId=101617 */
export type SignMethod = 'md5' | 'hmac' | 'hmac-sha256';

const byCode = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : Number(a > b));

/** Names and values in the order of the names, without anything between them; `sign` itself is left out. */
export const joinSorted = (params: Readonly<Record<string, string>>): string =>
  Object.entries(params)
    .filter(([name]) => name !== 'sign')
    .toSorted(byCode)
    .map(([name, value]) => name + value)
    .join('');

/** The signature of a call: upper-case hex. */
export function signTop(params: Readonly<Record<string, string>>, secret: string, method: SignMethod): string {
  const joined = joinSorted(params);
  const digest = {
    md5: () => createHash('md5').update(`${secret}${joined}${secret}`),
    hmac: () => createHmac('md5', secret).update(joined),
    'hmac-sha256': () => createHmac('sha256', secret).update(joined),
  }[method]();
  return digest.digest('hex').toUpperCase();
}

const EAST_8_MS = 8 * 3_600_000;

/** `2026-01-01 12:00:00` in China's time, wherever this machine stands. */
export const topTime = (ms: number): string => new Date(ms + EAST_8_MS).toISOString().slice(0, 19).replace('T', ' ');

/** Milliseconds of a time in China; null when it is none. */
export function readTopTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(ms) ? null : ms;
}

/** What to do about a call that failed: again, after the platform's pause, after a person has acted, or never. */
export type TopTrouble = 'busy' | 'limited' | 'session' | 'signature' | 'refused';

export class TopError extends Error {
  readonly trouble: TopTrouble;
  readonly code: string;
  readonly subCode: string;
  /** How long to wait, when the platform says so. */
  readonly afterMs: number | undefined;
  constructor(trouble: TopTrouble, code: string, subCode: string, message: string, afterMs?: number) {
    super(message);
    this.name = 'TopError';
    this.trouble = trouble;
    this.code = code;
    this.subCode = subCode;
    this.afterMs = afterMs;
  }
}

/** `isp.*` is the platform's own trouble, `isv.*` ours; 7 is a limit, 25 a bad signature, 27 a session that ended. */
function troubleOf(code: string, subCode: string): TopTrouble {
  if (code === '7' || subCode.startsWith('accesscontrol.limited')) return 'limited';
  if (code === '25' || subCode === 'isv.invalid-signature') return 'signature';
  if (code === '27' || subCode.includes('sessionkey')) return 'session';
  return subCode.startsWith('isp.') ? 'busy' : 'refused';
}

const MEANS: Readonly<Record<TopTrouble, string>> = {
  busy: '平台繁忙',
  limited: '接口调用次数超限',
  session: '店铺授权（Session）已失效，请重新授权',
  signature: 'App Key 或 App Secret 不正确',
  refused: '平台拒绝了请求',
};

/** The limit's own words: This ban will last for 12 more seconds. */
const BAN = /last for (\d{1,7}) more seconds/;
const LIMITED_MS = 60_000;

function errorOf(answer: Record<string, unknown>): TopError {
  const word = (name: string) => (answer[name] === undefined ? '' : String(answer[name]).slice(0, 200));
  const [code, subCode, said] = [word('code'), word('sub_code'), word('sub_msg') || word('msg')];
  const trouble = troubleOf(code, subCode);
  const ban = BAN.exec(word('sub_msg'));
  const afterMs = trouble === 'limited' ? (ban ? Number(ban[1]) * 1000 : LIMITED_MS) : undefined;
  return new TopError(trouble, code, subCode, `淘宝 ${subCode || code}：${MEANS[trouble]}（${said}）`, afterMs);
}

export interface TopClient {
  /** The content of the answer, ids as they were written. @throws TopError, OutgoingError */
  call(method: string, params?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
}

export interface TopOptions {
  appKey: string;
  appSecret: string;
  /** Authorisation of the shop; empty for calls that need none. */
  session: string;
  /** The gateway, with or without its path. */
  apiBase: string;
  outgoing: Outgoing;
  now(): number;
  signMethod?: SignMethod;
  timeoutMs?: number;
}

const GATEWAY_PATH = '/router/rest';
const TIMEOUT_MS = 10_000;
/** A page of messages or a long order is more than a chat answer. */
const BYTES_MAX = 2 * 1024 * 1024;

const gatewayOf = (apiBase: string): string => (new URL(apiBase).pathname === '/' ? apiBase + GATEWAY_PATH : apiBase);

/** `{"<method>_response":{…}}`, or the content itself when the answer is simplified; what a gateway in between says of itself is neither. */
function contentOf(text: string, status: number): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = parseExact(text);
  } catch {
    parsed = null;
  }
  const fields = isRecord(parsed) ? parsed : {};
  if (isRecord(fields.error_response)) throw errorOf(fields.error_response);
  const wrapped = Object.entries(fields).find(([name]) => name.endsWith('_response'))?.[1];
  if (isRecord(wrapped) && status === 200) return wrapped;
  if (!isRecord(parsed) || status !== 200 || 'code' in parsed || 'errcode' in parsed)
    throw new TopError('busy', String(status), '', `淘宝接口返回 ${status}，不是约定的 JSON`);
  return parsed;
}

export function createTopClient(options: TopOptions): TopClient {
  const { appKey, appSecret, session, outgoing, now, signMethod = 'hmac-sha256', timeoutMs = TIMEOUT_MS } = options;
  const url = gatewayOf(options.apiBase);
  return {
    async call(method, params = {}) {
      const all: Record<string, string> = {
        ...params,
        method,
        app_key: appKey,
        ...(session !== '' && { session }),
        timestamp: topTime(now()),
        v: '2.0',
        format: 'json',
        sign_method: signMethod,
      };
      const body = new URLSearchParams({ ...all, sign: signTop(all, appSecret, signMethod) }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' };
      const answer = await outgoing.post({ url, body, headers, timeoutMs, bytesMax: BYTES_MAX });
      return contentOf(answer.text, answer.status);
    },
  };
}
