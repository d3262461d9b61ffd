// WeChat's SHA-1 signatures and the window of time they are good for. Knows nothing of bodies.
import { createHash, timingSafeEqual } from 'node:crypto';

const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** sha1 over the sorted parts: token, timestamp, nonce, and for encrypted bodies the ciphertext as it was sent. */
export function sign(...parts: string[]): string {
  return createHash('sha1').update(parts.toSorted(byCode).join('')).digest('hex');
}

/** Constant time for any two strings: both are hashed to one length first. */
export function sameSignature(expected: string, given: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

/** `timestamp` in seconds as sent. The window is our policy; the platform names none. */
export function isFresh(timestamp: string, toleranceSeconds: number, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs / 1000 - Number(timestamp)) <= toleranceSeconds;
}
