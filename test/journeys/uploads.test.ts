// Pictures: sent by shopper and agent, seen by those they are for and by nobody else, whatever they claim to be.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShopMessage } from '../../src/contract/shop.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  server = await startServer({ env: { SHOPPER_BURST: '20' } });
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 240_000);
afterAll(() => server?.close());

/** One dot, a real file. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const headed = (head: readonly number[], rest = 64) => Buffer.concat([Buffer.from(head), Buffer.alloc(rest, 7)]);
const ascii = (text: string) => [...Buffer.from(text, 'latin1')];

async function upload(bytes: Buffer, headers: Record<string, string>, claimed = 'image/png', name = 'a.png') {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: claimed }), name);
  const response = await fetch(`${server.base}/api/uploads`, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as { id: string; type: string; detail?: string } };
}

type Shopper = Awaited<ReturnType<typeof enterShop>>;
const asShopper = ({ token }: Shopper) => ({ authorization: `Bearer ${token}` });
const asStaff = async () => ({
  cookie: agent.cookie,
  'x-csrf-token': (await agent.get<{ csrf: string }>('/api/session')).body.csrf,
});

async function post(path: string, shopper: Shopper, body: unknown) {
  const response = await fetch(server.base + path, {
    method: 'POST',
    headers: { ...asShopper(shopper), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const look = (id: string, headers: Record<string, string>) => fetch(`${server.base}/api/uploads/${id}`, { headers });

/** A shopper whom the agent serves. */
async function served() {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId);
  await agent.post(`/api/handoffs/${row!.id}/claim`);
  return { shopper, handoffId: row!.id! };
}

