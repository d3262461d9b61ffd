// One reader of a live stream that comes back by itself after a cut, as the pages do: remembers every event that carries an id.
import { createEventCutter } from '../../src/console/event-stream.ts';

export interface Heard {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

export interface Reader {
  heard: readonly Heard[];
  /** Connections made so far; the first one counts. */
  connections(): number;
  /** Resolves when the first connection has been greeted. */
  open: Promise<void>;
  close(): Promise<void>;
}

interface ReaderOptions {
  headers: Record<string, string>;
  /** Where to begin; null takes what is new. */
  after: string | null;
}

/** A page's own pause is 300 ms, growing; here everybody comes back at once, which is the worse case. */
const PAUSE_MS = 100;

export function openReader(url: string, { headers, after }: ReaderOptions): Reader {
  const closing = new AbortController();
  const heard: Heard[] = [];
  let connections = 0;
  let lastId = after;
  let greet = () => {};
  const open = new Promise<void>((resolve) => {
    greet = resolve;
  });
  const readOnce = async () => {
    const response = await fetch(url, {
      headers: { ...headers, accept: 'text/event-stream', ...(lastId !== null && { 'last-event-id': lastId }) },
      signal: closing.signal,
    });
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    connections += 1;
    const feed = createEventCutter(({ id, event, data }) => {
      if (event === 'hello') greet();
      if (id === null) return;
      lastId = id;
      heard.push({ id, event, data: JSON.parse(data) as Record<string, unknown> });
    });
    const decoder = new TextDecoder();
    for await (const bytes of response.body) feed(decoder.decode(bytes, { stream: true }));
  };
  const over = (async () => {
    while (!closing.signal.aborted) {
      // a cut; the next round begins where this one was
      await readOnce().catch(() => {});
      if (!closing.signal.aborted) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    heard,
    connections: () => connections,
    open,
    async close() {
      closing.abort();
      await over;
    },
  };
}
