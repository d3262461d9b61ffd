// Translates what the SDKs and the guards around a call throw into our own error. Never repeats what the endpoint said.
import { BrokenCircuitError, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';
import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { ProviderError } from './provider-error.ts';

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
