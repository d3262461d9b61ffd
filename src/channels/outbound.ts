// One bounded HTTP call to a platform: time limit, size limit, no redirects, failures named for delivery. Knows no platform.
import { SendError } from './channel.ts';

const TIMEOUT_MS = 10_000;
const ANSWER_LIMIT = 64 * 1024;
const RETRY_AFTER_MAX_MS = 3_600_000;

export interface PlatformAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Failures before the first byte of the request left: the platform cannot have taken the message. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function networkFailure(error: unknown): SendError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = code !== '' ? code : cause instanceof Error ? cause.name : 'unknown';
  return new SendError({ kind: 'retry', notSent: NEVER_LEFT.has(code), detail: `网络请求失败（${reason}）` });
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > ANSWER_LIMIT) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * POSTs bytes and returns whatever the platform answered, 3xx included.
 * @throws SendError `retry` when there was no answer; `notSent` only when the connection was never made.
 */
export async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeoutMs = TIMEOUT_MS,
): Promise<PlatformAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'user-agent': 'Jiebang/1', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await readLimited(response) };
  } catch (error) {
    throw networkFailure(error);
  }
}

/** `Retry-After` in milliseconds, from seconds or an HTTP date; at most an hour. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : undefined;
}
