// Calls of the shopper's page to routes of the contract, with the visitor's token.
import { call } from '../api.ts';
import { type Given, type Reply, type RouteKey, requestOf } from '../routes.ts';

/** Throws ApiError. */
export async function askShop<K extends RouteKey>(token: string, key: K, ...[input]: Given<K>): Promise<Reply<K>> {
  const [path, options] = requestOf(key, input as Parameters<typeof requestOf>[1]);
  return call<Reply<K>>(path, { ...options, headers: { authorization: `Bearer ${token}` } });
}
