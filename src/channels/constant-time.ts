// Compares what may be guessed at without telling by its time how much of it was right. Knows no signature.
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();

/** For any two strings, of any length: both are hashed to one length first. */
export const sameText = (expected: string, given: string): boolean => timingSafeEqual(digest(expected), digest(given));
