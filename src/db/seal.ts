// Seals secrets before they are stored: AES-256-GCM, bound to the row they belong to. Knows no table.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';

export interface Seal {
  /** `place` names the row: a sealed secret copied to another place does not open there. */
  seal(secret: string, place: string): string;
  /** @throws AppError `unreadable_secret` when the key has changed or the text was tampered with */
  open(sealed: string, place: string): string;
}

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MARK_BYTES = 6;

/** `key` is JIEBANG_SECRET_KEY, or the one made at the first start: any text that cannot be guessed. */
export function createSeal(key: string): Seal {
  const sealing = Buffer.from(hkdfSync('sha256', key, '', 'jiebang seal', 32));
  // tells a changed key from a damaged text; says nothing about the key
  const mark = createHash('sha256').update(sealing).digest().subarray(0, MARK_BYTES).toString('base64url');
  return {
    seal(secret, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv);
      cipher.setAAD(Buffer.from(place, 'utf8'));
      const hidden = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${mark}.${hidden.toString('base64url')}`;
    },
    open(sealed, place) {
      const [version, sealedWith, text = ''] = sealed.split('.');
      if (version !== VERSION) throw new AppError('unreadable_secret');
      if (sealedWith !== mark)
        throw new AppError('unreadable_secret', 'JIEBANG_SECRET_KEY 与保存密钥时的不同：请改回原值，或重新生成密钥');
      const hidden = Buffer.from(text, 'base64url');
      try {
        const opening = createDecipheriv('aes-256-gcm', sealing, hidden.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        opening.setAAD(Buffer.from(place, 'utf8'));
        opening.setAuthTag(hidden.subarray(-TAG_BYTES));
        return Buffer.concat([opening.update(hidden.subarray(IV_BYTES, -TAG_BYTES)), opening.final()]).toString('utf8');
      } catch {
        throw new AppError('unreadable_secret');
      }
    },
  };
}
