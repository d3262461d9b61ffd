// WeChat's message encryption: AES-256-CBC with PKCS#7 to blocks of 32, the app id sealed in. Knows nothing of XML and signatures.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';

const BLOCK = 32;
const RANDOM_BYTES = 16;
const HEAD_BYTES = RANDOM_BYTES + 4;

/**
 * The 32 bytes behind an EncodingAESKey of 43 characters. Its last character may carry stray bits, so decoding is lax.
 * @throws AppError `bad_setting`
 */
export function readAesKey(encodingAesKey: string): Buffer {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  if (!/^[A-Za-z0-9+/]{43}$/.test(encodingAesKey) || key.length !== 32) {
    throw new AppError('bad_setting', 'EncodingAESKey 应为 43 个字母或数字');
  }
  return key;
}

export function encrypt(
  key: Buffer,
  message: string,
  appId: string,
  random: Buffer = randomBytes(RANDOM_BYTES),
): string {
  const text = Buffer.from(message, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(appId, 'utf8')]);
  const pad = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}

/** The message, or null for every kind of damage alike: what exactly was wrong must never be visible from outside. */
export function decrypt(key: Buffer, ciphertext: string, appId: string): string | null {
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes.length === 0 || bytes.length % 16 !== 0) return null;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const pad = plain.at(-1) ?? 0;
  if (pad < 1 || pad > BLOCK || !plain.subarray(-pad).every((byte) => byte === pad)) return null;
  const content = plain.subarray(0, plain.length - pad);
  if (content.length < HEAD_BYTES) return null;
  const end = HEAD_BYTES + content.readUInt32BE(RANDOM_BYTES);
  if (end > content.length || !content.subarray(end).equals(Buffer.from(appId, 'utf8'))) return null;
  return content.toString('utf8', HEAD_BYTES, end);
}
