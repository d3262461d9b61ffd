// How a call to an outside model can fail, in words that are safe to log and to show. Never carries a key or a shopper's text.
import { BrokenCircuitError, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';

export type ProviderFailure =
  /** The deadline passed. */
  | 'timeout'
  /** No connection, or the endpoint says 5xx. */
  | 'unavailable'
  /** 429: the endpoint asks us to slow down. */
  | 'rate-limited'
  /** 4xx: key, model name or request are wrong; a person must change the settings. */
  | 'refused'
  /** An answer came, but not one of the agreed form. */
  | 'bad-answer'
  /** Too many failures in a row; the endpoint is left alone for a while. */
  | 'circuit-open'
  /** Too many calls at the same time. */
  | 'busy'
  /** The day's budget of tokens is used up. */
  | 'over-budget';

/** `failure` is for the program, `message` for the operator. */
export class ProviderError extends Error {
  readonly failure: ProviderFailure;
  readonly status: number | null;
  constructor(failure: ProviderFailure, message: string, status: number | null = null) {
    super(message);
    this.name = 'ProviderError';
    this.failure = failure;
    this.status = status;
  }
}

/**
 * Any error of the SDKs as ours. The endpoint's own sentence is dropped on purpose: it may repeat the key or the request;
 * its short code (`model_not_found`) stays.
 */
export function asProviderError(error: unknown, endpoint: string): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof Error && error.cause instanceof ProviderError) return error.cause;
  if (error instanceof BrokenCircuitError) return new ProviderError('circuit-open', `${endpoint} 连续失败，暂停调用`);
  if (error instanceof BulkheadRejectedError) return new ProviderError('busy', `${endpoint} 的并发调用已满`);
  const timedOut = [TaskCancelledError, APIUserAbortError, APIConnectionTimeoutError].some(
    (kind) => error instanceof kind,
  );
  if (timedOut || isNamed(error, /^(?:Abort|Timeout)Error$/)) {
    return new ProviderError('timeout', `${endpoint} 没有在时限内回答`);
  }
  const status = statusOf(error);
  if (status === null) {
    if (error instanceof SyntaxError) return new ProviderError('bad-answer', `${endpoint} 的回答不是合法的 JSON`);
    if (error instanceof APIConnectionError || error instanceof APIError) {
      return new ProviderError('unavailable', `${endpoint} 无法连接或连接中断`);
    }
    return new ProviderError('bad-answer', `${endpoint} 的回答不符合约定的格式`);
  }
  const code = shortCode(error);
  const told = `${endpoint} 返回 ${status}${code === null ? '' : `（${code}）`}`;
  if (status === 429) return new ProviderError('rate-limited', told, status);
  if (status >= 500) return new ProviderError('unavailable', told, status);
  return new ProviderError('refused', `${told}，请检查地址、密钥和模型名`, status);
}

function statusOf(error: unknown): number | null {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : null;
}

function shortCode(error: unknown): string | null {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[a-z][a-z_]{2,40}$/.test(code) ? code : null;
}

function isNamed(error: unknown, pattern: RegExp): boolean {
  return error instanceof Error && pattern.test(error.name);
}
