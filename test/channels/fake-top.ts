// Taobao's gateway on a real local port: checks signature and clock, keeps a message group, throttles and ends sessions. Shares no code with the product.
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { shanghai, type TopParty } from './taobao-client.ts';

interface Call {
  path: string;
  method: string;
  params: Record<string, string>;
}

export interface FakeTop {
  url: string;
  calls: Call[];
  of(method: string): Call[];
  /** Puts a message into the group; `content` is sent as JSON in a string. Ids are bare 64-bit numbers. */
  put(id: string, content: unknown, topic?: string): void;
  /** Ids that nobody has confirmed. */
  unconfirmed(): string[];
  /** Answers the next calls with these bodies instead. */
  answerNext(...bodies: string[]): void;
  until(enough: () => boolean, ms?: number): Promise<boolean>;
  close(): Promise<void>;
}

const error = (code: number, msg: string, subCode: string): string =>
  JSON.stringify({ error_response: { code, msg, sub_code: subCode, request_id: 'r1' } });

function signOf({ sign: _sign, ...params }: Record<string, string>, secret: string): string {
  const all = Object.keys(params)
    .sort()
    .map((name) => name + params[name])
    .join('');
  switch (params.sign_method) {
    case 'hmac':
      return createHmac('md5', secret).update(all).digest('hex').toUpperCase();
    case 'hmac-sha256':
      return createHmac('sha256', secret).update(all).digest('hex').toUpperCase();
    default:
      return createHash('md5')
        .update(secret + all + secret)
        .digest('hex')
        .toUpperCase();
  }
}

export async function openFakeTop(party: TopParty, session = 'session-1'): Promise<FakeTop> {
  const calls: Call[] = [];
  const group = new Map<string, { topic: string; content: string }>();
  const scripted: string[] = [];

  function answer({ method, params }: Call): string {
    const age = Date.now() - Date.parse(`${params.timestamp?.replace(' ', 'T')}+08:00`);
    if (!(Math.abs(age) < 600_000)) return error(31, 'Invalid timestamp', 'isv.invalid-timestamp');
    if (params.app_key !== party.appKey || params.v !== '2.0')
      return error(29, 'Invalid app key', 'isv.appkey-not-exists');
    if (params.sign !== signOf(params, party.appSecret)) return error(25, 'Invalid signature', 'isv.invalid-signature');
    if (scripted.length > 0) return scripted.shift()!;
    switch (method) {
      case 'taobao.time.get':
        return JSON.stringify({ time_get_response: { time: shanghai(Date.now()) } });
      case 'taobao.tmc.messages.consume': {
        const page = [...group].slice(0, Number(params.quantity));
        const messages = page.map(
          ([id, { topic, content }]) =>
            `{"id":${id},"topic":"${topic}","pub_time":"${shanghai(Date.now())}","user_nick":"shop","content":${JSON.stringify(content)}}`,
        );
        return `{"tmc_messages_consume_response":{"messages":{"tmc_message":[${messages.join(',')}]}}}`;
      }
      case 'taobao.tmc.messages.confirm':
        for (const id of params.s_message_ids!.split(',')) group.delete(id);
        return '{"tmc_messages_confirm_response":{"is_success":true}}';
      default:
        if (params.session !== session) return error(27, 'Invalid session', 'invalid-sessionkey');
        if (method === 'taobao.user.seller.get') return '{"user_seller_get_response":{"user":{"nick":"shop"}}}';
        return error(22, 'Invalid method', 'isv.invalid-method');
    }
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
    const call = { path: request.url!, method: params.method ?? '', params };
    calls.push(call);
    response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(answer(call));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    of: (method) => calls.filter((call) => call.method === method),
    put: (id, content, topic = 'jiebang_Message') => void group.set(id, { topic, content: JSON.stringify(content) }),
    unconfirmed: () => [...group.keys()],
    answerNext: (...bodies) => void scripted.push(...bodies),
    async until(enough, ms = 10_000) {
      for (const end = performance.now() + ms; performance.now() < end; ) {
        if (enough()) return true;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return enough();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
