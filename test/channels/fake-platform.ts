// A platform's HTTP API on a real local port: remembers every request, answers as scripted.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  raw: string;
  body: Record<string, unknown>;
}

export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string>; afterMs?: number }
  /** Takes the request and cuts the line. */
  | { cut: true };

type Scripted = Answer | ((received: Received) => Answer);

export interface FakePlatform {
  url: string;
  received: Received[];
  at(path: string): Received[];
  /** Answers to the next requests of a path, in order; the last one stays. A function answers by what it was asked. */
  script(path: string, ...answers: Scripted[]): void;
  /** The same; returns what was scripted before. */
  swap(path: string, ...answers: Scripted[]): Scripted[];
  close(): Promise<void>;
}

const parse = (raw: string): Record<string, unknown> => {
  try {
    return JSON.parse(raw) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

export async function openFakePlatform(): Promise<FakePlatform> {
  const received: Received[] = [];
  const scripts = new Map<string, Scripted[]>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://platform');
    const raw = Buffer.concat(chunks).toString('utf8');
    const seen: Received = {
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      raw,
      body: parse(raw),
    };
    received.push(seen);
    const script = scripts.get(url.pathname) ?? [{ status: 200, body: { errcode: 0, errmsg: 'ok' } }];
    const scripted = script.length > 1 ? script.shift()! : script[0]!;
    const answer = typeof scripted === 'function' ? scripted(seen) : scripted;
    if ('cut' in answer) return void request.socket.destroy();
    if (answer.afterMs) await new Promise((resolve) => setTimeout(resolve, answer.afterMs));
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    at: (path) => received.filter((r) => r.path === path),
    script: (path, ...answers) => void scripts.set(path, answers),
    swap(path, ...answers) {
      const before = scripts.get(path) ?? [];
      scripts.set(path, answers);
      return before;
    },
    close: () => closed(server),
  };
}
