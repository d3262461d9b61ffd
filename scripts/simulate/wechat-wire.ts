// What WeChat writes and reads on the wire: signatures, encryption, messages. Shares no code with src; encryption comes from Tencent's @wecom/crypto.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { decrypt, encrypt } from '@wecom/crypto';

export type WechatMode = 'plain' | 'compat' | 'secure';

export interface WechatParty {
  token: string;
  /** 43 characters; not needed in plain mode. */
  aesKey: string;
  appId: string;
  mode: WechatMode;
}

export interface WechatRequest {
  method: 'GET' | 'POST';
  query: Record<string, string>;
  body: string;
}

export const sha1 = (...parts: string[]): string =>
  createHash('sha1')
    .update(parts.toSorted((a, b) => (a < b ? -1 : 1)).join(''))
    .digest('hex');
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
export const cd = (value: string): string => `<![CDATA[${value.split(']]>').join(']]]]><![CDATA[>')}]]>`;

/** `23` followed by 15 random digits: always beyond 2^53, never rounded without being noticed. */
export const bigId = (): string => `23${Array.from({ length: 15 }, () => randomInt(10)).join('')}`;

export interface MessageParts {
  msgId?: string;
  from?: string;
  to?: string;
  text?: string;
  createTime?: number;
  /** Replaces the whole inner XML. */
  xml?: string;
}

export function messageXml({
  msgId,
  from = 'oClientUser000000000000001',
  to = 'gh_client0001',
  text = '你好',
  createTime,
}: MessageParts): string {
  return (
    `<xml><ToUserName>${cd(to)}</ToUserName><FromUserName>${cd(from)}</FromUserName>` +
    `<CreateTime>${createTime ?? nowSeconds()}</CreateTime><MsgType>${cd('text')}</MsgType>` +
    `<Content>${cd(text)}</Content><MsgId>${msgId ?? bigId()}</MsgId></xml>`
  );
}

export function eventXml(
  event: string,
  from = 'oClientUser000000000000001',
  createTime = nowSeconds(),
  key = '',
): string {
  return (
    `<xml><ToUserName>${cd('gh_client0001')}</ToUserName><FromUserName>${cd(from)}</FromUserName>` +
    `<CreateTime>${createTime}</CreateTime><MsgType>${cd('event')}</MsgType><Event>${cd(event)}</Event><EventKey>${cd(key)}</EventKey></xml>`
  );
}

/** The console's test request. */
export function verification(party: WechatParty, echostr: string, at = nowSeconds()): WechatRequest {
  const timestamp = String(at);
  const nonce = randomBytes(6).toString('hex');
  return {
    method: 'GET',
    query: { signature: sha1(party.token, timestamp, nonce), timestamp, nonce, echostr },
    body: '',
  };
}

export function plainPost(party: WechatParty, xml: string, at = nowSeconds()): WechatRequest {
  const timestamp = String(at);
  const nonce = randomBytes(6).toString('hex');
  return {
    method: 'POST',
    query: { signature: sha1(party.token, timestamp, nonce), timestamp, nonce, openid: 'oClient' },
    body: xml,
  };
}

/** Signs any ciphertext; compat puts `shown` beside it, which nobody signed. */
export function sealedPost(party: WechatParty, encrypted: string, at = nowSeconds(), shown?: string): WechatRequest {
  const request = plainPost(party, '', at);
  const { timestamp, nonce } = request.query;
  const inner =
    shown === undefined ? `<ToUserName>${cd('gh_client0001')}</ToUserName>` : shown.replace(/^<xml>|<\/xml>$/g, '');
  return {
    ...request,
    query: { ...request.query, encrypt_type: 'aes', msg_signature: sha1(party.token, timestamp!, nonce!, encrypted) },
    body: `<xml>${inner}<Encrypt>${cd(encrypted)}</Encrypt></xml>`,
  };
}

/** A message as the party's mode sends it. */
export function genuinePost(party: WechatParty, xml: string, at = nowSeconds()): WechatRequest {
  if (party.mode === 'plain') return plainPost(party, xml, at);
  const encrypted = encrypt(party.aesKey, xml, party.appId);
  return sealedPost(party, encrypted, at, party.mode === 'compat' ? xml : undefined);
}

/** What stands between a field's tags, its CDATA sections joined. */
const field = (xml: string, name: string): string | null => {
  const inner = new RegExp(`<${name}>((?:<!\\[CDATA\\[[\\s\\S]*?\\]\\]>|[^<])*)</${name}>`).exec(xml)?.[1];
  return inner?.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1') ?? null;
};

/** The XML of a reply, verified and decrypted. Throws when it is neither ours nor whole. */
function openReply(party: WechatParty, body: string): string {
  if (party.mode === 'plain') return body;
  const [sealed, signature, timestamp, nonce] = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].map(
    (name) => field(body, name) ?? '',
  );
  if (sha1(party.token, timestamp!, nonce!, sealed!) !== signature) throw new Error('reply is not signed');
  const opened = decrypt(party.aesKey, sealed!);
  if (opened.id !== party.appId) throw new Error(`reply is for app id ${opened.id}`);
  return opened.message;
}

/** Of what kind a reply is, and for whom. */
export function replyType(party: WechatParty, body: string): { type: string; to: string } {
  const xml = openReply(party, body);
  return { type: field(xml, 'MsgType') ?? '', to: field(xml, 'ToUserName') ?? '' };
}

/** The text of a passive reply; null for `success`. Throws when it is neither. */
export function readReply(party: WechatParty, body: string): { text: string; to: string } | null {
  if (body === 'success' || body === '') return null;
  const xml = openReply(party, body);
  const text = field(xml, 'Content');
  if (field(xml, 'MsgType') !== 'text' || text === null) throw new Error('reply is not a text message');
  return { text, to: field(xml, 'ToUserName') ?? '' };
}
