// A simulated platform's own server on this machine: its API for the shop, and a small page on which one chats as its shopper. Knows no platform.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface Choice {
  id: string;
  label: string;
}

export interface Entry {
  /** Counts up over all shoppers. */
  n: number;
  /** `platform`: what the platform itself shows between the messages. */
  who: 'shopper' | 'shop' | 'platform';
  text: string;
  choices?: readonly Choice[];
  /** Address of a picture. */
  picture?: string;
  at: string;
}

export interface Asked {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type Told = { status: number; body: Buffer; type: string } | { status: number; json: unknown };

export interface RoomOptions {
  title: string;
  /** 0 takes any that is free. */
  port: number;
  /** Buttons beside the chat, and what they do. */
  acts: Readonly<Record<string, (shopper: string) => void | Promise<void>>>;
  onSay(shopper: string, text: string): void;
  onTap(shopper: string, choice: Choice): void;
  /** A line about the shopper's standing with the platform. */
  standing(shopper: string): string;
  /** The platform's own API; null for a path that it does not have. */
  serve(asked: Asked): Told | null | Promise<Told | null>;
}

export interface Room {
  url: string;
  log(shopper: string): readonly Entry[];
  write(shopper: string, entry: Omit<Entry, 'n' | 'at'>): void;
  close(): Promise<void>;
}

const PAGE = path.join(import.meta.dirname, 'page.html');
const BODY_MAX = 12 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_MAX) throw new Error('too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

export async function openRoom(options: RoomOptions): Promise<Room> {
  const { acts, standing } = options;
  const entries: { shopper: string; entry: Entry }[] = [];
  const log = (shopper: string) => entries.filter((one) => one.shopper === shopper).map(({ entry }) => entry);

  /** What the page does. JSON only: another site open in the browser cannot send that here. */
  async function pageCall({ path: at, body, headers }: Asked): Promise<Told> {
    if (!headers['content-type']?.startsWith('application/json')) return { status: 415, json: {} };
    const given = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const [shopper, text] = [String(given.shopper), String(given.text)];
    if (at === '/page/say') options.onSay(shopper, text);
    else if (at === '/page/tap') options.onTap(shopper, { id: String(given.id), label: text });
    else if (at === '/page/act' && Object.hasOwn(acts, text)) await acts[text]!(shopper);
    else return { status: 404, json: {} };
    return { status: 200, json: {} };
  }

  async function answer(asked: Asked): Promise<Told> {
    const { method, path: at, query } = asked;
    if (at.startsWith('/page/') && method === 'POST') return pageCall(asked);
    if (method === 'GET' && at === '/')
      return { status: 200, type: 'text/html; charset=utf-8', body: readFileSync(PAGE) };
    if (method === 'GET' && at === '/page/about')
      return { status: 200, json: { title: options.title, acts: Object.keys(acts) } };
    if (method === 'GET' && at === '/page/log') {
      const shopper = query.shopper ?? '';
      const fresh = log(shopper).filter(({ n }) => n > Number(query.after ?? 0));
      return { status: 200, json: { entries: fresh, standing: standing(shopper) } };
    }
    return (await options.serve(asked)) ?? { status: 404, json: {} };
  }

  const server = createServer(async (request, response) => {
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://platform');
      const told = await answer({
        method: request.method ?? 'GET',
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: request.headers,
        body: await readBody(request),
      });
      const [type, body] =
        'json' in told ? ['application/json; charset=utf-8', JSON.stringify(told.json)] : [told.type, told.body];
      response.writeHead(told.status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    write(shopper, entry) {
      const n = entries.length + 1;
      entries.push({ shopper, entry: { n, at: new Date().toISOString(), ...entry } });
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
