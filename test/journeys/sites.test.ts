// Sites that may hold the shopper's page or bring a chat window of their own: those the operator names, and nobody else.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFramePolicy } from '../../src/http/frames.ts';
import { loadConfig } from '../../src/settings.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ env: { WEB_ORIGINS: 'https://Shop.example/, https://*.b.example:8443' } });
  await server.addStaff('admin-a', 'admin');
}, 240_000);
afterAll(() => server?.close());

const enter = (origin: string, method = 'POST') =>
  fetch(`${server.base}/api/shop/visitors`, {
    method,
    headers: { origin, ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { body: '{}' }),
  });
const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin');

it('a page of a named site may ask, be asked first, and read the stream', async () => {
  for (const origin of ['https://shop.example', 'https://www.b.example:8443']) {
    const before = await enter(origin, 'OPTIONS');
    expect([before.status, allowed(before)]).toEqual([204, origin]);
    expect(before.headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await enter(origin);
    expect([answer.status, allowed(answer), answer.headers.get('vary')]).toEqual([200, origin, 'Origin']);
    const { token } = (await answer.json()) as { token: string };
    const stop = new AbortController();
    const stream = await fetch(`${server.base}/api/shop/stream?token=${token}`, {
      headers: { origin },
      signal: stop.signal,
    });
    expect([stream.status, allowed(stream)]).toEqual([200, origin]);
    stop.abort();
  }
});

it('another site may not, nor may a page of a named one do what staff do', async () => {
  for (const origin of [
    'https://evil.example',
    'https://shop.example.evil.example',
    'https://evilb.example:8443',
    'https://b.example:8443',
    'http://shop.example',
    'null',
  ])
    expect([allowed(await enter(origin)), allowed(await enter(origin, 'OPTIONS'))], origin).toEqual([null, null]);
  const staff = await fetch(`${server.base}/api/session`, { headers: { origin: 'https://shop.example' } });
  expect(allowed(staff)).toBeNull();
});

it('the same sites may hold the page, besides those that the shop keeps', async () => {
  const widgetSites = loadConfig(
    [],
    { WEB_ORIGINS: 'https://Shop.example/, https://*.b.example:8443' },
    '/nonexistent/.env',
  ).CHANNELS.WEB_ORIGINS!.split(' ');
  const { pool } = server.database;
  const policy = () =>
    createFramePolicy({ pool, defaultShop: { id: server.shopId, slug: '', name: '' }, demo: true, widgetSites })();
  expect(await policy()).toBe("; frame-ancestors 'self' https://shop.example https://*.b.example:8443");
  const admin = await signIn(server.base, 'admin-a');
  await admin.put('/api/widget', { origins: ['https://c.example', 'https://shop.example'] });
  expect(await policy()).toBe(
    "; frame-ancestors 'self' https://shop.example https://*.b.example:8443 https://c.example",
  );
});

it('what is no site stops the start', () => {
  for (const bad of ['shop.example', 'https://a.example;script-src', 'https://a.example/x', 'javascript:alert(1)'])
    expect(() => loadConfig([], { WEB_ORIGINS: bad }, '/nonexistent/.env'), bad).toThrow('WEB_ORIGINS');
});
