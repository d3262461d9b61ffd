// Follows the desk's live stream as a browser does: every event it was sent, in order.
import { createEventCutter } from '../../src/console/event-stream.ts';

export interface HeardEvent {
  event: string;
  data: Record<string, unknown>;
}

export async function listen(base: string, cookie: string, topics: string) {
  const closing = new AbortController();
  const response = await fetch(`${base}/api/stream?topics=${topics}`, { headers: { cookie }, signal: closing.signal });
  const heard: HeardEvent[] = [];
  const feed = createEventCutter(({ event, data }) =>
    heard.push({ event, data: JSON.parse(data) as Record<string, unknown> }),
  );
  const over = (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of response.body!) feed(decoder.decode(bytes, { stream: true }));
  })().catch(() => {}); // ended by close
  return {
    heard,
    of: (event: string) => heard.filter((e) => e.event === event).map((e) => e.data),
    async close() {
      closing.abort();
      await over;
    },
  };
}
