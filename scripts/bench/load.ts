// Child of the bench: shoppers, a shop's bridge and agents, all over HTTP. Knows only what an outsider knows.
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCalls } from './child.ts';
import { createHttpClient, type HttpClient, type Response } from './http-client.ts';
import { percentile } from './rows.ts';

export const RATES = ['empty', 'insert', 'shop', 'webhook'] as const;
export type RateKind = (typeof RATES)[number];

export interface RateResult {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export type LoadCalls = {
  /** Opens the shop's bridge, to which replies of the webhook channel are posted; its address. */
  openBridge: { args: null; result: string };
  open: {
    args: { product: string; floors: string; secret: string; questions: string[]; connections: number };
    result: null;
  };
  /** Makes this many shoppers for the rates, each with a conversation on both routes. */
  enter: { args: { shoppers: number }; result: null };
  rate: { args: { kind: RateKind; ms: number }; result: RateResult };
  /** Which of these the shop answers from its FAQ. */
  answered: { args: { texts: string[] }; result: string[] };
  /** From posting a question to the end of the long poll that brings the answer, one figure per turn. */
  turns: { args: { shoppers: number; turnsEach: number; questions: string[] }; result: number[] };
  callForPeople: { args: { shoppers: number }; result: null };
  /** Every agent claims the next one until nobody waits. */
  claim: { args: { logins: string[]; password: string }; result: { claims: number; twice: number; perSecond: number } };
};

interface Shop {
  product: string;
  floors: string;
  key: Buffer;
  questions: string[];
  connections: number;
  client: HttpClient;
}

const ANSWER_WITHIN_S = 25;
const HUMAN_WORDS = '转人工客服';

let opened: Shop | null = null;
let tokens: string[] = [];
let sent = 0;

const shop = (): Shop => {
  if (opened === null) throw new Error('not opened');
  return opened;
};

const bodyOf = <T>({ status, body }: Response): T => {
  if (status < 200 || status > 299) throw new Error(`answered ${status}: ${body.slice(0, 300)}`);
  return (body === '' ? null : JSON.parse(body)) as T;
};

const JSON_TYPE = { 'content-type': 'application/json' };

async function atOnce<T>(count: number, connections: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = new Array(count);
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(count, connections) }, async () => {
      for (let i = next++; i < count; i = next++) results[i] = await work(i);
    }),
  );
  return results;
}

async function enter(): Promise<string> {
  const { client, product } = shop();
  return bodyOf<{ token: string }>(await client.send('POST', `${product}/api/shop/visitors`, JSON_TYPE, '{}')).token;
}

async function say(token: string, text: string): Promise<number> {
  const { client, product } = shop();
  const body = JSON.stringify({ clientMessageId: randomUUID(), text });
  const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
  return bodyOf<{ seq: number }>(await client.send('POST', `${product}/api/shop/messages`, headers, body)).seq;
}

interface Heard {
  messages: { seq: number; from: string; source?: unknown }[];
}

/** Long-polls as the shop's page does, until somebody else than the shopper has spoken. */
async function hear(token: string, after: number): Promise<Heard['messages']> {
  const { client, product } = shop();
  const until = performance.now() + ANSWER_WITHIN_S * 1_000;
  while (performance.now() < until) {
    const url = `${product}/api/shop/messages?after=${after}&wait=${ANSWER_WITHIN_S}`;
    const heard = bodyOf<Heard>(await client.send('GET', url, { authorization: `Bearer ${token}` }));
    const words = heard.messages.filter((m) => m.from !== 'shopper');
    if (words.length > 0) return words;
  }
  throw new Error(`no answer within ${ANSWER_WITHIN_S} s`);
}

