// How a call to an outside model can fail, in words that are safe to log and to show. Never carries a key or a shopper's text.

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
