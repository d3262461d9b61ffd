// JSON as it was written: whole numbers that a number cannot hold stay the digits they are. Pure; knows no platform.

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
/** ES2025 hands the reviver the source of each number; TypeScript's library does not say so yet. */
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

const WHOLE = /^-?\d+$/;

/**
 * Ids of platforms go beyond 2^53, and two of them must not become one: such numbers are strings here.
 * @throws SyntaxError
 */
export const parseExact = (text: string): unknown =>
  parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && WHOLE.test(source) && !Number.isSafeInteger(value)
      ? source
      : value,
  );

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An id as a string: what is written as text, or a whole number; null for anything else. */
export function idText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}
