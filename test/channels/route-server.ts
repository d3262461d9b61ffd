// Serves channel routes on a real local port, as bytes over HTTP and without any framework.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel, Inbox } from '../../src/channels/channel.ts';

export interface RouteServer {
  url: string;
  close(): Promise<void>;
}

export async function openRouteServer(channel: Channel, inbox: Inbox): Promise<RouteServer> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://routes');
    const route = channel.routes.find(
      (r) => r.method === request.method && r.path.replace(':account', channel.account.name) === url.pathname,
    );
    if (!route) return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await route.handle(
      {
        account: channel.account.name,
        query: Object.fromEntries(url.searchParams),
        search: url.search.slice(1),
        headers,
        body: Buffer.concat(chunks),
      },
      inbox,
    );
    response.writeHead(answer.status, { 'content-type': answer.contentType, ...answer.headers }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
