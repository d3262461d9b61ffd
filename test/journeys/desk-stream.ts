// An agent's live stream as a browser reads it: SSE over HTTP, every desk event in order.

export interface DeskStream {
  events: Record<string, unknown>[];
  /** The first event that fits, from the beginning; waits for it. */
  until(fits: (event: Record<string, unknown>) => boolean, ms?: number): Promise<Record<string, unknown>>;
  close(): void;
}

export async function openDeskStream(base: string, cookie: string): Promise<DeskStream> {
  const abort = new AbortController();
  const response = await fetch(`${base}/api/stream?topics=desk`, {
    headers: { cookie, accept: 'text/event-stream' },
    signal: abort.signal,
  });
  const events: Record<string, unknown>[] = [];
  let isOpen = () => {};
  const hello = new Promise<void>((resolve) => {
    isOpen = resolve;
  });
  void (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trim();
        if (field('event') === 'hello') isOpen();
        if (field('event') === 'desk') events.push(JSON.parse(field('data')!) as Record<string, unknown>);
      }
    }
  })().catch(() => {}); // the reader's own close
  await hello;
  return {
    events,
    async until(fits, ms = 12_000) {
      for (const end = Date.now() + ms; ; ) {
        const found = events.find(fits);
        if (found) return found;
        if (Date.now() > end)
          throw new Error(`no such event within ${ms} ms; seen: ${JSON.stringify(events.slice(-5))}`);
        await new Promise((r) => setTimeout(r, 20));
      }
    },
    close: () => abort.abort(),
  };
}
