// Calls in the name of who is signed in: the CSRF header, and a lost session told once, in one place.
import { ApiError, type CallOptions, call } from '../api.ts';
import { type Given, type Reply, type RouteKey, requestOf } from '../routes.ts';

export interface Ask {
  /** A route of the contract. Throws ApiError. */
  <K extends RouteKey>(key: K, ...given: Given<K>): Promise<Reply<K>>;
  /** A route that is not in the contract's table yet; `T` is what it promises. */
  path<T>(path: string, options?: CallOptions): Promise<T>;
}

/** `onExpired` is called when the server no longer knows the session. */
export function createAsk(csrf: string, onExpired: () => void): Ask {
  const path = async <T>(to: string, options: CallOptions = {}): Promise<T> => {
    const changes = options.method !== undefined && options.method !== 'GET';
    const headers = { ...options.headers, ...(changes && { 'x-csrf-token': csrf }) };
    try {
      return await call<T>(to, { ...options, headers });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) onExpired();
      throw error;
    }
  };
  const ask = <K extends RouteKey>(key: K, ...[input]: Given<K>): Promise<Reply<K>> =>
    path<Reply<K>>(...requestOf(key, input as Parameters<typeof requestOf>[1]));
  return Object.assign(ask, { path });
}
