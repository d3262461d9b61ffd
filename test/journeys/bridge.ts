// A shop's own bridge on the generic webhook channel, as the outside sees it: signs what it sends, notes what it receives and when.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export const IN_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const OUT_SECRET = 'whsec_c2Vjb25kLXNlY3JldC1mb3Itcm90YXRpb24=';

export interface Delivery {
  /** `performance.now()` when its headers had arrived. */
  at: number;
  headers: IncomingHttpHeaders;
  raw: string;
  event: {
    /** Absent in Chatwoot's style. */
    type?: string;
    data: {
      id: string;
      conversation_id: string;
      user: { id: string };
      from: 'bot' | 'agent' | 'system';
      text: string;
      in_reply_to: string[];
      source?: { title: string };
    };
  };
}

export interface Bridge {
  url: string;
  /** Messages; what was told besides is kept apart. */
  received: Delivery[];
  of(shopperId: string): Delivery[];
  eventsOf(shopperId: string): Delivery[];
  /** Decides the status of each delivery, and how long it takes to say so. */
  answer: (delivery: Delivery) => { status: number; afterMs?: number };
  until(enough: () => boolean, ms?: number): Promise<boolean>;
  close(): Promise<void>;
}

export async function openBridge(): Promise<Bridge> {
  const received: Delivery[] = [];
  const events: Delivery[] = [];
  const http = createServer(async (request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('utf8');
    const delivery: Delivery = { at, headers: request.headers, raw, event: JSON.parse(raw) as Delivery['event'] };
    const isEvent = (delivery.event.type ?? 'message.created') !== 'message.created';
    (isEvent ? events : received).push(delivery);
    const { status, afterMs = 0 } = bridge.answer(delivery);
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const about = (among: Delivery[], shopperId: string) => among.filter((d) => d.event.data.user.id === shopperId);
  const bridge: Bridge = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/bridge`,
    received,
    of: (shopperId) => about(received, shopperId),
    eventsOf: (shopperId) => about(events, shopperId),
    answer: () => ({ status: 204 }),
    async until(enough, ms = 10_000) {
      for (const until = performance.now() + ms; performance.now() < until; ) {
        if (enough()) return true;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return enough();
    },
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return bridge;
}

export const bridgeSettings = (bridge: Bridge): Record<string, string> => ({
  WEBHOOK_SECRET: IN_SECRET,
  WEBHOOK_DELIVER_URL: bridge.url,
  WEBHOOK_DELIVER_SECRET: OUT_SECRET,
});

export interface Posted {
  status: number;
  body: { status?: string; conversation_id: string; seq: number; code?: string };
}

/** Posts one signed message of a shopper; `spoil` changes the body after signing. */
export async function postAs(
  base: string,
  shopperId: string,
  text: string,
  {
    id = randomUUID() as string,
    secret = IN_SECRET,
    account = 'default',
    spoil = (body: string) => body,
    more = {},
  } = {},
): Promise<Posted> {
  const body = JSON.stringify({
    type: 'message.created',
    timestamp: new Date().toISOString(),
    data: { id, user: { id: shopperId, name: '小明' }, text, ...more },
  });
  const now = new Date();
  const response = await fetch(`${base}/channels/webhook/${account}/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
    body: spoil(body),
  });
  return { status: response.status, body: (await response.json()) as Posted['body'] };
}
