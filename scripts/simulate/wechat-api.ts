// WeChat's customer-service API as a shop's server sees it: tokens, windows, quotas, media and their errors. Knows no push and no page.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Asked, Entry, Told } from './room.ts';
import { createCallLimit, createRations, createTokens, type Rations } from './wechat-rations.ts';

export type Content = Pick<Entry, 'text' | 'choices' | 'picture'>;

export interface Sent {
  shopper: string;
  text: string;
  /** What it was answered with; 0 when the shopper has it. */
  errcode: number;
}

export interface CustomerServiceApi {
  serve(asked: Asked): Told | null;
  /** Every call of `custom/send` with a good token, in order. */
  sends: readonly Sent[];
  /** The shopper wrote or tapped something. */
  met(shopper: string, by: Parameters<Rations['open']>[1]): void;
  follows(shopper: string, on: boolean): void;
  left: Rations['left'];
  endTokens(): void;
  /** The next so many sends are answered "system busy". */
  beBusy(times: number): void;
}

export interface ApiOptions {
  appId: string;
  appSecret: string;
  now(): number;
  limits?: { perMinute: number; perDay: number };
  /** The shopper sees it. */
  onSent(shopper: string, content: Content): void;
}

const TEXT_MAX_BYTES = 2048;
/** As for a verified service account; developers.weixin.qq.com/doc/offiaccount/en/Getting_Started/Global_Return_Code.html */
const LIMITS = { perMinute: 10_000, perDay: 500_000 };
/** developers.weixin.qq.com/doc/service/api/customer/message/api_typing.html */
const TYPING_AFTER_MS = 30_000;
const TYPING_MS = 15_000;
const MEDIA_MS = 3 * 24 * 3_600_000;
const SAMPLE = path.resolve(import.meta.dirname, '../../src/console/public/icons/baton-192.png');

const MEANS: Readonly<Record<number, string>> = {
  0: 'ok',
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40003: 'invalid openid',
  40007: 'invalid media_id',
  40033: 'invalid charset',
  41001: 'access_token missing',
  41005: 'media data missing',
  42001: 'access_token expired',
  43004: 'require subscribe',
  44002: 'empty post data',
  45002: 'content size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, please retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  45072: 'invalid command',
  45080: 'no interaction with the user in the last 30 seconds',
  45081: 'already typing',
  47001: 'data format error',
};
const say = (errcode: number): Told => ({ status: 200, json: { errcode, errmsg: MEANS[errcode] ?? 'error' } });

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

interface Media {
  type: string;
  bytes: Buffer;
  until: number;
}

function createMedia(now: () => number) {
  const kept = new Map<string, Media>([
    ['sample', { type: 'image/png', bytes: readFileSync(SAMPLE), until: Number.POSITIVE_INFINITY }],
  ]);
  const has = (id: string) => (kept.get(id)?.until ?? 0) > now();
  return {
    has,
    /** The one file of a multipart body. */
    upload({ headers, body, query }: Asked): Told {
      const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1];
      const start = body.indexOf('\r\n\r\n');
      const end = boundary === undefined ? -1 : body.indexOf(`\r\n--${boundary}`, start);
      if (start < 0 || end < 0) return say(41005);
      const type = /content-type: *([\w/+.-]+)/i.exec(body.subarray(0, start).toString('latin1'))?.[1];
      const id = randomBytes(24).toString('base64url');
      const bytes = Buffer.from(body.subarray(start + 4, end));
      kept.set(id, { type: type ?? 'application/octet-stream', bytes, until: now() + MEDIA_MS });
      return { status: 200, json: { type: query.type, media_id: id, created_at: Math.floor(now() / 1000) } };
    },
    file: (id: string): Told =>
      has(id) ? { status: 200, type: kept.get(id)!.type, body: kept.get(id)!.bytes } : say(40007),
  };
}

