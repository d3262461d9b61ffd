// A WeChat on this machine: pushes a shopper's words to Jiebang in three tries, and shows what came back. Its API for the shop is next door.
import { randomBytes } from 'node:crypto';
import { type Choice, openRoom, type Room } from './room.ts';
import { bring, FIVE_SECONDS, type Patience } from './tries.ts';
import { type CustomerServiceApi, createCustomerServiceApi, type Sent } from './wechat-api.ts';
import {
  bigId,
  cd,
  eventXml,
  genuinePost,
  messageXml,
  readReply,
  verification,
  type WechatParty,
} from './wechat-wire.ts';

export interface WechatSimulatorOptions extends WechatParty {
  appSecret: string;
  /** Jiebang, e.g. `http://127.0.0.1:3000`. */
  target: string;
  account?: string;
  /** 0 takes any that is free. */
  port?: number;
  patience?: Patience;
  /** Of messages sent by the API. */
  limits?: { perMinute: number; perDay: number };
}

export interface Push {
  shopper: string;
  /** Empty for events. */
  msgId: string;
  text: string;
  tries: number;
  /** Acknowledged within the platform's patience. */
  taken: boolean;
}

export interface WechatSimulator extends Pick<CustomerServiceApi, 'endTokens' | 'beBusy'> {
  room: Room;
  /** Everything that was pushed, in order. */
  pushes: readonly Push[];
  sends: readonly Sent[];
  /** Resolves when the platform has done with it. */
  say(shopper: string, text: string): Promise<Push>;
  tap(shopper: string, choice: Choice): Promise<Push>;
  follow(shopper: string): Promise<Push>;
  /** What the platform's console does when the address is saved. */
  verify(): Promise<boolean>;
  /** Windows and tokens grow older; messages keep the real time. */
  skip(ms: number): void;
  close(): Promise<void>;
}

const NO_SERVICE = '该公众号暂时无法提供服务，请稍后再试';
const HOUR_MS = 3_600_000;
const SHOP = 'gh_simulated01';

