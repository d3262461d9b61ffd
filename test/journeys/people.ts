// A shopper and an agent as the outside sees them: HTTP only.
import { randomUUID } from 'node:crypto';
import type { ShopMessage, ShopState } from '../../src/contract/shop.ts';
import { PASSWORD } from './server.ts';

type Heard = ShopState & { messages: ShopMessage[] };

export async function enterShop(base: string, as: { name?: string; orderId?: string } = {}) {
  const post = (path: string, body: unknown, token?: string) =>
    fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
  const { token, conversationId } = (await (await post('/api/shop/visitors', as)).json()) as {
    token: string;
    conversationId: string;
  };
  let seen = 0;
  const look = async (after: number, wait: number): Promise<Heard> => {
    const response = await fetch(`${base}/api/shop/messages?after=${after}&wait=${wait}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await response.json()) as Heard;
  };
  return {
    token,
    conversationId,
    async say(text: string, id: string = randomUUID()) {
      const response = await post('/api/shop/messages', { clientMessageId: id, text }, token);
      return { status: response.status, ...((await response.json()) as { seq: number }) };
    },
    async tap(choice: { value: string; label: string }) {
      const response = await post(
        '/api/shop/messages',
        { clientMessageId: randomUUID(), text: choice.label, choice: choice.value },
        token,
      );
      return { status: response.status };
    },
    /** Waits for the next words of the shop (not the shopper's own). */
    async hear(from: ShopMessage['from'][] = ['bot', 'agent', 'system'], ms = 12_000): Promise<ShopMessage[]> {
      const until = Date.now() + ms;
      while (Date.now() < until) {
        const { messages } = await look(seen, 3);
        if (messages.length > 0) seen = messages.at(-1)!.seq;
        const words = messages.filter((m) => from.includes(m.from));
        if (words.length > 0) return words;
      }
      return [];
    },
    state: () => look(1_000_000, 0),
    async all() {
      return (await look(0, 0)).messages;
    },
  };
}

export const signIn = (base: string, login: string, password = PASSWORD) =>
  comeToWork(base, '/api/session', { login, password });

/** By a one-time link: no password has to be made and checked, which is slow on purpose. */
export const signInByLink = (base: string, token: string) => comeToWork(base, '/api/session/link', { token });

/** As the sample's own agent, whom this machine lets in. */
export const signInToDemo = (base: string) => comeToWork(base, '/api/session/demo', { role: 'agent' });

async function comeToWork(base: string, way: string, proof: Record<string, string>) {
  const response = await fetch(base + way, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(proof),
  });
  const cookie = response.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');
  const { csrf, user } = (await response.json()) as { csrf: string; user: { id: string } };
  async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown) {
    const answer = await fetch(base + path, {
      method,
      headers: { cookie, 'x-csrf-token': csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : null) as T };
  }
  await call('PUT', '/api/me/presence', { state: 'online' });
  return {
    id: user.id,
    cookie,
    get: <T = Record<string, unknown>>(path: string) => call<T>('GET', path),
    post: <T = Record<string, unknown>>(path: string, body: unknown = {}) => call<T>('POST', path, body),
    put: <T = Record<string, unknown>>(path: string, body: unknown) => call<T>('PUT', path, body),
    delete: <T = Record<string, unknown>>(path: string) => call<T>('DELETE', path),
    patch: <T = Record<string, unknown>>(path: string, body: unknown) => call<T>('PATCH', path, body),
    async waiting(conversationId: string, ms = 5_000) {
      const until = Date.now() + ms;
      do {
        const { body } = await call<{ items: Record<string, string>[] }>(
          'GET',
          '/api/handoffs?state=waiting&limit=100',
        );
        const row = body.items.find((h) => h.conversationId === conversationId);
        if (row) return row;
        await new Promise((r) => setTimeout(r, 25));
      } while (Date.now() < until);
      return null;
    },
    reply: (conversationId: string, text: string, kind = 'reply', id: string = randomUUID()) =>
      call<{ seq: number; code?: string }>('POST', `/api/conversations/${conversationId}/messages`, {
        clientMessageId: id,
        text,
        kind,
      }),
  };
}
