// The wrapping of every call to an outside model: a bound on calls at once, a circuit breaker and a total deadline.
import {
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { ProviderError } from './provider-error.ts';
import { asProviderError } from './sdk-errors.ts';

export interface ResilienceOptions {
  /** What the operator calls the endpoint in messages, e.g. 文字生成接口. */
  endpoint: string;
  /** Calls at once; one more is refused, for waiting would use up its deadline. */
  concurrencyMax: number;
  /** Failures in a row until the endpoint is left alone. */
  breakAfter: number;
  /** How long it is left alone before one call may try again. */
  halfOpenAfterMs: number;
}

export interface ResilientCall {
  /** Ends within `deadlineMs` whatever `call` does; rejects with ProviderError only. */
  run<T>(deadlineMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** For the status page. */
  state(): 'closed' | 'open' | 'half-open';
}

export function createResilientCall(options: ResilienceOptions): ResilientCall {
  // A mistake of ours in one request (4xx but for the key) says nothing about the endpoint's health.
  const counts = handleWhen((error) => {
    const { failure, status } = asProviderError(error, options.endpoint);
    return failure !== 'refused' || status === 401 || status === 403;
  });
  const breaker = circuitBreaker(counts, {
    breaker: new ConsecutiveBreaker(options.breakAfter),
    halfOpenAfter: options.halfOpenAfterMs,
  });
  const gate = bulkhead(options.concurrencyMax, 0);
  return {
    async run(deadlineMs, call) {
      const policy = wrap(gate, breaker, timeout(deadlineMs, TimeoutStrategy.Aggressive));
      try {
        return await policy.execute(async ({ signal }) => {
          try {
            return await call(signal);
          } catch (error) {
            // What an aborted call throws depends on where it stood; the reason is always the deadline.
            if (signal.aborted)
              throw new ProviderError('timeout', `${options.endpoint} 没有在 ${deadlineMs} 毫秒内回答`);
            throw error;
          }
        });
      } catch (error) {
        throw asProviderError(error, options.endpoint);
      }
    },
    state() {
      if (breaker.state === CircuitState.HalfOpen) return 'half-open';
      return breaker.state === CircuitState.Closed ? 'closed' : 'open';
    },
  };
}