/** What the shopper will see; an error number when it cannot be shown. */
function contentOf(message: Fields, hasMedia: (id: string) => boolean): Content | number {
  const type = String(message.msgtype);
  const inner = fieldsOf(message[type]);
  if (type === 'text') return { text: String(inner.content ?? '') };
  if (type === 'msgmenu') {
    const list = (Array.isArray(inner.list) ? inner.list : []).map(fieldsOf);
    const choices = list.map(({ id, content }) => ({ id: String(id), label: String(content) }));
    return { text: [inner.head_content, inner.tail_content].filter(Boolean).join('\n'), choices };
  }
  if (!['image', 'voice', 'video'].includes(type)) return 47001;
  const id = String(inner.media_id ?? '');
  return hasMedia(id) ? { text: type === 'image' ? '' : `[${type}]`, picture: `/media/${id}` } : 40007;
}

export function createCustomerServiceApi(options: ApiOptions): CustomerServiceApi {
  const { now, onSent } = options;
  const tokens = createTokens(options);
  const rations = createRations(now);
  const limit = createCallLimit(options.limits ?? LIMITS, now);
  const media = createMedia(now);
  const sends: Sent[] = [];
  const metAt = new Map<string, number>();
  const typing = new Map<string, number>();
  const gone = new Set<string>();
  let busy = 0;

  function refusal(raw: string, shopper: string, content: Content | number): number {
    if (busy > 0) {
      busy -= 1;
      return -1;
    }
    if (/\\u[0-9a-f]{4}/i.test(raw)) return 40033;
    if (!metAt.has(shopper)) return 40003;
    if (gone.has(shopper)) return 43004;
    if (typeof content === 'number') return content;
    if (content.text === '' && content.picture === undefined) return 44002;
    if (Buffer.byteLength(content.text) > TEXT_MAX_BYTES) return 45002;
    return limit() || rations.take(shopper);
  }

  function send(raw: string): Told {
    const message = fieldsOf(JSON.parse(raw));
    const shopper = String(message.touser);
    const content = contentOf(message, media.has);
    const errcode = refusal(raw, shopper, content);
    sends.push({ shopper, text: typeof content === 'number' ? '' : content.text, errcode });
    if (errcode === 0 && typeof content !== 'number') {
      typing.delete(shopper);
      onSent(shopper, content);
    }
    return say(errcode);
  }

  function type(raw: string): Told {
    const { touser, command } = fieldsOf(JSON.parse(raw));
    const shopper = String(touser);
    if (command !== 'Typing' && command !== 'CancelTyping') return say(45072);
    if (now() - (metAt.get(shopper) ?? 0) > TYPING_AFTER_MS) return say(45080);
    if (command === 'CancelTyping') typing.delete(shopper);
    else if ((typing.get(shopper) ?? 0) > now()) return say(45081);
    else typing.set(shopper, now() + TYPING_MS);
    return say(0);
  }

  function call(asked: Asked): Told | null {
    const { path: at, query } = asked;
    const raw = asked.body.toString('utf8');
    if (at === '/cgi-bin/stable_token') return { status: 200, json: tokens.request(fieldsOf(JSON.parse(raw))) };
    const refused = tokens.check(query.access_token);
    if (refused !== 0) return say(refused);
    if (at === '/cgi-bin/message/custom/send') return send(raw);
    if (/^\/cgi-bin\/message\/custom\/(business\/)?typing$/.test(at)) return type(raw);
    if (at === '/cgi-bin/media/upload') return media.upload(asked);
    return at === '/cgi-bin/media/get' ? media.file(query.media_id ?? '') : null;
  }

  return {
    serve(asked) {
      const { path: at } = asked;
      if (at.startsWith('/media/')) return media.file(at.slice('/media/'.length));
      try {
        return at.startsWith('/cgi-bin/') ? call(asked) : null;
      } catch {
        return say(47001);
      }
    },
    sends,
    met(shopper, by) {
      metAt.set(shopper, now());
      rations.open(shopper, by);
    },
    follows: (shopper, on) => void (on ? gone.delete(shopper) : gone.add(shopper)),
    left: rations.left,
    endTokens: tokens.end,
    beBusy: (times) => {
      busy = times;
    },
  };
}
