// A fetch that ends when its signal says so and never reads more than a limit, for endpoints we do not control.
import { ProviderError } from './provider-error.ts';

export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Reads the body up to `bytesMax` before anybody parses it. The SDKs bound the time to the headers only;
 * a body that drips or never ends is bounded here and by the caller's signal.
 */
export function boundedFetch(bytesMax: number, inner: Fetch = fetch): Fetch {
  return async (url, init) => {
    // A redirect would carry the key to another host.
    const response = await inner(url, { ...init, redirect: 'error' });
    if (response.body === null) return response;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) throw new ProviderError('bad-answer', `回答超过 ${bytesMax} 字节，已放弃`);
      chunks.push(chunk);
    }
    const { status, statusText, headers } = response;
    return new Response(bytes === 0 ? null : Buffer.concat(chunks), { status, statusText, headers });
  };
}