describe('a picture', () => {
  it('of a shopper reaches the agent as it was, with a fixed type and no way to run', async () => {
    const { shopper } = await served();
    const { status, body } = await upload(PNG, asShopper(shopper), 'text/html', '<img>.html');
    expect(status).toBe(200);
    expect(body.id).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(body.type).toBe('image/png');
    const said = { clientMessageId: randomUUID(), attachments: [{ id: body.id }] };
    expect((await post('/api/shop/messages', shopper, said)).status).toBe(202);
    const mine = (await shopper.all()).at(-1)!;
    expect(mine).toMatchObject({ from: 'shopper', text: '', attachments: [{ kind: 'image', id: body.id }] });
    const { body: read } = await agent.get<{ messages: { text: string; payload: { attachments?: unknown } }[] }>(
      `/api/conversations/${shopper.conversationId}/messages`,
    );
    expect(read.messages.at(-1)).toMatchObject({ text: '[图片]', payload: { attachments: [{ id: body.id }] } });
    const seen = await look(body.id, { cookie: agent.cookie });
    expect(Buffer.from(await seen.arrayBuffer())).toEqual(PNG);
    expect(seen.headers.get('content-type')).toBe('image/png');
    expect(seen.headers.get('x-content-type-options')).toBe('nosniff');
    expect(seen.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('of an agent reaches the shopper; the one in a note does not', async () => {
    const { shopper } = await served();
    const [shown, hidden] = await Promise.all([
      upload(PNG, await asStaff()).then((u) => u.body.id),
      upload(PNG, await asStaff()).then((u) => u.body.id),
    ]);
    expect((await look(shown, asShopper(shopper))).status).toBe(404);
    for (const [kind, id] of [
      ['reply', shown],
      ['note', hidden],
    ]) {
      const sent = await agent.post(`/api/conversations/${shopper.conversationId}/messages`, {
        clientMessageId: randomUUID(),
        kind,
        attachments: [{ id }],
      });
      expect(sent.status).toBe(201);
    }
    const last = (await shopper.all()).findLast((m: ShopMessage) => m.from === 'agent')!;
    expect(last.attachments).toEqual([{ kind: 'image', id: shown }]);
    expect((await look(shown, asShopper(shopper))).status).toBe(200);
    expect((await look(hidden, asShopper(shopper))).status).toBe(404);
  });

  it('is nobody else’s: not another shopper’s, not without a name, not another shop’s, and not to be sent on', async () => {
    const { shopper } = await served();
    const { body } = await upload(PNG, asShopper(shopper));
    const other = await enterShop(server.base);
    expect((await look(body.id, asShopper(other))).status).toBe(404);
    expect((await look(body.id, {})).status).toBe(401);
    const stolen = { clientMessageId: randomUUID(), attachments: [{ id: body.id }] };
    expect((await post('/api/shop/messages', other, stolen)).status).toBe(404);
    const made = await server.database
      .ownerPool()
      .query<{ id: string }>(`select ensure_shop('uploads-other', '别家店', false)::text as id`);
    const foreign = { login: 'foreign', name: '外人', role: 'admin' as const, teams: [], password: PASSWORD };
    await saveStaff(server.database.pool, made.rows[0]!.id, foreign);
    const stranger = await signIn(server.base, 'foreign');
    expect((await look(body.id, { cookie: stranger.cookie })).status).toBe(404);
    expect((await look('../../../../etc/passwd', asShopper(shopper))).status).toBe(404);
    expect((await upload(PNG, { cookie: agent.cookie })).status).toBe(403);
    expect((await upload(PNG, {})).status).toBe(401);
  });

  it('is not ten megabytes and more either where a piece of it ends at the limit', async () => {
    const shopper = await enterShop(server.base);
    const head =
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n';
    const fits = headed([0xff, 0xd8, 0xff], 10 * 1024 * 1024 - 3);
    const asked = request(`${server.base}/api/uploads`, {
      method: 'POST',
      headers: { ...asShopper(shopper), 'content-type': 'multipart/form-data; boundary=x' },
    });
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
    asked.write(Buffer.concat([Buffer.from(head), fits]));
    await pause(500);
    asked.end('more\r\n--x--\r\n');
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(413);
  });

  it.each([
    ['image/jpeg', headed([0xff, 0xd8, 0xff, 0xe0])],
    ['image/gif', headed(ascii('GIF89a'))],
    ['image/webp', headed([...ascii('RIFF'), 1, 2, 3, 4, ...ascii('WEBP')])],
  ])('is %s by its bytes', async (type, bytes) => {
    const shopper = await enterShop(server.base);
    expect((await upload(bytes, asShopper(shopper), 'application/octet-stream')).body.type).toBe(type);
  });

  it.each([
    [
      'SVG',
      Buffer.from('\uFEFF<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      415,
      /SVG/,
    ],
    ['a page', Buffer.from('<!DOCTYPE html><script>alert(1)</script>'), 415, /脚本/],
    ['a PDF', headed(ascii('%PDF-1.7')), 415, /JPEG、PNG/],
    ['nothing', Buffer.alloc(0), 400, /空/],
    ['ten megabytes and more', headed([0xff, 0xd8, 0xff], 10 * 1024 * 1024), 413, /10MB/],
  ])('is not %s, and the sentence says so', async (_what, bytes, status, words) => {
    const shopper = await enterShop(server.base);
    const refused = await upload(bytes, asShopper(shopper));
    expect(refused.status).toBe(status);
    expect(refused.body.detail).toMatch(words);
  });
});

describe('an order', () => {
  it('is one of the shopper’s own, shown with what it was worth, and the bot tells how it stands', async () => {
    const shopper = await enterShop(server.base, { name: '小周' });
    const response = await fetch(`${server.base}/api/shop/orders`, { headers: asShopper(shopper) });
    const { items } = (await response.json()) as { items: { id: string; title: string; price: number }[] };
    expect(items.length).toBeGreaterThanOrEqual(2);
    const [order] = items;
    const shown = { clientMessageId: randomUUID(), orderId: order!.id };
    expect((await post('/api/shop/messages', shopper, shown)).status).toBe(202);
    const [mine] = await shopper.hear(['shopper']);
    expect(mine!.card).toMatchObject({ kind: 'order', id: order!.id, price: order!.price });
    const [answer] = await shopper.hear(['bot']);
    expect(answer!.source!.title).toContain(order!.id);

    const other = await enterShop(server.base, { name: '小林' });
    expect((await post('/api/shop/messages', other, { ...shown, clientMessageId: 'x' })).status).toBe(404);
  });
});

describe('the pace', () => {
  it('of one shopper is a person’s; others are not held up', async () => {
    const shopper = await enterShop(server.base);
    const other = await enterShop(server.base);
    const tries = await Promise.all(Array.from({ length: 25 }, (_, i) => shopper.say(`第 ${i} 句`)));
    const refused = tries.filter((t) => t.status === 429);
    expect(refused.length).toBe(5);
    expect((refused[0] as unknown as { detail: string }).detail).toBe('发送太快啦，请稍后再发');
    expect((await other.say('你好')).status).toBe(202);
  });
});
