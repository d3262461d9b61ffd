// A live stream that comes back by itself: reads server-sent events over fetch, so that heartbeats are seen, the token
// stays out of the address, and a silent connection is noticed. Knows nothing of what the events mean.
import { createEventCutter, type StreamEvent } from './event-stream.ts';

export type LinkState = 'connecting' | 'live' | 'lost';

export interface LiveOptions {
  /** Asked anew for every attempt, so that it can carry the newest place to continue from. */
  url: () => string;
  headers?: Record<string, string>;
  onEvent(event: StreamEvent): void;
  /** `attempt`: how many have failed in a row. */
  onLink(state: LinkState, attempt: number): void;
  /** The server will not have us (401, 403, 404): no further attempts. */
  onRefused(status: number): void;
}

export interface Live {
  retryNow(): void;
  close(): void;
}

/** The server's heartbeat is 15 s; two missed ones and some patience. */
const SILENCE_MS = 40_000;
const BACKOFF_MS = [300, 1000, 2000, 4000, 8000];
const REFUSALS = [401, 403, 404];

/** Reads one connection to its end. Returns the status of a refusal, or null when it broke or was never there. */
async function readOnce(
  options: LiveOptions,
  lastId: string | null,
  signal: AbortSignal,
  heard: () => void,
): Promise<number | null> {
  const headers: Record<string, string> = { accept: 'text/event-stream', ...options.headers };
  if (lastId !== null) headers['last-event-id'] = lastId;
  const response = await fetch(options.url(), { headers, signal, cache: 'no-store' });
  if (REFUSALS.includes(response.status)) return response.status;
  if (!response.ok || !response.body) return null;
  options.onLink('live', 0);
  const cut = createEventCutter(options.onEvent);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    heard();
    const { done, value } = await reader.read();
    if (done) return null;
    cut(value);
  }
}

/** Opens the stream and keeps it open until `close`. `onLink('live')` is the moment to fetch what may have been missed. */
export function openLive(given: LiveOptions): Live {
  let closed = false;
  let failures = 0;
  let lastId: string | null = null;
  let attempt: AbortController | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let wake: (() => void) | null = null;

  const options: LiveOptions = {
    ...given,
    onEvent: (event) => {
      if (event.id !== null) lastId = event.id;
      if (!closed) given.onEvent(event);
    },
    onLink: (state, attempt) => {
      if (state === 'live') failures = 0;
      if (!closed) given.onLink(state, attempt);
    },
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => attempt?.abort(), SILENCE_MS);
  };

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    options.onLink('connecting', 0);
    while (!closed) {
      attempt = new AbortController();
      heard();
      const refused = await readOnce(options, lastId, attempt.signal, heard).catch(() => null);
      clearTimeout(silence);
      if (closed) return;
      if (refused !== null) {
        given.onRefused(refused);
        return;
      }
      const pause = BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]!;
      options.onLink('lost', failures);
      await rest(pause * (0.75 + Math.random() / 2));
    }
  };

  const retryNow = () => {
    failures = 0;
    wake?.();
  };
  const cutOff = () => attempt?.abort();
  window.addEventListener('online', retryNow);
  window.addEventListener('offline', cutOff);
  void run();
  return {
    retryNow,
    close() {
      closed = true;
      window.removeEventListener('online', retryNow);
      window.removeEventListener('offline', cutOff);
      clearTimeout(silence);
      attempt?.abort();
      wake?.();
    },
  };
}
