// A shop's own system that listens to events: checks signatures by the specification, with an HMAC of its own, and answers as told.
import { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HookEvent } from '../../src/contract/hook.ts';

export interface Heard {
  id: string;
  /** Seconds, of the attempt. */
  timestamp: number;
  signatures: string[];
  raw: string;
  event: HookEvent;
  /** `performance.now()` at the beginning and the end. */
  from: number;
  to: number;
}

export type Said = { status: number; headers?: Record<string, string>; afterMs?: number } | 'hang' | 'cut';

export interface Listener {
  url: string;
  heard: Heard[];
  answer: (heard: Heard) => Said;
  sequences(): number[];
  close(): Promise<void>;
  /** On the same port again, after `close`. */
  reopen(): Promise<void>;
}

export async function openListener(): Promise<Listener> {
  const heard: Heard[] = [];
  const server = () =>
    createServer(async (request, response) => {
      const from = performance.now();
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks).toString('utf8');
      const one: Heard = {
        id: String(request.headers['webhook-id']),
        timestamp: Number(request.headers['webhook-timestamp']),
        signatures: String(request.headers['webhook-signature']).split(' '),
        raw,
        event: JSON.parse(raw) as HookEvent,
        from,
        to: 0,
      };
      heard.push(one);
      const said = listener.answer(one);
      if (said === 'hang') return;
      if (said === 'cut') return void request.socket.destroy();
      if (said.afterMs) await new Promise((resolve) => setTimeout(resolve, said.afterMs));
      one.to = performance.now();
      response.writeHead(said.status, said.headers).end();
    });
  let http = server();
  const listen = (port: number) => new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = http.address() as AddressInfo;
  const listener: Listener = {
    url: `http://127.0.0.1:${port}/events?token=canary-of-the-address`,
    heard,
    answer: () => ({ status: 204 }),
    sequences: () => heard.map(({ event }) => event.sequence),
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
    async reopen() {
      http = server();
      await listen(port);
    },
  };
  return listener;
}

/** Whether this secret made one of the signatures: HMAC-SHA256 over `id.timestamp.body`, by WebCrypto. */
export async function isSignedBy(secret: string, heard: Heard): Promise<boolean> {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const key = await webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const text = new TextEncoder().encode(`${heard.id}.${heard.timestamp}.${heard.raw}`);
  const expected = `v1,${Buffer.from(await webcrypto.subtle.sign('HMAC', key, text)).toString('base64')}`;
  return heard.signatures.includes(expected);
}
