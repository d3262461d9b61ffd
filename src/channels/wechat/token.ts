// WeChat's access token: fetched by one call at a time, kept sealed for this process and its neighbours. Knows no message.
import { createHash } from 'node:crypto';
import { SendError } from '../channel.ts';
import type { ChannelMemory } from '../memory.ts';

export interface AccessToken {
  /** One that is good for now. @throws SendError with `notSent` */
  get(): Promise<string>;
  /** Another one, after the platform refused that. @throws SendError with `notSent` */
  replace(refused: string): Promise<string>;
  /** Asks the platform whatever is kept. @throws SendError with `notSent` */
  ask(): Promise<void>;
}

export interface TokenDeps {
  appId: string;
  appSecret: string;
  /** `stable_token`. `force` is rationed: 20 a day, 30 s apart. */
  request(force: boolean): Promise<{ token: string; seconds: number }>;
  memory: ChannelMemory;
  now(): number;
}

interface Kept {
  token: string;
  /** Milliseconds. */
  until: number;
  /** Of the settings it was made with: another secret is another token. */
  of: string;
}

/** Renewed this long before it ends: the platform itself renews in its last five minutes, and both are good meanwhile. */
const RENEW_BEFORE_MS = 300_000;
const NAME = 'access_token';
/** While another process asks, its answer is looked for this often and not longer. */
const LOOK_EVERY_MS = 150;
const LOOKS = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function readKept(value: string | null): Kept | null {
  try {
    const kept: unknown = JSON.parse(value ?? 'null');
    const { token, until, of } = (kept ?? {}) as Partial<Kept>;
    return typeof token === 'string' && typeof until === 'number' && typeof of === 'string'
      ? { token, until, of }
      : null;
  } catch {
    return null;
  }
}

/** Before the message itself nothing was sent, whatever went wrong. */
export function nothingSent(error: unknown): never {
  if (error instanceof SendError) {
    throw error.failure.kind === 'retry' ? new SendError({ ...error.failure, notSent: true }) : error;
  }
  throw new SendError({ kind: 'retry', notSent: true, detail: '微信暂时没有准备好，消息还没有发出' });
}

export function createAccessToken({ appId, appSecret, request, memory, now }: TokenDeps): AccessToken {
  const of = createHash('sha256').update(`${appId}\n${appSecret}`).digest('hex').slice(0, 16);
  let cached: Kept | null = null;
  let underWay: Promise<string> | null = null;

  const isGood = (kept: Kept | null, refused: string | null): kept is Kept =>
    kept !== null && kept.of === of && kept.token !== refused && kept.until > now();

  async function fetchOne(refused: string | null): Promise<string> {
    let answer = await request(false);
    // forcing is rationed, so only when the platform hands out the refused one again
    if (answer.token === refused) answer = await request(true);
    cached = { token: answer.token, until: now() + answer.seconds * 1000 - RENEW_BEFORE_MS, of };
    await memory.writeSecret(NAME, JSON.stringify(cached)).catch(() => {}); // the others ask for themselves
    return answer.token;
  }

  /** What a neighbour has, or has just got; else it is asked for, by one process at a time. */
  async function obtain(refused: string | null): Promise<string> {
    for (let look = 0; look < LOOKS; look++) {
      const kept = readKept(await memory.readSecret(NAME));
      if (isGood(kept, refused)) {
        cached = kept;
        return kept.token;
      }
      const fetched = await memory.alone(NAME, () => fetchOne(refused));
      if (fetched !== null) return fetched;
      await pause(LOOK_EVERY_MS);
    }
    // whoever was at it hangs; asking twice does no harm, the platform gives both the same
    return fetchOne(refused);
  }

  /** One at a time in this process, shared by everyone who needs a token meanwhile. */
  function once(work: () => Promise<string>): Promise<string> {
    underWay ??= work()
      .catch(nothingSent)
      .finally(() => {
        underWay = null;
      });
    return underWay;
  }

  return {
    get: async () => (isGood(cached, null) ? cached.token : once(() => obtain(null))),
    async replace(refused) {
      if (cached?.token === refused) cached = null;
      const fresh = isGood(cached, refused) ? cached.token : await once(() => obtain(refused));
      // shared with somebody who had not heard of the refusal
      return fresh === refused ? once(() => obtain(refused)) : fresh;
    },
    async ask() {
      await once(() => fetchOne(null));
    },
  };
}
