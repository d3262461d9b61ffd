// Calls to the server: JSON in and out, and every failure as one kind of error. Knows no route.
import { setClockBy } from './clock.ts';
import type { Translate } from './language.tsx';

/** What the server (or the lack of one: status 0, code `offline`) answered instead of a result. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Record<string, unknown>;
  constructor(status: number, code: string, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** In place of `body`: files. */
  form?: FormData;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

export async function failureOf(response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => null);
  const told = typeof problem === 'object' && problem !== null ? (problem as Record<string, unknown>) : {};
  const text = (name: string) => (typeof told[name] === 'string' ? told[name] : undefined);
  const detail = text('detail') ?? text('title') ?? `HTTP ${response.status}`;
  return new ApiError(response.status, text('code') ?? `http_${response.status}`, detail, told);
}

/** One request. `T` is what the route promises; null for an empty answer. Throws ApiError. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const { method = 'GET', body, form, headers = {}, timeoutMs = TIMEOUT_MS } = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(form !== undefined && { body: form }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new ApiError(0, 'offline', 'offline');
  }
  setClockBy(response.headers.get('date'));
  if (!response.ok) throw await failureOf(response);
  const text = await response.text();
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** The sentence for a person: the server's own detail, except where the page can say it in the chosen language. */
export function errorText(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return String(error instanceof Error ? error.message : error);
  if (error.code === 'offline') return t('error.offline');
  if (error.code === 'already_claimed') {
    const { owner } = error.extra;
    const name = typeof owner === 'string' ? owner : (owner as { name?: string } | null | undefined)?.name;
    return name ? t('error.already_claimed', { name }) : t('error.already_claimed_unknown');
  }
  return error.message;
}

/** Ids a client gives its messages, so that a resend is recognised; works on plain http too. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