/** One request of a kind, as it would arrive; the same words on every route. */
function requestOf(kind: RateKind): { url: string; headers: Record<string, string>; body: string } {
  const { product, floors, key, questions } = shop();
  const n = sent++;
  const at = n % tokens.length;
  const text = questions[(n + Math.floor(n / tokens.length)) % questions.length]!;
  const id = `${process.pid}-${n}`;
  if (kind === 'webhook') {
    const data = { id, user: { id: `bench-${process.pid}-${at}` }, text };
    const body = JSON.stringify({ type: 'message.created', timestamp: new Date().toISOString(), data });
    const seconds = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
    return { url: `${product}/channels/webhook/default/webhook`, headers: { ...JSON_TYPE, ...headers }, body };
  }
  const url = kind === 'shop' ? `${product}/api/shop/messages` : `${floors}/${kind}`;
  const headers = { ...JSON_TYPE, authorization: `Bearer ${tokens[at]}` };
  return { url, headers, body: JSON.stringify({ clientMessageId: id, text }) };
}

async function rate({ kind, ms }: LoadCalls['rate']['args']): Promise<RateResult> {
  const { client, connections } = shop();
  const latencies: number[] = [];
  const began = performance.now();
  const until = began + ms;
  const one = async () => {
    for (let now = performance.now(); now < until; ) {
      const { url, headers, body } = requestOf(kind);
      const { status, body: said } = await client.send('POST', url, headers, body);
      if (status !== 202) throw new Error(`${kind} answered ${status}: ${said.slice(0, 300)}`);
      const after = performance.now();
      if (after <= until) latencies.push(after - now);
      now = after;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return {
    perSecond: (latencies.length / ms) * 1_000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

async function turns({ shoppers, turnsEach, questions }: LoadCalls['turns']['args']): Promise<number[]> {
  const all = await atOnce(shoppers, shoppers, async (i) => {
    const token = await enter();
    const own: number[] = [];
    for (let turn = 0; turn < turnsEach; turn++) {
      const began = performance.now();
      // nobody repeats a question: the third time would go to a person
      const seq = await say(token, questions[(i * 7 + turn) % questions.length]!);
      await hear(token, seq);
      own.push(performance.now() - began);
    }
    return own;
  });
  return all.flat();
}

async function signIn(login: string, password: string): Promise<Record<string, string>> {
  const { client, product } = shop();
  const answer = await client.send('POST', `${product}/api/session`, JSON_TYPE, JSON.stringify({ login, password }));
  const { csrf } = bodyOf<{ csrf: string }>(answer);
  const cookies = [answer.headers['set-cookie'] ?? []].flat().map((c) => c.split(';')[0]);
  return { cookie: cookies.join('; '), 'x-csrf-token': csrf };
}

async function claim({ logins, password }: LoadCalls['claim']['args']): Promise<LoadCalls['claim']['result']> {
  const { client, product } = shop();
  const agents: Record<string, string>[] = [];
  for (const login of logins) agents.push(await signIn(login, password));
  const claimed: string[] = [];
  const began = performance.now();
  await Promise.all(
    agents.map(async (headers) => {
      for (;;) {
        const answer = await client.send('POST', `${product}/api/handoffs/claim-next`, headers);
        const mine = bodyOf<{ conversationId: string } | null>(answer);
        if (mine === null) return;
        claimed.push(mine.conversationId);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  return {
    claims: claimed.length,
    twice: claimed.length - new Set(claimed).size,
    perSecond: claimed.length / seconds,
  };
}

answerCalls<LoadCalls>({
  rate,
  turns,
  claim,
  async openBridge() {
    const bridge = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(bridge.address() as AddressInfo).port}/`;
  },
  async open({ product, floors, secret, questions, connections }) {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    opened = { product, floors, key, questions, connections, client: createHttpClient(connections) };
    return null;
  },
  async enter({ shoppers }) {
    tokens = await atOnce(shoppers, shop().connections, enter);
    return null;
  },
  async answered({ texts }) {
    const good = await atOnce(texts.length, shop().connections, async (i) => {
      const token = await enter();
      const words = await hear(token, await say(token, texts[i]!));
      return words.some((m) => m.source !== undefined);
    });
    return texts.filter((_, i) => good[i]);
  },
  async callForPeople({ shoppers }) {
    await atOnce(shoppers, shop().connections, async () => {
      const token = await enter();
      await hear(token, await say(token, HUMAN_WORDS));
    });
    return null;
  },
});

process.on('SIGTERM', () => process.exit(0));
