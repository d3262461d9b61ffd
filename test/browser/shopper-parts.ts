// What the shopper's stories need besides the page: a shop of somebody else that embeds the widget, an agent who works over the API, a picture.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { signIn } from '../journeys/people.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;

/** Two pages of another site under as strict a policy as the widget can live with. */
export async function openOtherSite(shop: string): Promise<{ base: string; close(): Promise<void> }> {
  const page = (title: string) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width"><title>${title}</title></head><body><h1>${title}</h1>
    <a href="/${title === '首页' ? 'goods' : ''}">换一页</a><script src="${shop}/widget.js" async></script></body></html>`;
  const policy = `default-src 'none'; script-src ${shop}; frame-src ${shop}; base-uri 'none'; require-trusted-types-for 'script'`;
  const server = createServer((request, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    response.end(page(request.url === '/' ? '首页' : '商品页'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The conversation of a page's shopper, from what the page keeps. */
export const conversationOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const kept = Object.entries(localStorage).find(([key]) => key.startsWith('jiebang.visitor.'));
    return (JSON.parse(kept![1]) as { conversationId: string }).conversationId;
  });

/** Takes the shopper's case over the API. */
export async function serve(agent: Agent, page: Page) {
  const conversationId = await conversationOf(page);
  const row = await agent.waiting(conversationId);
  if (row === null) throw new Error('the shopper does not wait');
  await agent.post(`/api/handoffs/${row.id}/claim`);
  return {
    conversationId,
    say: (text: string) => agent.reply(conversationId, text),
    end: (how: { disposition: string; csat?: boolean } = { disposition: 'resolved' }) =>
      agent.post(`/api/handoffs/${row.id}/resolve`, how),
  };
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc = (bytes: Buffer): number =>
  (bytes.reduce((c, byte) => crcTable[(c ^ byte) & 255]! ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** A square of one colour as a PNG. */
export function picture(side = 120): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, Buffer.from([230, 120, 60]))]);
  const rows = Buffer.concat(Array.from({ length: side }, () => row));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
