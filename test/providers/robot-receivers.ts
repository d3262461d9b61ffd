// The three platforms' robot doors on a local port. They check signatures by the published rule, with an HMAC of their own.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RobotKind } from '../../src/providers/robots/table.ts';

/** RFC 2104, from the hash alone: not the function that the product signs with. */
export function hmacSha256(key: string, text: string): string {
  const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const given = Buffer.from(key, 'utf8');
  const block = Buffer.alloc(64);
  (given.length > 64 ? sha(given) : given).copy(block);
  const inner = sha(
    block.map((byte) => byte ^ 0x36),
    Buffer.from(text, 'utf8'),
  );
  return sha(
    block.map((byte) => byte ^ 0x5c),
    inner,
  ).toString('base64');
}

const HOUR_MS = 3_600_000;
type Body = Record<string, unknown>;

interface Door {
  path: string;
  /** What the platform answers, status 200 always. */
  answer(query: URLSearchParams, body: Body, raw: string, now: number): Body;
}

function dingtalk(token: string, secret: string): Door {
  return {
    path: `/robot/send?access_token=${token}`,
    answer(query, body, raw, now) {
      if (query.get('access_token') !== token) return { errcode: 300005, errmsg: 'token is not exist' };
      const timestamp = query.get('timestamp') ?? '';
      const late = !/^\d{13}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > HOUR_MS;
      if (late || query.get('sign') !== hmacSha256(secret, `${timestamp}\n${secret}`)) {
        return {
          errcode: 310000,
          errmsg: 'sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]',
        };
      }
      if (Buffer.byteLength(raw) > 20_000) return { errcode: 460101, errmsg: 'message too long, exceed 20000 bytes' };
      const markdown = body.markdown as { title?: string; text?: string } | undefined;
      if (body.msgtype !== 'markdown' || !markdown?.title || !markdown.text)
        return { errcode: 40035, errmsg: '缺少参数' };
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}

function feishu(token: string, secret: string): Door {
  return {
    path: `/open-apis/bot/v2/hook/${token}`,
    answer(_query, body, raw, now) {
      const { timestamp, sign } = body as { timestamp?: unknown; sign?: unknown };
      const late = typeof timestamp !== 'string' || Math.abs(now - Number(timestamp) * 1000) > HOUR_MS;
      if (late || sign !== hmacSha256(`${timestamp}\n${secret}`, '')) {
        return { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' };
      }
      const post = (body.content as { post?: { zh_cn?: { content?: unknown } } })?.post?.zh_cn;
      if (body.msg_type !== 'post' || !Array.isArray(post?.content) || Buffer.byteLength(raw) > 20 * 1024) {
        return { code: 9499, msg: 'Bad Request', data: {} };
      }
      return { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' };
    },
  };
}

function wecom(token: string): Door {
  return {
    path: `/cgi-bin/webhook/send?key=${token}`,
    answer(query, body) {
      if (query.get('key') !== token)
        return { errcode: 93000, errmsg: `invalid webhook url, hint: [${query.get('key')}]` };
      const text = (body.text as Body | undefined)?.content;
      const markdown = (body.markdown as Body | undefined)?.content;
      const [content, max] = body.msgtype === 'text' ? [text, 2048] : [markdown, 4096];
      if (typeof content !== 'string' || content === '') return { errcode: 44004, errmsg: 'empty content' };
      if (Buffer.byteLength(content) > max) return { errcode: 40058, errmsg: `exceed max length ${max}` };
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}

export interface Receiver {
  url: string;
  /** Everything that came, refused or not. */
  received: { query: URLSearchParams; body: Body; raw: string; at: number }[];
  /** Taken as genuine. */
  taken: Body[];
  /** How far its clock is ahead of the machine's. */
  clockAheadMs: number;
  /** Instead of the platform's own answer, while there are any; `hang` never answers. */
  next: (('hang' | 'cut') | { status: number; body?: Body | string; headers?: Record<string, string> })[];
  close(): Promise<void>;
}

export async function openReceiver(kind: RobotKind, secret: string, token = 'token-of-the-robot'): Promise<Receiver> {
  const door = { dingtalk, feishu, wecom }[kind](token, secret);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', 'http://platform');
    const body = JSON.parse(raw) as Body;
    receiver.received.push({ query: url.searchParams, body, raw, at: Date.now() });
    const now = Date.now() + receiver.clockAheadMs;
    const next = receiver.next.shift();
    if (next === 'hang') return;
    if (next === 'cut') return void request.socket.destroy();
    const answer = next ?? { status: 200, body: door.answer(url.searchParams, body, raw, now) };
    const said = answer.body as Body | undefined;
    if (!next && (said?.errcode === 0 || said?.code === 0)) receiver.taken.push(body);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      date: new Date(now).toUTCString(),
      ...('headers' in answer ? answer.headers : {}),
    });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${door.path}`,
    received: [],
    taken: [],
    clockAheadMs: 0,
    next: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
