// The session's cookie: kept to https where the shop has it, and no silent loss where somebody comes by http.
import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { handleError } from '../../src/http/problems.ts';
import { setSessionCookie } from '../../src/http/sessions.ts';

async function signIn(secure: boolean, origin?: string) {
  const app = Fastify();
  await app.register(cookie);
  app.setErrorHandler(handleError);
  app.post('/in', async (_request, reply) => {
    setSessionCookie(reply, 'token', secure);
    return { ok: true };
  });
  const response = await app.inject({ method: 'POST', url: '/in', headers: origin === undefined ? {} : { origin } });
  await app.close();
  return {
    status: response.statusCode,
    body: response.json<{ code?: string; detail?: string }>(),
    cookie: response.headers['set-cookie'],
  };
}

test('without https the cookie is kept everywhere', async () => {
  const { status, cookie } = await signIn(false, 'http://192.168.1.20:3000');
  expect(status).toBe(200);
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
});

test('with https it is secure, behind a proxy too', async () => {
  for (const origin of ['https://kefu.example.com', undefined]) {
    const { status, cookie } = await signIn(true, origin);
    expect(status).toBe(200);
    expect(cookie).toMatch(/HttpOnly; Secure; SameSite=Lax$/);
  }
});

test('who comes by http where https is set is told so, except at this machine', async () => {
  const refused = await signIn(true, 'http://192.168.1.20:3000');
  expect(refused.status).toBe(403);
  expect(refused.body.code).toBe('needs_https');
  expect(refused.body.detail).toContain('https');
  expect(refused.cookie).toBeUndefined();
  for (const origin of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
    expect((await signIn(true, origin)).status).toBe(200);
});
