// A Taobao-style platform on this machine, with what a shop's own bridge does beside it: buyers' words go to Jiebang as signed calls or by the message service, replies come back signed.
import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { type Asked, openRoom, type Room, type Told } from './room.ts';
import { createTopApi, type TopApi } from './taobao-api.ts';
import { chinaTime, spiSign } from './taobao-wire.ts';
import { bring, FIVE_SECONDS, type Patience } from './tries.ts';

export interface TaobaoSimulatorOptions {
  appKey: string;
  appSecret: string;
  session: string;
  tmcGroup: string;
  /** `whsec_…`, by which Jiebang signs its replies. */
  deliverSecret: string;
  /** Jiebang, e.g. `http://127.0.0.1:3000`. */
  target: string;
  account?: string;
  /** 0 takes any that is free. */
  port?: number;
  patience?: Patience;
  perMinute?: number;
}

export interface Call {
  buyer: string;
  msgId: string;
  text: string;
  tries: number;
  taken: boolean;
}

export interface TaobaoSimulator extends Pick<TopApi, 'calls' | 'waiting' | 'endSession'> {
  room: Room;
  /** Every message that was sent as a signed call. */
  spiCalls: readonly Call[];
  /** Replies with a good signature, each id once. */
  delivered: readonly { id: string; buyer: string; text: string }[];
  /** Replies whose signature was wrong. */
  forged(): number;
  say(buyer: string, text: string): Promise<Call>;
  /** The same by the message service: Jiebang fetches it. */
  queue(buyer: string, text: string): void;
  /** The next so many replies are refused with 503. */
  beBusy(times: number): void;
  close(): Promise<void>;
}

const TOLERANCE_S = 300;

