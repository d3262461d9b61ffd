// WeChat's customer-service API: a token, one send, typing, and what an answer means for delivery. Knows no conversation.
import type { Outgoing } from '../../providers/outgoing.ts';
import { SendError } from '../channel.ts';
import type { ChannelMemory } from '../memory.ts';
import { type PlatformAnswer, post, retryAfterMs } from '../outbound.ts';
import { failureOf, TOKEN_ERRORS } from './errors.ts';
import { createAccessToken } from './token.ts';

export interface WechatApi {
  /** Asks the platform for a token, so that AppID, AppSecret and the allowed addresses are known to be right. @throws SendError */
  check(): Promise<void>;
  /** Sends one message (`{touser,msgtype,…}`). @throws SendError */
  send(message: Record<string, unknown>): Promise<void>;
  /** Shows the shopper that somebody is typing, where the platform allows it. Never rejects: nothing depends on it. */
  typing(openId: string): Promise<void>;
}

interface WechatAnswer {
  errcode: number;
  errmsg: string;
  body: Record<string, unknown>;
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
  memory: ChannelMemory;
  /** Mini programs have another one than official accounts. */
  typingPath: string;
  timeoutMs?: number;
  now?: () => number;
}

const SEND_PATH = '/cgi-bin/message/custom/send';
const TOKEN_PATH = '/cgi-bin/stable_token';
const JSON_UTF8 = { 'content-type': 'application/json; charset=utf-8' };
/** The shopper is waiting for the answer, not for this. */
const TYPING_TIMEOUT_MS = 3_000;

export function createWechatApi(options: WechatApiOptions): WechatApi {
  const { appId, appSecret, apiBase, outgoing, memory, typingPath, now = Date.now } = options;

  const callJson = async (path: string, value: unknown, timeoutMs = options.timeoutMs): Promise<WechatAnswer> =>
    readAnswer(await post(outgoing, `${apiBase}${path}`, rawJson(value), JSON_UTF8, timeoutMs));

  const tokens = createAccessToken({
    appId,
    appSecret,
    memory,
    now,
    async request(force) {
      const request = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: force };
      const { errcode, errmsg, body } = await callJson(TOKEN_PATH, request);
      if (errcode !== 0) throw new SendError(failureOf(errcode, errmsg));
      const { access_token: token, expires_in: seconds } = body;
      if (typeof token !== 'string' || token === '' || typeof seconds !== 'number') {
        throw new SendError({ kind: 'retry', notSent: true, detail: '微信没有给出 access_token' });
      }
      return { token, seconds };
    },
  });

  const withToken = (path: string, token: string): string => `${path}?access_token=${encodeURIComponent(token)}`;

  return {
    check: tokens.ask,
    async send(message) {
      const first = await tokens.get();
      let answer = await callJson(withToken(SEND_PATH, first), message);
      if (TOKEN_ERRORS.has(answer.errcode)) {
        answer = await callJson(withToken(SEND_PATH, await tokens.replace(first)), message);
      }
      if (answer.errcode !== 0) throw new SendError(failureOf(answer.errcode, answer.errmsg));
    },
    async typing(openId) {
      try {
        // 45072, 45080 and 45081 say that it cannot be shown just now: nobody has to do anything about it
        const request = { touser: openId, command: 'Typing' };
        await callJson(withToken(typingPath, await tokens.get()), request, TYPING_TIMEOUT_MS);
      } catch {
        // the answer itself will meet the same trouble and say so
      }
    },
  };
}
