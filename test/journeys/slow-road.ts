// The road between a platform and the product, on which answers can be held up or lost after the request got through.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlowRoad {
  url: string;
  /** The next answers come this much later, or never; after these all come at once again. */
  hold(...answers: (number | 'lost')[]): void;
  close(): Promise<void>;
}

export async function openSlowRoad(to: () => string): Promise<SlowRoad> {
  const held: (number | 'lost')[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(to() + request.url, {
        method: request.method ?? 'GET',
        headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
        ...(request.method === 'POST' && { body: Buffer.concat(chunks) }),
      });
      const body = await answer.text();
      const what = held.shift() ?? 0;
      if (what === 'lost') return void response.destroy();
      if (what > 0) await new Promise((resolve) => setTimeout(resolve, what));
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        .end(body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (...answers) => void held.push(...answers),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
