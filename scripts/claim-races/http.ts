// Shoppers who ask for a person and agents who claim, over HTTP against any of the web processes. Knows no database.
import { randomUUID } from 'node:crypto';
import type { ClaimAnswer } from './judge.ts';

export interface Waiting {
  id: string;
  conversationId: string;
}

export interface Agent {
  id: string;
  name: string;
  claim(base: string, handoffId: string): Promise<ClaimAnswer>;
  /** Anything else at the desk; resolves to the status. */
  ask(base: string, method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<number>;
  /** Up to 100 that wait. */
  waiting(base: string): Promise<Waiting[]>;
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

export interface Shopper {
  token: string;
  conversationId: string;
}

/** A new visitor says that a person is wanted. */
export async function askForPerson(base: string): Promise<Shopper> {
  const visitor = (await (await post(`${base}/api/shop/visitors`, {})).json()) as Shopper;
  await askAgain(base, visitor);
  return visitor;
}

export async function askAgain(base: string, { token }: Shopper): Promise<void> {
  const said = await post(
    `${base}/api/shop/messages`,
    { clientMessageId: randomUUID(), text: '转人工' },
    { authorization: `Bearer ${token}` },
  );
  await said.arrayBuffer();
  if (said.status !== 202) throw new Error(`a shopper was answered ${said.status}`);
}

/** Signs in once; the session holds in every web process. */
export async function signInAgent(base: string, login: string, password: string): Promise<Agent> {
  const response = await post(`${base}/api/session`, { login, password });
  if (!response.ok) throw new Error(`${login} cannot sign in: ${response.status}`);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { csrf, user } = (await response.json()) as { csrf: string; user: { id: string; name: string } };
  const headers = { cookie, 'x-csrf-token': csrf };
  return {
    id: user.id,
    name: user.name,
    async ask(at, method, path, body) {
      const answer =
        method === 'POST' ? await post(at + path, body ?? {}, headers) : await fetch(at + path, { method, headers });
      await answer.arrayBuffer();
      return answer.status;
    },
    async claim(at, handoffId) {
      const answer = await post(`${at}/api/handoffs/${handoffId}/claim`, {}, headers);
      const body = (await answer.json()) as { code?: string; owner?: string; detail?: string };
      const named = body.code === 'already_claimed' && body.owner && body.detail?.includes(body.owner);
      return { agent: user.name, status: answer.status, owner: named ? body.owner! : null };
    },
    async waiting(at) {
      const answer = await fetch(`${at}/api/handoffs?state=waiting&limit=100`, { headers });
      return ((await answer.json()) as { items: Waiting[] }).items;
    },
  };
}
