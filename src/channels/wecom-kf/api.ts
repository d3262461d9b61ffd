// WeCom's API for customer service: one cached token, calls by path, and what each error number means for delivery. Knows no conversation.
import { multipartForm } from '../../providers/multipart.ts';
import type { Outgoing } from '../../providers/outgoing.ts';
import { type Media, SendError, type SendFailure } from '../channel.ts';
import { get, post } from '../outbound.ts';
import { type Fields, readAnswer, type TencentAnswer } from '../wechat/answer.ts';
import { nothingSent } from '../wechat/token.ts';

export interface KfApi {
  /** Asks for a token, so that CorpID, Secret and the trusted addresses are known to be right. @throws SendError */
  check(): Promise<void>;
  /** POSTs below `/cgi-bin/kf/` and returns the answer's fields. @throws SendError; `code` is the errcode */
  call(path: string, body: Fields): Promise<Fields>;
  /** GETs likewise. */
  ask(path: string, query: Readonly<Record<string, string>>): Promise<Fields>;
  /** The bytes behind a `media_id`, which the platform keeps for three days. @throws SendError */
  media(mediaId: string): Promise<Media>;
  /** Puts a picture there for three days; what it is called there. @throws SendError with `notSent` where it may be tried again */
  keepPicture(picture: Media): Promise<string>;
}

/** Renewed this long before it ends, so that no call starts with a dying one. */
const RENEW_BEFORE_MS = 300_000;
/**
 * developer.work.weixin.qq.com/document/path/91039: fetch again when the token is said to be invalid or expired. 40001 is both a
 * wrong secret and, as on WeChat, a token that another one has replaced: one fresh token tells them apart.
 */
const TOKEN_ERRORS = new Set([40001, 40014, 41001, 42001]);
/** A page of messages may be large; a sentence is at most 2 kB, but a forwarded chat is longer. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** What a file may have at most on the platform. */
const MEDIA_BYTES_MAX = 20 * 1024 * 1024;
const KEEP_TIMEOUT_MS = 30_000;

type Verdict = { kind: 'retry'; afterMs: number } | { kind: 'permanent'; means: string; untilShopper?: true };

/** developer.work.weixin.qq.com/document/path/90313 (all numbers), developers.weixin.qq.com/community (95018). */
const VERDICTS: Readonly<Record<number, Verdict>> = {
  [-1]: { kind: 'retry', afterMs: 1000 },
  45009: { kind: 'retry', afterMs: 60_000 },
  40001: { kind: 'permanent', means: 'Secret 不正确，请使用“微信客服”的 Secret' },
  40013: { kind: 'permanent', means: 'CorpID 不正确' },
  40014: { kind: 'permanent', means: 'access_token 无效' },
  42001: { kind: 'permanent', means: 'access_token 已过期' },
  48002: { kind: 'permanent', means: '没有这个接口的权限，请在微信客服里开启 API' },
  60020: { kind: 'permanent', means: '服务器 IP 不在企业可信 IP 内' },
  95000: { kind: 'permanent', means: '客服账号 ID（open_kfid）不正确' },
  95001: { kind: 'permanent', untilShopper: true, means: '顾客再次发言之前，最多发 5 条，现在已用完' },
  95002: { kind: 'permanent', untilShopper: true, means: '顾客最后一次发言已超过 48 小时，不能再发' },
  95003: { kind: 'permanent', means: '超过了企业可接待的客户数' },
  95004: { kind: 'permanent', means: '客服账号不存在或已删除' },
  95007: { kind: 'permanent', means: '回调里的 Token 无效或已过期' },
  95011: { kind: 'permanent', means: '客服账号已改在企业微信中使用，接口不能收发' },
  95012: { kind: 'permanent', means: '客服账号没有在企业微信中使用' },
  95013: { kind: 'permanent', untilShopper: true, means: '会话已经结束' },
  95014: { kind: 'permanent', means: '指定的人不是这个客服账号的接待人员' },
  95016: { kind: 'permanent', means: '会话现在的状态不能这样变更' },
  95017: { kind: 'permanent', means: '管理后台关闭了微信客服的 API' },
  95018: { kind: 'permanent', means: '会话现在的状态不允许通过接口发消息' },
};

/** What an error number means for delivery. The platform answered, so the message was not taken. */
export function kfFailure(errcode: number, errmsg: string): SendFailure {
  const verdict = VERDICTS[errcode];
  if (verdict?.kind === 'retry') {
    return { kind: 'retry', notSent: true, afterMs: verdict.afterMs, detail: `企业微信 ${errcode}: ${errmsg}` };
  }
  const { means = errmsg, untilShopper = false } = verdict ?? {};
  return { kind: 'permanent', code: String(errcode), untilShopper, detail: `企业微信 ${errcode}: ${means}` };
}

const readKf = (answer: Parameters<typeof readAnswer>[1]): TencentAnswer => readAnswer('企业微信', answer);

/** Raw UTF-8; a lone surrogate would be the only escape, and is replaced. */
const rawJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) => (typeof inner === 'string' ? inner.toWellFormed() : inner));