/** Standard Webhooks, by the text of the specification: any of the signatures in the header counts. */
function isSigned(secret: string, headers: Asked['headers'], body: Buffer): boolean {
  const [id, time, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name] ?? ''),
  ) as [string, string, string];
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
  const isRight = given.split(' ').some((one) => {
    const bytes = Buffer.from(one.replace(/^v1,/, ''), 'base64');
    return one.startsWith('v1,') && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
  return isRight && Math.abs(Date.now() / 1000 - Number(time)) <= TOLERANCE_S;
}

const orderId = (): string => `3${Array.from({ length: 18 }, () => randomInt(10)).join('')}`;
const messageOf = (buyer: string, text: string, msgId: string): Record<string, string> => ({
  msg_id: msgId,
  open_uid: buyer,
  buyer_nick: `tb_${buyer.slice(-6)}`,
  content: text,
  tid: orderId(),
});
const newId = (): string => `tb${randomBytes(9).toString('hex')}`;

/** Takes replies as the shop's bridge: a repeated id is shown once. */
function createInboxOfReplies(secret: string, show: (buyer: string, text: string) => void) {
  const delivered: { id: string; buyer: string; text: string }[] = [];
  let forged = 0;
  let busy = 0;
  return {
    delivered,
    forged: () => forged,
    beBusy: (times: number) => {
      busy = times;
    },
    take({ headers, body }: Asked): Told {
      if (!isSigned(secret, headers, body)) {
        forged += 1;
        return { status: 401, json: {} };
      }
      if (busy > 0) {
        busy -= 1;
        return { status: 503, json: {} };
      }
      const { type, data } = JSON.parse(body.toString('utf8')) as {
        type: string;
        data: { user?: { id?: string }; text?: string; choices?: { label: string }[] };
      };
      const id = String(headers['webhook-id']);
      if (type !== 'message.created' || delivered.some((one) => one.id === id)) return { status: 200, json: {} };
      const reply = { id, buyer: data.user?.id ?? '', text: data.text ?? '' };
      delivered.push(reply);
      const lines = (data.choices ?? []).map(({ label }, i) => `${i + 1}. ${label}`);
      show(reply.buyer, [reply.text, ...lines].join('\n'));
      return { status: 200, json: {} };
    },
  };
}

/** Calls Jiebang's SPI address, signed anew for each try. */
function createCaller(options: TaobaoSimulatorOptions, closing: AbortSignal) {
  const { appKey, appSecret, target, account = 'default', patience = FIVE_SECONDS } = options;
  const spiCalls: Call[] = [];
  async function once(body: string, signal: AbortSignal): Promise<true | null> {
    const query = {
      method: 'qianniu.simulated.message',
      app_key: appKey,
      timestamp: chinaTime(Date.now()),
      sign_method: 'md5',
      v: '2.0',
      format: 'json',
    };
    const sign = spiSign(query, body, appSecret);
    const response = await fetch(
      `${target}/channels/taobao/${account}/spi?${new URLSearchParams({ ...query, sign })}`,
      { method: 'POST', headers: { 'content-type': 'application/json;charset=utf-8' }, body, signal },
    );
    const answer = (await response.json()) as { success?: string };
    return response.status === 200 && answer.success === 'true' ? true : null;
  }
  async function call(buyer: string, text: string): Promise<Call> {
    const one: Call = { buyer, msgId: newId(), text, tries: 0, taken: false };
    spiCalls.push(one);
    const body = JSON.stringify(messageOf(buyer, text, one.msgId));
    const tryIt = (signal: AbortSignal) => {
      one.tries += 1;
      return once(body, signal);
    };
    one.taken = (await bring(tryIt, patience, closing)) !== null;
    return one;
  }
  return { spiCalls, call };
}

export async function openTaobaoSimulator(options: TaobaoSimulatorOptions): Promise<TaobaoSimulator> {
  let room: Room | null = null;
  const roomOf = () => room!;
  const closing = new AbortController();
  const top = createTopApi(options);
  const replies = createInboxOfReplies(options.deliverSecret, (buyer, text) =>
    roomOf().write(buyer, { who: 'shop', text }),
  );
  const { spiCalls, call } = createCaller(options, closing.signal);

  async function say(buyer: string, text: string): Promise<Call> {
    roomOf().write(buyer, { who: 'shopper', text });
    const one = await call(buyer, text);
    if (!one.taken && !closing.signal.aborted)
      roomOf().write(buyer, { who: 'platform', text: `三次都没有送到接棒：${text}` });
    return one;
  }
  function queue(buyer: string, text: string): void {
    roomOf().write(buyer, { who: 'shopper', text });
    top.queue(messageOf(buyer, text, newId()));
  }
  const note = (buyer: string, text: string) => roomOf().write(buyer, { who: 'platform', text });
  let bySpi = true;
  const hear = (buyer: string, text: string) => (bySpi ? void say(buyer, text) : queue(buyer, text));

  room = await openRoom({
    title: '模拟淘宝店铺（含店铺自己的转发程序）',
    port: options.port ?? 0,
    onSay: hear,
    onTap: (buyer, { label }) => hear(buyer, label),
    standing: () => `送达方式：${bySpi ? 'SPI 调用' : '消息服务 TMC'}\n待确认的消息：${top.waiting()}`,
    acts: {
      换一种送达方式(buyer) {
        bySpi = !bySpi;
        note(buyer, `以后的话经 ${bySpi ? 'SPI 调用' : '消息服务 TMC'} 送达`);
      },
      推送地址繁忙两次(buyer) {
        replies.beBusy(2);
        note(buyer, '接下来两次推送会得到 503');
      },
      让店铺授权失效(buyer) {
        top.endSession();
        note(buyer, 'Session 已失效，TMC 与订单接口会报错 27');
      },
    },
    serve: (asked) => (asked.path === '/deliver' && asked.method === 'POST' ? replies.take(asked) : top.serve(asked)),
  });
  return {
    room,
    spiCalls,
    delivered: replies.delivered,
    forged: replies.forged,
    beBusy: replies.beBusy,
    calls: top.calls,
    waiting: top.waiting,
    endSession: top.endSession,
    say,
    queue,
    async close() {
      closing.abort();
      await roomOf().close();
    },
  };
}
