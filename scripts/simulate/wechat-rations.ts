// What WeChat gives out and takes back: access tokens that end, messages that may be sent, calls that are counted. Knows no HTTP and no message.
import { randomBytes } from 'node:crypto';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface Tokens {
  /** Body of `stable_token`. */
  request(asked: Record<string, unknown>): Record<string, unknown>;
  /** The error number; 0 when the token is good. */
  check(token: string | undefined): number;
  /** All tokens end at once, as after somebody else's force_refresh. */
  end(): void;
}

export interface TokenOptions {
  appId: string;
  appSecret: string;
  now(): number;
}

const TOKEN_MS = 2 * 60 * MINUTE_MS;
/** Renewed in the last five minutes, and old and new are good together for five. */
const RENEW_MS = 5 * MINUTE_MS;
const FORCED_A_DAY = 20;
const FORCED_EVERY_MS = 30_000;

/** developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html */
export function createTokens({ appId, appSecret, now }: TokenOptions): Tokens {
  /** When each token ends; the last one is the current. */
  const ends = new Map<string, number>();
  let current: string | null = null;
  let forced: number[] = [];

  function renew(oldEndsAt: number): string {
    if (current !== null) ends.set(current, Math.min(oldEndsAt, ends.get(current)!));
    current = `${randomBytes(48).toString('base64url')}_${randomBytes(48).toString('base64url')}`;
    ends.set(current, now() + TOKEN_MS);
    return current;
  }
  const left = (): number => (current === null ? 0 : ends.get(current)! - now());

  return {
    request({ grant_type: grant, appid, secret, force_refresh: force }) {
      if (grant !== 'client_credential') return { errcode: 40002, errmsg: 'invalid grant_type' };
      if (appid !== appId) return { errcode: 40013, errmsg: 'invalid appid' };
      if (secret !== appSecret) return { errcode: 40125, errmsg: 'invalid appsecret' };
      if (force === true) {
        forced = forced.filter((at) => now() - at < DAY_MS);
        if (forced.length >= FORCED_A_DAY) return { errcode: 45009, errmsg: 'reach max api daily quota limit' };
        if (now() - (forced.at(-1) ?? 0) < FORCED_EVERY_MS)
          return { errcode: 45011, errmsg: 'api minute-quota reach limit, please retry next minute' };
        forced.push(now());
        renew(now());
      } else if (left() <= RENEW_MS) renew(now() + RENEW_MS);
      return { access_token: current, expires_in: Math.floor(left() / 1000) };
    },
    check(token) {
      if (token === undefined || token === '') return 41001;
      const until = ends.get(token);
      if (until === undefined) return 40001;
      return until > now() ? 0 : 42001;
    },
    end() {
      for (const token of ends.keys()) ends.set(token, now());
    },
  };
}

export interface Rations {
  /** The shopper did something that opens a window. */
  open(shopper: string, by: 'message' | 'click'): void;
  /** Takes one message out of a window; 0, or why it cannot be sent. */
  take(shopper: string): 0 | 45015 | 45047;
  left(shopper: string): { messages: number; until: number };
}

/** Since June 2023; developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html */
const WINDOWS = {
  message: { messages: 5, ms: 48 * 60 * MINUTE_MS },
  click: { messages: 3, ms: MINUTE_MS },
} as const;

export function createRations(now: () => number): Rations {
  const windows = new Map<string, { by: keyof typeof WINDOWS; left: number; until: number }[]>();
  const openOf = (shopper: string) =>
    (windows.get(shopper) ?? []).filter(({ until }) => until > now()).toSorted((a, b) => a.until - b.until);
  return {
    open(shopper, by) {
      const { messages, ms } = WINDOWS[by];
      const others = openOf(shopper).filter((one) => one.by !== by);
      windows.set(shopper, [...others, { by, left: messages, until: now() + ms }]);
    },
    take(shopper) {
      const open = openOf(shopper);
      if (open.length === 0) return 45015;
      const one = open.find(({ left }) => left > 0);
      if (one === undefined) return 45047;
      one.left -= 1;
      return 0;
    },
    left(shopper) {
      const open = openOf(shopper);
      return {
        messages: open.reduce((sum, one) => sum + one.left, 0),
        until: Math.max(0, ...open.map(({ until }) => until)),
      };
    },
  };
}

/** Counts calls: so many a minute and a day. */
export function createCallLimit(
  limits: { perMinute: number; perDay: number },
  now: () => number,
): () => 0 | 45009 | 45011 {
  let calls: number[] = [];
  return () => {
    calls = calls.filter((at) => now() - at < DAY_MS);
    if (calls.length >= limits.perDay) return 45009;
    if (calls.filter((at) => now() - at < MINUTE_MS).length >= limits.perMinute) return 45011;
    calls.push(now());
    return 0;
  };
}
