// The platforms on the other side: a Standard-Webhooks receiver and WeChat's API, with a bad temper. Shares no code with src.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from './random.ts';
import { clock, type PlatformFault, type ReceivedRecord, type RecordFile } from './records.ts';

export type FaultRates = Partial<Record<Exclude<PlatformFault, 'none'>, number>>;

export interface FakePlatformOptions {
  received: RecordFile<ReceivedRecord>;
  random: Random;
  /** `whsec_…`, as the product was told. */
  deliverSecret: string;
  webhook: FaultRates;
  wechat: FaultRates;
  /** How long `slow` takes at most. */
  slowMs: number;
}

export interface FakePlatforms {
  /** Where replies of the webhook channel are to be posted. */
  deliverUrl: string;
  /** Base of the WeChat API. */
  wechatBase: string;
  /** Requests that were not signed as the standard says; they are answered 401 and never counted as received. */
  unsigned(): number;
  close(): Promise<void>;
}

const TOLERANCE_S = 300;

/** Standard Webhooks by the text of the specification: HMAC-SHA256 over `id.timestamp.body`, any of several signatures. */
export function isSignedDelivery(secret: string, headers: IncomingMessage['headers'], body: string): boolean {
  const [id, time, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name] ?? ''),
  );
  if (!id || !time || !given || Math.abs(clock() / 1000 - Number(time)) > TOLERANCE_S) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest();
  return given.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const bytes = Buffer.from(value, 'base64');
    return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

function drawFault(random: Random, rates: FaultRates): PlatformFault {
  let left = random.next();
  for (const [fault, rate = 0] of Object.entries(rates) as [PlatformFault, number][]) {
    if (left < rate) return fault;
    left -= rate;
  }
  return 'none';
}

const isTaken = (fault: PlatformFault): boolean => fault !== 'refused' && fault !== 'lost';

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

interface Answers {
  yes: Record<string, unknown>;
  refused: { status: number; body: Record<string, unknown> };
}

/** WeChat says no in a 200; a webhook receiver says it with the status. */
const WECHAT: Answers = {
  yes: { errcode: 0, errmsg: 'ok' },
  refused: { status: 200, body: { errcode: -1, errmsg: 'system busy' } },
};
const WEBHOOK: Answers = { yes: {}, refused: { status: 503, body: {} } };

function writeJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function answer(
  response: ServerResponse,
  fault: PlatformFault,
  answers: Answers,
  slowMs: () => number,
): Promise<void> {
  switch (fault) {
    case 'cut':
      response.socket?.destroy();
      return;
    case 'failed':
    case 'lost':
      return writeJson(response, 500, {});
    case 'refused':
      return writeJson(response, answers.refused.status, answers.refused.body);
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, slowMs()));
      return writeJson(response, 200, answers.yes);
    case 'none':
      return writeJson(response, 200, answers.yes);
    default:
      return fault satisfies never;
  }
}

function webhookRecord(headers: IncomingMessage['headers'], raw: string, fault: PlatformFault): ReceivedRecord {
  const { data } = JSON.parse(raw) as { data: Record<string, unknown> };
  return {
    kind: 'webhook',
    at: clock(),
    taken: isTaken(fault),
    fault,
    id: String(headers['webhook-id']),
    conversation: String(data.conversation_id),
    shopper: String((data.user as { id?: unknown } | undefined)?.id),
    sequence: Number(data.sequence),
    from: String(data.from),
    text: String(data.text),
    inReplyTo: (data.in_reply_to as string[] | undefined) ?? [],
  };
}

function wechatRecord(raw: string, fault: PlatformFault): ReceivedRecord {
  const message = JSON.parse(raw) as {
    touser: string;
    text?: { content: string };
    msgmenu?: { head_content: string; list: { content: string }[] };
  };
  const menu = message.msgmenu;
  const content =
    message.text?.content ?? [menu?.head_content, ...(menu?.list.map((entry) => entry.content) ?? [])].join('\n');
  return { kind: 'wechat', at: clock(), taken: isTaken(fault), fault, shopper: message.touser, content };
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

export async function openFakePlatforms(options: FakePlatformOptions): Promise<FakePlatforms> {
  const { received, random, deliverSecret } = options;
  const slowMs = () => random.between(50, options.slowMs);
  const token = 'storm-access-token';
  let unsigned = 0;

  async function takeDelivery(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request);
    if (!isSignedDelivery(deliverSecret, request.headers, raw)) {
      unsigned += 1;
      return writeJson(response, 401, {});
    }
    const fault = drawFault(random, options.webhook);
    const { type } = JSON.parse(raw) as { type: string };
    if (type === 'message.created') received.write(webhookRecord(request.headers, raw, fault));
    await answer(response, fault, WEBHOOK, slowMs);
  }

  async function takeWechat(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request);
    if (url.pathname === '/cgi-bin/stable_token') {
      // nothing is sent without a token, so that failing here is never ambiguous
      if (random.chance(0.05)) return writeJson(response, 200, { errcode: -1, errmsg: 'system busy' });
      return writeJson(response, 200, { access_token: token, expires_in: 7200 });
    }
    if (url.searchParams.get('access_token') !== token) return writeJson(response, 200, { errcode: 40001, errmsg: '' });
    if (url.pathname !== '/cgi-bin/message/custom/send') return writeJson(response, 200, WECHAT.yes);
    const fault = drawFault(random, options.wechat);
    received.write(wechatRecord(raw, fault));
    await answer(response, fault, WECHAT, slowMs);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://platform');
    const work = url.pathname === '/deliver' ? takeDelivery(request, response) : takeWechat(url, request, response);
    // the product may die in the middle of a request
    work.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { deliverUrl: `${base}/deliver`, wechatBase: base, unsigned: () => unsigned, close: () => close(server) };
}
