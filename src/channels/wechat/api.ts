// WeChat's customer-service API: one cached token, one send, and what each error number means for delivery. Knows no conversation.
import type { Outgoing } from '../../providers/outgoing.ts';
import { SendError, type SendFailure } from '../channel.ts';
import { type PlatformAnswer, post, retryAfterMs } from '../outbound.ts';

export interface WechatApi {
  /** Asks the platform for a token, so that AppID, AppSecret and the allowed addresses are known to be right. @throws SendError */
  check(): Promise<void>;
  /** Sends one message (`{touser,msgtype,…}`). @throws SendError */
  send(message: Record<string, unknown>): Promise<void>;
}

interface WechatAnswer {
  errcode: number;
  errmsg: string;
  body: Record<string, unknown>;
}

/** Renewed this long before it ends: the platform itself renews in its last five minutes. */
const RENEW_BEFORE_MS = 300_000;
const TOKEN_ERRORS = new Set([40001, 40014, 42001]);

type Verdict = { kind: 'retry'; afterMs: number } | { kind: 'permanent'; means: string };

/** Errors worth a sentence of their own. Any other number is permanent: a request refused once is refused again. */
const VERDICTS: Readonly<Record<number, Verdict>> = {
  [-1]: { kind: 'retry', afterMs: 1000 },
  45011: { kind: 'retry', afterMs: 60_000 },
  40001: { kind: 'permanent', means: 'AppSecret 不正确，或 access_token 已失效' },
  40003: { kind: 'permanent', means: '用户的 openid 不属于这个公众号' },
  40013: { kind: 'permanent', means: 'AppID 不正确' },
  40033: { kind: 'permanent', means: '内容含有平台不接受的转义字符' },
  40125: { kind: 'permanent', means: 'AppSecret 不正确' },
  40164: { kind: 'permanent', means: '服务器 IP 不在公众号的白名单内' },
  43004: { kind: 'permanent', means: '用户没有关注公众号' },
  45002: { kind: 'permanent', means: '内容过长' },
  45009: { kind: 'permanent', means: '接口当天的调用次数已用完' },
  45015: { kind: 'permanent', means: '超过 48 小时回复窗口，或用户已取消关注' },
  45047: { kind: 'permanent', means: '用户再次发言之前，可发的条数已用完' },
  48001: { kind: 'permanent', means: '公众号没有客服消息接口的权限' },
  48004: { kind: 'permanent', means: '接口已被平台封禁' },
  50002: { kind: 'permanent', means: '用户受限' },
  61004: { kind: 'permanent', means: '服务器 IP 不在白名单内' },
};

/** What an error number of the platform means for delivery. The platform answered, so the message was not taken. */
export function failureOf(errcode: number, errmsg: string): SendFailure {
  const verdict = VERDICTS[errcode];
  if (verdict?.kind === 'retry') {
    return { kind: 'retry', notSent: true, afterMs: verdict.afterMs, detail: `微信 ${errcode}: ${errmsg}` };
  }
  return { kind: 'permanent', code: String(errcode), detail: `微信 ${errcode}: ${verdict?.means ?? errmsg}` };
}

function readAnswer(answer: PlatformAnswer): WechatAnswer {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    body = undefined;
  }
  if (answer.status === 200 && typeof body === 'object' && body !== null && !Array.isArray(body)) {
    const fields = body as Record<string, unknown>;
    return {
      errcode: typeof fields.errcode === 'number' ? fields.errcode : 0,
      errmsg: typeof fields.errmsg === 'string' ? fields.errmsg.slice(0, 200) : '',
      body: fields,
    };
  }
  const afterMs = retryAfterMs(answer.headers);
  const detail = `微信接口返回 ${answer.status}，不是约定的 JSON`;
  // A gateway in between may have failed after the platform took the message; only 429 is certain.
  throw new SendError({
    kind: 'retry',
    notSent: answer.status === 429,
    detail,
    ...(afterMs !== undefined && { afterMs }),
  });
}

/** JSON.stringify leaves Chinese as raw UTF-8; the platform rejects `\u` escapes (40033), which it only writes for lone surrogates. */
const rawJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) => (typeof inner === 'string' ? inner.toWellFormed() : inner));

export interface WechatApiOptions {
  appId: string;
  appSecret: string;
  /** Without a slash at the end. */
  apiBase: string;
  outgoing: Outgoing;
  timeoutMs?: number;
  now?: () => number;
}

const JSON_UTF8 = { 'content-type': 'application/json; charset=utf-8' };

export function createWechatApi(options: WechatApiOptions): WechatApi {
  const { appId, appSecret, apiBase, outgoing, timeoutMs, now = Date.now } = options;
  let cached: { token: string; until: number } | null = null;
  let underWay: Promise<string> | null = null;

  const callJson = async (path: string, value: unknown): Promise<WechatAnswer> =>
    readAnswer(await post(outgoing, `${apiBase}${path}`, rawJson(value), JSON_UTF8, timeoutMs));

  async function fetchToken(force: boolean): Promise<string> {
    const request = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: force };
    const { errcode, errmsg, body } = await callJson('/cgi-bin/stable_token', request);
    if (errcode !== 0) throw new SendError(failureOf(errcode, errmsg));
    const { access_token: token, expires_in: seconds } = body;
    if (typeof token !== 'string' || token === '' || typeof seconds !== 'number') {
      throw new SendError({ kind: 'retry', notSent: true, detail: '微信没有给出 access_token' });
    }
    cached = { token, until: now() + seconds * 1000 - RENEW_BEFORE_MS };
    return token;
  }

  /** One request at a time, shared by everyone who needs a token meanwhile. Nothing was sent when it fails. */
  function requestToken(force: boolean): Promise<string> {
    underWay ??= fetchToken(force)
      .catch((error: unknown) => {
        if (error instanceof SendError && error.failure.kind === 'retry') {
          throw new SendError({ ...error.failure, notSent: true });
        }
        throw error;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  }

  const token = async (): Promise<string> => (cached && cached.until > now() ? cached.token : requestToken(false));

  /** A token the platform has just refused. Forcing a new one is rationed, so only when it hands out the same again. */
  async function replaceToken(refused: string): Promise<string> {
    if (cached?.token === refused) cached = null;
    const fresh = await token();
    if (fresh !== refused) return fresh;
    cached = null;
    return requestToken(true);
  }

  const sendOnce = (accessToken: string, message: Record<string, unknown>): Promise<WechatAnswer> =>
    callJson(`/cgi-bin/message/custom/send?access_token=${encodeURIComponent(accessToken)}`, message);

  return {
    async check() {
      await requestToken(false);
    },
    async send(message) {
      const first = await token();
      let answer = await sendOnce(first, message);
      if (TOKEN_ERRORS.has(answer.errcode)) answer = await sendOnce(await replaceToken(first), message);
      if (answer.errcode !== 0) throw new SendError(failureOf(answer.errcode, answer.errmsg));
    },
  };
}
