// Opens what WeChat sends and seals what it gets back, in the mode the account is set to. Joins signature, encryption and a reader of bodies; knows no meaning of fields.
import { randomBytes } from 'node:crypto';
import type { ChannelRequest } from '../channel.ts';
import { decrypt, encrypt } from './crypto.ts';
import { type Fields, sealedReply } from './envelope.ts';
import { isFresh, sameSignature, sign } from './signature.ts';

/** A verified message, and the key to answer with; null when it came unencrypted. */
export interface Opened {
  fields: Fields;
  key: Buffer | null;
}

/** The fields of a body or of what was sealed in it; null when it is anything else. */
export type Reader = (source: string) => Fields | null;

export interface DoorSettings {
  token: string;
  appId: string;
  mode: 'plain' | 'compat' | 'secure';
  /** Current first, then the one before a rotation. Empty in plain mode. */
  keys: readonly Buffer[];
  toleranceSeconds: number;
  now: () => number;
  read: Reader;
}

export interface Door {
  /** The console's test request: signed by token, in every mode the plain way. */
  isVerification(query: ChannelRequest['query']): boolean;
  /** Null for every bad envelope alike. */
  open(request: ChannelRequest): Opened | null;
  /** The reply as the platform expects it, under the key the message came with. */
  seal(reply: string, key: Buffer | null): string;
}

export function createDoor({ token, appId, mode, keys, toleranceSeconds, now, read }: DoorSettings): Door {
  const isSigned = ({ signature = '', timestamp = '', nonce = '' }: ChannelRequest['query']): boolean =>
    sameSignature(sign(token, timestamp, nonce), signature) && isFresh(timestamp, toleranceSeconds, now());

  function openPlain(request: ChannelRequest): Opened | null {
    const fields = isSigned(request.query) ? read(request.body.toString('utf8')) : null;
    return fields && { fields, key: null };
  }

  /** Only `Encrypt` counts: compat's plain fields beside it are signed by nobody. */
  function openSealed(request: ChannelRequest): Opened | null {
    const { msg_signature: signature = '', timestamp = '', nonce = '' } = request.query;
    const ciphertext = read(request.body.toString('utf8'))?.Encrypt?.trim() ?? '';
    if (!sameSignature(sign(token, timestamp, nonce, ciphertext), signature)) return null;
    if (!isFresh(timestamp, toleranceSeconds, now())) return null;
    for (const key of keys) {
      const message = decrypt(key, ciphertext, appId);
      const fields = message === null ? null : read(message);
      if (fields) return { fields, key };
    }
    return null;
  }

  return {
    isVerification: isSigned,
    open(request) {
      if (mode === 'plain') return openPlain(request);
      // A plain body under a valid plain signature is a downgrade.
      return request.query.encrypt_type === 'aes' ? openSealed(request) : null;
    },
    seal(reply, key) {
      if (!key) return reply;
      const encrypted = encrypt(key, reply, appId);
      const timestamp = String(Math.floor(now() / 1000));
      const nonce = randomBytes(8).toString('hex');
      return sealedReply({ encrypted, timestamp, nonce, signature: sign(token, timestamp, nonce, encrypted) });
    },
  };
}
