// Passwords and tokens: scrypt from node:crypto, so that no native module is needed. Knows nothing of staff rows.
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
// OWASP's figure for scrypt (2^17, 8, 1) takes 128 MB a sign-in; 2^15 with p 3 is its listed equal at 32 MB.
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 32;

export const PASSWORD_MIN = 10;

/** `scrypt$<salt>$<key>`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password.normalize('NFKC'), salt, KEY_BYTES, COST);
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Takes the same time whether the account exists or not: without a stored hash a dummy is derived. */
export async function checkPassword(password: string, stored: string | null): Promise<boolean> {
  const [kind, salt, key] = (stored ?? `scrypt$${'A'.repeat(22)}$${'A'.repeat(43)}`).split('$');
  if (kind !== 'scrypt' || !salt || !key) return false;
  const expected = Buffer.from(key, 'base64url');
  const given = await derive(
    password.normalize('NFKC').slice(0, 1_000),
    Buffer.from(salt, 'base64url'),
    KEY_BYTES,
    COST,
  );
  return stored !== null && expected.length === given.length && timingSafeEqual(expected, given);
}

/** 256 random bits; only its hash is stored. */
export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
