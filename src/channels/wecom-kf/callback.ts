// WeCom's callback: verifies and decrypts the console's test and the notices that something is waiting. Knows no message: a notice carries none.
import type { ChannelRequest } from '../channel.ts';
import { decrypt } from '../wechat/crypto.ts';
import { readXml } from '../wechat/envelope.ts';
import { isFresh, sameSignature, sign } from '../wechat/signature.ts';

export type Notice =
  /** Something waits to be fetched; `token` is good for ten minutes and lifts the platform's rate limit. */
  | { kind: 'waiting'; openKfId: string; token: string }
  /** About something else. */
  | { kind: 'other' };

export interface CallbackSettings {
  /** Current first, then the one before a rotation. */
  tokens: readonly string[];
  keys: readonly Buffer[];
  corpId: string;
  toleranceSeconds: number;
  now: () => number;
}

export interface Callback {
  /** What the console's test wants to read back; null for every bad envelope alike. */
  echo(query: ChannelRequest['query']): string | null;
  /** Null for every bad envelope alike. */
  read(request: ChannelRequest): Notice | null;
}

/** developer.work.weixin.qq.com/document/path/94670 and 90930 (signature, receiveId = CorpID) */
export function createCallback({ tokens, keys, corpId, toleranceSeconds, now }: CallbackSettings): Callback {
  function open(query: ChannelRequest['query'], ciphertext: string): string | null {
    const { msg_signature: signature = '', timestamp = '', nonce = '' } = query;
    const matches = tokens.map((token) => sameSignature(sign(token, timestamp, nonce, ciphertext), signature));
    if (!matches.includes(true) || !isFresh(timestamp, toleranceSeconds, now())) return null;
    for (const key of keys) {
      const message = decrypt(key, ciphertext, corpId);
      if (message !== null) return message;
    }
    return null;
  }

  return {
    echo: (query) => open(query, query.echostr ?? ''),
    read({ query, body }) {
      const ciphertext = readXml(body.toString('utf8'))?.Encrypt?.trim() ?? '';
      const message = open(query, ciphertext);
      const fields = message === null ? null : readXml(message);
      // A notice to another company that carries our seal was not made by the platform.
      if (!fields || fields.ToUserName?.trim() !== corpId) return null;
      const openKfId = fields.OpenKfId?.trim() ?? '';
      return fields.MsgType?.trim() === 'event' && fields.Event?.trim() === 'kf_msg_or_event' && openKfId !== ''
        ? { kind: 'waiting', openKfId, token: fields.Token?.trim() ?? '' }
        : { kind: 'other' };
    },
  };
}