/** Pushes and verifies as the platform; the room shows the shopper what it brought. */
function createPusher(options: WechatSimulatorOptions, roomOf: () => Room, closing: AbortSignal) {
  const { target, account = 'default', patience = FIVE_SECONDS } = options;
  const address = `${target}/channels/wechat-oa/${account}/webhook`;
  const pushes: Push[] = [];

  /** Null for what WeChat takes as no answer. Every try is encrypted and signed anew. */
  async function once(xml: string, signal: AbortSignal): Promise<string | null> {
    const { query, body } = genuinePost(options, xml);
    const response = await fetch(`${address}?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body,
      signal,
    });
    const text = await response.text();
    return response.status === 200 ? text : null;
  }

  async function push(shopper: string, msgId: string, text: string, xml: string): Promise<Push> {
    const one: Push = { shopper, msgId, text, tries: 0, taken: false };
    pushes.push(one);
    const tryIt = (signal: AbortSignal) => {
      one.tries += 1;
      return once(xml, signal);
    };
    const answer = await bring(tryIt, patience, closing);
    if (closing.aborted) return one;
    try {
      if (answer === null) throw new Error('no answer');
      const reply = readReply(options, answer);
      one.taken = true;
      if (reply !== null) roomOf().write(shopper, { who: 'shop', text: reply.text });
    } catch {
      roomOf().write(shopper, { who: 'platform', text: NO_SERVICE });
    }
    return one;
  }

  async function verify(): Promise<boolean> {
    const echo = randomBytes(8).toString('hex');
    const { query } = verification(options, echo);
    const answer = await fetch(`${address}?${new URLSearchParams(query)}`).catch(() => null);
    return answer?.status === 200 && (await answer.text()) === echo;
  }
  return { pushes, push, verify };
}

/** What a shopper can do. */
function createShopper(api: CustomerServiceApi, push: ReturnType<typeof createPusher>['push'], roomOf: () => Room) {
  function speak(shopper: string, text: string, by: 'message' | 'click', more = ''): Promise<Push> {
    roomOf().write(shopper, { who: 'shopper', text });
    api.met(shopper, by);
    const msgId = bigId();
    const xml = messageXml({ msgId, from: shopper, to: SHOP, text }).replace('</xml>', `${more}</xml>`);
    return push(shopper, msgId, text, xml);
  }
  function follow(shopper: string, on: boolean): Promise<Push> {
    const event = on ? 'subscribe' : 'unsubscribe';
    api.follows(shopper, on);
    if (on) api.met(shopper, 'click');
    roomOf().write(shopper, { who: 'platform', text: on ? '您关注了这个公众号' : '您取消了关注' });
    return push(shopper, '', `[${event}]`, eventXml(event, shopper));
  }
  return {
    say: (shopper: string, text: string) => speak(shopper, text, 'message'),
    tap: (shopper: string, { id, label }: Choice) =>
      speak(shopper, label, 'click', `<bizmsgmenuid>${/^[\w.:-]+$/.test(id) ? id : cd(id)}</bizmsgmenuid>`),
    follow,
    showPicture(shopper: string): Promise<Push> {
      const room = roomOf();
      room.write(shopper, { who: 'shopper', text: '', picture: '/media/sample' });
      api.met(shopper, 'message');
      const msgId = bigId();
      const picture = `<PicUrl>${cd(`${room.url}/media/sample`)}</PicUrl><MediaId>${cd('sample')}</MediaId>`;
      const xml = messageXml({ msgId, from: shopper, to: SHOP, text: '' })
        .replace(cd('text'), cd('image'))
        .replace(/<Content>.*<\/Content>/, picture);
      return push(shopper, msgId, '[图片]', xml);
    },
  };
}

export async function openWechatSimulator(options: WechatSimulatorOptions): Promise<WechatSimulator> {
  let skipped = 0;
  let room: Room | null = null;
  const now = () => Date.now() + skipped;
  const roomOf = () => room!;
  const closing = new AbortController();
  const { appId, appSecret, limits } = options;
  const onSent: Parameters<typeof createCustomerServiceApi>[0]['onSent'] = (shopper, content) =>
    roomOf().write(shopper, { who: 'shop', ...content });
  const api = createCustomerServiceApi({ appId, appSecret, limits, now, onSent });
  const { pushes, push, verify } = createPusher(options, roomOf, closing.signal);
  const shopper = createShopper(api, push, roomOf);
  const skip = (ms: number) => {
    skipped += ms;
  };
  const note = (who: string, text: string) => roomOf().write(who, { who: 'platform', text });

  room = await openRoom({
    title: '模拟微信公众号',
    port: options.port ?? 0,
    onSay: (who, text) => void shopper.say(who, text),
    onTap: (who, choice) => void shopper.tap(who, choice),
    standing(who) {
      const { messages, until } = api.left(who);
      if (until === 0) return '回复窗口已关闭，要等顾客先开口';
      return `回复窗口：还能发 ${messages} 条，${((until - now()) / HOUR_MS).toFixed(1)} 小时后关闭`;
    },
    acts: {
      关注: (who) => void shopper.follow(who, true),
      取消关注: (who) => void shopper.follow(who, false),
      发一张图片: (who) => void shopper.showPicture(who),
      验证服务器地址: async (who) => note(who, (await verify()) ? '验证通过' : '验证失败：地址或 Token 不对'),
      '快进 48 小时'(who) {
        skip(48 * HOUR_MS);
        note(who, '48 小时过去了，回复窗口已关闭');
      },
      让令牌失效(who) {
        api.endTokens();
        note(who, 'access_token 已失效');
      },
      接口繁忙两次(who) {
        api.beBusy(2);
        note(who, '接下来两次发送会得到“系统繁忙”');
      },
    },
    serve: api.serve,
  });
  return {
    room,
    pushes,
    sends: api.sends,
    say: shopper.say,
    tap: shopper.tap,
    follow: (who) => shopper.follow(who, true),
    verify,
    skip,
    endTokens: api.endTokens,
    beBusy: api.beBusy,
    async close() {
      closing.abort();
      await roomOf().close();
    },
  };
}
