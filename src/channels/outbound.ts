// One bounded HTTP call to a platform; its failures are named for delivery. Knows no platform.
import { type Outgoing, type OutgoingAnswer, type OutgoingBytes, OutgoingError } from '../providers/outgoing.ts';
import { SendError } from './channel.ts';

export type PlatformAnswer = OutgoingAnswer;

const TIMEOUT_MS = 10_000;
const RETRY_AFTER_MAX_MS = 3_600_000;

async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    const { kind, notSent, message: detail } = error;
    throw new SendError(
      kind === 'refused' ? { kind: 'permanent', code: 'refused_address', detail } : { kind: 'retry', notSent, detail },
    );
  }
}

/**
 * POSTs bytes and returns whatever the platform answered, 3xx included.
 * @throws SendError `retry` when there was no answer (`notSent` only when the connection was never made); `permanent` for an address we do not call.
 */
export async function post(
  outgoing: Outgoing,
  url: string,
  body: string | Buffer,
  headers: Record<string, string>,
  timeoutMs = TIMEOUT_MS,
  bytesMax?: number,
): Promise<PlatformAnswer> {
  return named(outgoing.post({ url, body, headers, timeoutMs, bytesMax }));
}

/**
 * GETs at most `bytesMax` bytes.
 * @throws SendError as `post` does
 */
export function get(
  outgoing: Outgoing,
  url: string,
  {
    bytesMax,
    headers = {},
    timeoutMs = TIMEOUT_MS,
  }: { bytesMax: number; headers?: Record<string, string>; timeoutMs?: number },
): Promise<OutgoingBytes> {
  return named(outgoing.get({ url, headers, timeoutMs, bytesMax }));
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; at most an hour. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : undefined;
}
