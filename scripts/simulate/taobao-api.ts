// Taobao's gateway as a shop's server sees it: signed calls, the message service (TMC), limits and errors. Knows no push and no page.
import { randomInt } from 'node:crypto';
import type { Asked, Told } from './room.ts';
import { callSign, chinaTime, fromChinaTime } from './taobao-wire.ts';

export interface TopOptions {
  appKey: string;
  appSecret: string;
  /** Authorisation of the shop. */
  session: string;
  tmcGroup: string;
  /** Calls a minute; the real number differs from app to app. */
  perMinute?: number;
}

export interface TopApi {
  serve(asked: Asked): Told | null;
  /** Methods that were called with a good signature, in order. */
  calls: readonly string[];
  /** Puts a message into the group; it comes again until it is confirmed. */
  queue(content: Record<string, string>): void;
  /** Messages that nobody has confirmed yet. */
  waiting(): number;
  /** The authorisation ends, as it does after its time. */
  endSession(): void;
}

const PATH = '/router/rest';
const TOLERANCE_MS = 600_000;
const MINUTE_MS = 60_000;
const PER_MINUTE = 1_000;
/** An unconfirmed message is handed out again; the real time is not published, a shorter one is harder on us. */
const AGAIN_AFTER_MS = 5_000;

interface Queued {
  /** Beyond 2^53, written as a bare number as the platform does. */
  id: string;
  content: string;
  at: string;
  handedOutAt: number;
}

const bigId = (): string => `92${Array.from({ length: 17 }, () => randomInt(10)).join('')}`;

/** Numbers as in third-party notes on the platform's global errors; developer.alibaba.com/docs/doc.htm?articleId=101617 */
function failed(code: number, msg: string, subCode: string, subMsg = msg): Told {
  const error = { code, msg, sub_code: subCode, sub_msg: subMsg, request_id: bigId() };
  return { status: 200, json: { error_response: error } };
}

/** JSON with the ids as bare numbers, which `JSON.stringify` could not write exactly. */
function messagesJson(messages: readonly Queued[]): Told {
  const list = messages.map(
    ({ id, content, at }) =>
      `{"id":${id},"topic":"taobao_simulated_BuyerMessage","pub_time":"${at}","content":${JSON.stringify(content)}}`,
  );
  const body = `{"tmc_messages_consume_response":{"messages":{"tmc_message":[${list.join(',')}]},"request_id":"${bigId()}"}}`;
  return { status: 200, type: 'application/json; charset=utf-8', body: Buffer.from(body) };
}

export function createTopApi(options: TopOptions): TopApi {
  const { appKey, appSecret, session, tmcGroup, perMinute = PER_MINUTE } = options;
  const queued: Queued[] = [];
  const calls: string[] = [];
  let recent: number[] = [];
  let sessionEnded = false;

  function consume(quantity: number): Told {
    const due = queued.filter(({ handedOutAt }) => Date.now() - handedOutAt >= AGAIN_AFTER_MS).slice(0, quantity);
    for (const message of due) message.handedOutAt = Date.now();
    return messagesJson(due);
  }
  function confirm(ids: string): Told {
    for (const id of ids.split(',')) {
      const at = queued.findIndex((message) => message.id === id);
      if (at >= 0) queued.splice(at, 1);
    }
    return { status: 200, json: { tmc_messages_confirm_response: { is_success: true, request_id: bigId() } } };
  }

  /** Null when the envelope of the call is in order. */
  function refusal(params: Readonly<Record<string, string>>): Told | null {
    const at = fromChinaTime(params.timestamp ?? '');
    if (params.app_key !== appKey) return failed(29, 'Invalid app Key', 'isv.appkey-not-exists');
    if (!(Math.abs(Date.now() - at) <= TOLERANCE_MS)) return failed(31, 'Invalid timestamp', 'isv.invalid-timestamp');
    if (params.sign === undefined || params.sign !== callSign(params, appSecret))
      return failed(25, 'Invalid signature', 'isv.invalid-signature');
    recent = recent.filter((call) => Date.now() - call < MINUTE_MS);
    if (recent.length >= perMinute)
      return failed(
        7,
        'App Call Limited',
        'accesscontrol.limited-by-app-access-count',
        'This ban will last for 1 more seconds',
      );
    recent.push(Date.now());
    return null;
  }

  function answer(params: Readonly<Record<string, string>>): Told {
    const refused = refusal(params);
    if (refused !== null) return refused;
    const { method = '' } = params;
    calls.push(method);
    if (method === 'taobao.time.get')
      return { status: 200, json: { time_get_response: { time: chinaTime(Date.now()), request_id: bigId() } } };
    if (sessionEnded || (params.session ?? session) !== session)
      return failed(27, 'Invalid session', 'invalid-sessionkey');
    if (method.startsWith('taobao.tmc.messages.') && params.group_name !== tmcGroup)
      return failed(50, 'Remote service error', 'isv.group-not-exists');
    if (method === 'taobao.tmc.messages.consume') return consume(Number(params.quantity ?? 100));
    if (method === 'taobao.tmc.messages.confirm') return confirm(params.s_message_ids ?? '');
    return failed(22, 'Invalid method', 'isv.invalid-method');
  }

  return {
    serve({ method, path: at, body }) {
      if (at !== PATH || method !== 'POST') return null;
      return answer(Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
    },
    calls,
    queue(content) {
      queued.push({ id: bigId(), content: JSON.stringify(content), at: chinaTime(Date.now()), handedOutAt: 0 });
    },
    waiting: () => queued.length,
    endSession: () => {
      sessionEnded = true;
    },
  };
}