const JSON_UTF8 = { 'content-type': 'application/json; charset=utf-8' };

export interface KfApiOptions {
  corpId: string;
  secret: string;
  /** Without a slash at the end. */
  apiBase: string;
  outgoing: Outgoing;
  timeoutMs?: number;
  now: () => number;
}

async function askJson({ outgoing, timeoutMs }: KfApiOptions, url: string): Promise<TencentAnswer> {
  const { status, headers, bytes } = await get(outgoing, url, { timeoutMs, bytesMax: ANSWER_BYTES_MAX });
  return readKf({ status, headers, text: bytes.toString('utf8') });
}

/** developer.work.weixin.qq.com/document/path/90254: bytes, or the usual JSON when it could not be given. */
async function askBytes({ outgoing, timeoutMs }: KfApiOptions, url: string): Promise<TencentAnswer & { media: Media }> {
  const { status, headers, bytes, whole } = await get(outgoing, url, { timeoutMs, bytesMax: MEDIA_BYTES_MAX });
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  const isFile = status === 200 && !/^(application\/json|text\/plain)$/.test(type);
  if (isFile && !whole) throw new SendError({ kind: 'permanent', code: 'too_large', detail: '文件超过 20 MB' });
  const said = isFile
    ? { errcode: 0, errmsg: '', fields: {} }
    : readKf({ status, headers, text: bytes.toString('utf8') });
  return { ...said, media: { bytes, type } };
}

/** One token for everybody in this process, asked for once at a time. The platform hands out the same one while it is valid. */
function createToken(options: KfApiOptions) {
  const { corpId, secret, apiBase, now } = options;
  let cached: { token: string; until: number } | null = null;
  let underWay: Promise<string> | null = null;

  async function fetchToken(): Promise<string> {
    const query = new URLSearchParams({ corpid: corpId, corpsecret: secret });
    const { errcode, errmsg, fields } = await askJson(options, `${apiBase}/cgi-bin/gettoken?${query}`);
    if (errcode !== 0) throw new SendError(kfFailure(errcode, errmsg));
    const { access_token: token, expires_in: seconds } = fields;
    if (typeof token !== 'string' || token === '' || typeof seconds !== 'number') {
      throw new SendError({ kind: 'retry', notSent: true, detail: '企业微信没有给出 access_token' });
    }
    cached = { token, until: now() + seconds * 1000 - RENEW_BEFORE_MS };
    return token;
  }

  /** Nothing was sent when it fails. */
  function request(): Promise<string> {
    underWay ??= fetchToken()
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

  const current = async (): Promise<string> => (cached && cached.until > now() ? cached.token : request());
  return {
    current,
    request,
    /** Another than the one the platform has just refused. */
    async replace(refused: string): Promise<string> {
      if (cached?.token === refused) cached = null;
      return current();
    },
  };
}

export function createKfApi(options: KfApiOptions): KfApi {
  const { apiBase, outgoing, timeoutMs } = options;
  const token = createToken(options);

  /** A token that is refused is replaced once; twice would be a wrong secret, not an old token. */
  async function withToken<T extends TencentAnswer>(exchange: (token: string) => Promise<T>): Promise<T> {
    const first = await token.current();
    let answer = await exchange(first);
    if (TOKEN_ERRORS.has(answer.errcode)) answer = await exchange(await token.replace(first));
    if (answer.errcode !== 0) throw new SendError(kfFailure(answer.errcode, answer.errmsg));
    return answer;
  }

  const address = (path: string, query: Readonly<Record<string, string>>): string =>
    `${apiBase}/cgi-bin/kf/${path}?${new URLSearchParams(query)}`;

  return {
    async check() {
      await token.request();
    },
    async call(path, body) {
      const { fields } = await withToken(async (access_token) => {
        const url = address(path, { access_token });
        return readKf(await post(outgoing, url, rawJson(body), JSON_UTF8, timeoutMs, ANSWER_BYTES_MAX));
      });
      return fields;
    },
    async ask(path, query) {
      const { fields } = await withToken((access_token) => askJson(options, address(path, { access_token, ...query })));
      return fields;
    },
    async media(mediaId) {
      const { media } = await withToken((access_token) =>
        askBytes(options, `${apiBase}/cgi-bin/media/get?${new URLSearchParams({ access_token, media_id: mediaId })}`),
      );
      return media;
    },
    /** developer.work.weixin.qq.com/document/path/90253 */
    async keepPicture({ bytes, type }) {
      const file = { field: 'media', fileName: `picture.${type.split('/')[1]}`, type, bytes };
      const { body, contentType } = multipartForm([file]);
      const keep = async (access_token: string) => {
        const url = `${apiBase}/cgi-bin/media/upload?${new URLSearchParams({ access_token, type: 'image' })}`;
        return readKf(await post(outgoing, url, body, { 'content-type': contentType }, KEEP_TIMEOUT_MS));
      };
      const id = (await withToken(keep).catch(nothingSent)).fields.media_id;
      if (typeof id === 'string') return id;
      throw new SendError({ kind: 'permanent', code: 'no_media', detail: '企业微信没有收下图片' });
    },
  };
}
