// WeChat's customer-service API: a token, one send, typing, and what an answer means for delivery. Knows no conversation.
import type { Attachment } from '../../contract/conversation.ts';
import { multipartForm } from '../../providers/multipart.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { type Media, SendError } from '../channel.ts';
import type { ChannelMemory } from '../memory.ts';
import { get, post } from '../outbound.ts';
import { readAnswer, type TencentAnswer } from './answer.ts';
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

/** A token, what was kept and the address of a video come without an error number when all is well. */
type Given = 'access_token' | 'media_id' | 'video_url';

const read = (answer: Parameters<typeof readAnswer>[1], given?: Given): TencentAnswer =>
  readAnswer('微信', answer, given);

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

  const callJson = async (
    path: string,
    value: unknown,
    { timeoutMs = options.timeoutMs, given }: { timeoutMs?: number; given?: Given } = {},
  ): Promise<TencentAnswer> =>
    read(await post(outgoing, `${apiBase}${path}`, rawJson(value), JSON_UTF8, timeoutMs), given);

  const tokens = createAccessToken({
    appId,
    appSecret,
    memory,
    now,
    async request(force) {
      const request = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: force };
      const { errcode, errmsg, fields } = await callJson(TOKEN_PATH, request, { given: 'access_token' });
      if (errcode !== 0) throw new SendError(failureOf(errcode, errmsg));
      const { access_token: token, expires_in: seconds } = fields;
      if (typeof token !== 'string' || token === '' || typeof seconds !== 'number') {
        throw new SendError({ kind: 'retry', notSent: true, detail: '微信没有给出 access_token' });
      }
      return { token, seconds };
    },
  });

  const at = (path: string, token: string, more: Record<string, string> = {}): string =>
    `${path}?${new URLSearchParams({ access_token: token, ...more })}`;

  /** Asked with a token, and once more with a fresh one where the platform refused that. @throws SendError */
  async function asked<T extends TencentAnswer>(ask: (token: string) => Promise<T>): Promise<T> {
    const first = await tokens.get();
    let answer = await ask(first);
    if (TOKEN_ERRORS.has(answer.errcode)) answer = await ask(await tokens.replace(first));
    if (answer.errcode !== 0) throw new SendError(failureOf(answer.errcode, answer.errmsg));
    return answer;
  }

  /** What is not the file itself is an answer in JSON. */
  async function download(url: string): Promise<TencentAnswer & { media: Media | null }> {
    const { status, headers, bytes, whole } = await get(outgoing, url, {
      bytesMax: MEDIA_BYTES_MAX,
      timeoutMs: MEDIA_TIMEOUT_MS,
    });
    const type = headers.get('content-type') ?? '';
    if (status === 200 && !/json|^text\/plain/.test(type)) {
      if (!whole) throw new SendError({ kind: 'permanent', code: 'too_large', detail: '文件超过 20MB' });
      return { errcode: 0, errmsg: '', fields: {}, media: { bytes, type } };
    }
    return { ...read({ status, headers, text: bytes.toString('utf8') }, 'video_url'), media: null };
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
      const address = found.fields.video_url;
      const { media } = typeof address === 'string' ? await download(address.replace(/^http:/, 'https:')) : found;
      if (media === null) throw new SendError({ kind: 'permanent', code: 'no_media', detail: '微信没有给出文件' });
      return media;
    },
    async keepPicture({ bytes, type }) {
      const file = { field: 'media', fileName: `picture.${type.split('/')[1]}`, type, bytes };
      const { body, contentType } = multipartForm([file]);
      const keep = async (token: string) => {
        const url = `${apiBase}${at(KEEP_PATH, token, { type: 'image' })}`;
        return read(await post(outgoing, url, body, { 'content-type': contentType }, MEDIA_TIMEOUT_MS), 'media_id');
      };
      const id = (await asked(keep).catch(nothingSent)).fields.media_id;
      if (typeof id === 'string') return id;
      throw new SendError({ kind: 'permanent', code: 'no_media', detail: '微信没有收下图片' });
    },
    async typing(openId) {
      try {
        // 45072, 45080 and 45081 say that it cannot be shown just now: nobody has to do anything about it
        const request = { touser: openId, command: 'Typing' };
        await callJson(at(typingPath, await tokens.get()), request, { timeoutMs: TYPING_TIMEOUT_MS });
      } catch {
        // the answer itself will meet the same trouble and say so
      }
    },
  };
}
