// WeChat's customer-service API: a token, one send, typing, and what an answer means for delivery. Knows no conversation.
import type { Attachment } from '../../contract/conversation.ts';
import { multipartForm } from '../../providers/multipart.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { type Media, SendError } from '../channel.ts';
import type { ChannelMemory } from '../memory.ts';
import { get, type PlatformAnswer, post, retryAfterMs } from '../outbound.ts';
import { failureOf, TOKEN_ERRORS } from './errors.ts';
import { createAccessToken, nothingSent } from './token.ts';

export interface WechatApi {
  /** Asks the platform for a token, so that AppID, AppSecret and the allowed addresses are known to be right. @throws SendError */
  check(): Promise<void>;
  /** Sends one message (`{touser,msgtype,…}`). @throws SendError */
  send(message: Record<string, unknown>): Promise<void>;
  /** What a shopper sent, by the platform's name of it or its address there. @throws SendError */
  media(attachment: Pick<Attachment, 'ref' | 'url'>): Promise<Media>;
  /** Puts a picture there for three days; what it is called there. @throws SendError with `notSent` where it may be tried again */
  keepPicture(picture: Media): Promise<string>;
  /** Shows the shopper that somebody is typing, where the platform allows it. Never rejects: nothing depends on it. */
  typing(openId: string): Promise<void>;
}

interface WechatAnswer {
  errcode: number;
  errmsg: string;
  body: Record<string, unknown>;
}

function readAnswer(answer: Pick<PlatformAnswer, 'status' | 'headers' | 'text'>): WechatAnswer {
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
const KEEP_PATH = '/cgi-bin/media/upload';
const MEDIA_PATH = '/cgi-bin/media/get';
/** The largest a platform of WeChat passes on; videos of an official account are up to 10 MB. */
const MEDIA_BYTES_MAX = 20 * 1024 * 1024;
const MEDIA_TIMEOUT_MS = 30_000;
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

  const at = (path: string, token: string, more: Record<string, string> = {}): string =>
    `${path}?${new URLSearchParams({ access_token: token, ...more })}`;

  /** Asked with a token, and once more with a fresh one where the platform refused that. @throws SendError */
  async function asked<T extends WechatAnswer>(ask: (token: string) => Promise<T>): Promise<T> {
    const first = await tokens.get();
    let answer = await ask(first);
    if (TOKEN_ERRORS.has(answer.errcode)) answer = await ask(await tokens.replace(first));
    if (answer.errcode !== 0) throw new SendError(failureOf(answer.errcode, answer.errmsg));
    return answer;
  }

  /** What is not the file itself is an answer in JSON. */
  async function download(url: string): Promise<WechatAnswer & { media: Media | null }> {
    const { status, headers, bytes, whole } = await get(outgoing, url, {
      bytesMax: MEDIA_BYTES_MAX,
      timeoutMs: MEDIA_TIMEOUT_MS,
    });
    const type = headers.get('content-type') ?? '';
    if (status === 200 && !/json|^text\/plain/.test(type)) {
      if (!whole) throw new SendError({ kind: 'permanent', code: 'too_large', detail: '文件超过 20MB' });
      return { errcode: 0, errmsg: '', body: {}, media: { bytes, type } };
    }
    return { ...readAnswer({ status, headers, text: bytes.toString('utf8') }), media: null };
  }

  return {
    check: tokens.ask,
    async send(message) {
      await asked((token) => callJson(at(SEND_PATH, token), message));
    },
    async media({ ref, url }) {
      const found =
        ref === undefined
          ? await download((url ?? '').replace(/^http:/, 'https:'))
          : await asked((token) => download(`${apiBase}${at(MEDIA_PATH, token, { media_id: ref })}`));
      // a video comes as an address of its own
      const address = found.body.video_url;
      const { media } = typeof address === 'string' ? await download(address.replace(/^http:/, 'https:')) : found;
      if (media === null) throw new SendError({ kind: 'permanent', code: 'no_media', detail: '微信没有给出文件' });
      return media;
    },
    async keepPicture({ bytes, type }) {
      const file = { field: 'media', fileName: `picture.${type.split('/')[1]}`, type, bytes };
      const { body, contentType } = multipartForm([file]);
      const keep = async (token: string) => {
        const url = `${apiBase}${at(KEEP_PATH, token, { type: 'image' })}`;
        return readAnswer(await post(outgoing, url, body, { 'content-type': contentType }, MEDIA_TIMEOUT_MS));
      };
      const id = (await asked(keep).catch(nothingSent)).body.media_id;
      if (typeof id === 'string') return id;
      throw new SendError({ kind: 'permanent', code: 'no_media', detail: '微信没有收下图片' });
    },
    async typing(openId) {
      try {
        // 45072, 45080 and 45081 say that it cannot be shown just now: nobody has to do anything about it
        const request = { touser: openId, command: 'Typing' };
        await callJson(at(typingPath, await tokens.get()), request, TYPING_TIMEOUT_MS);
      } catch {
        // the answer itself will meet the same trouble and say so
      }
    },
  };
}
