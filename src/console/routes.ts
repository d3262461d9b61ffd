// Typed calls: the contract's table gives the types, the key says method and path, so nothing of a schema is in the bundle.
import type { RouteInput, RouteReply } from '../contract/route.ts';
import type { Routes } from '../contract/routes/table.ts';
import { type CallOptions, call } from './api.ts';

export type RouteKey = keyof Routes;
/** Nothing to give, nothing to write. */
export type Given<K extends RouteKey> =
  unknown extends RouteInput<Routes[K]>
    ? []
    : Record<never, never> extends RouteInput<Routes[K]>
      ? [input?: RouteInput<Routes[K]>]
      : [input: RouteInput<Routes[K]>];
export type Reply<K extends RouteKey> = RouteReply<Routes[K]>;

interface Parts {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
}

/** Where a route is, and how it is asked. */
export function requestOf(key: RouteKey, { params = {}, query = {}, body }: Parts = {}): [string, CallOptions] {
  const [method, url] = key.split(' ') as [NonNullable<CallOptions['method']>, string];
  const path = url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const asked = search.size > 0 ? `${path}?${search}` : path;
  return [asked, { method, ...(body !== undefined && { body }) }];
}

/** Calls a route without a session. Throws ApiError. */
export async function callRoute<K extends RouteKey>(key: K, ...[input]: Given<K>): Promise<Reply<K>> {
  return call<Reply<K>>(...requestOf(key, input as Parts));
}
