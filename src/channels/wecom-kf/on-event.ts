// What is said on an event instead of in the session: one message for a code that the platform gives, and no part of the quota.
import { randomUUID } from 'node:crypto';
import { SendError } from '../channel.ts';
import type { ChannelTools } from '../definition.ts';
import type { Fields } from '../wechat/answer.ts';
import { splitText } from '../wechat/text.ts';
import type { KfApi } from './api.ts';

/** The code of an entry or an end is good for 20 s; the rest is for the way there. developer.work.weixin.qq.com/document/path/95122 */
const WITHIN_MS = 18_000;
const PAUSE_MS = 1_000;
const MAX_BYTES = 2048;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface OnEvent {
  code: string;
  /** Of the event, milliseconds. */
  at: number;
  words: string;
  /** Whose code it is, for the log. */
  what: 'welcome' | 'goodbye';
}

/**
 * Nobody waits for it: without it the shopper simply begins or goes, and a code that is used or too old is refused. Who is told of
 * twice, by a page that is read again, hears it once.
 */
export function createOnEvent(api: KfApi, { now, onError }: Pick<ChannelTools, 'now' | 'onError'>) {
  /** Of the last seconds. */
  const used = new Map<string, number>();

  function isToBeUsed(code: string, at: number): boolean {
    const since = now() - WITHIN_MS;
    for (const [other, when] of used) if (when < since) used.delete(other);
    if (at < since || used.has(code)) return false;
    used.set(code, at);
    return true;
  }

  /** Once more where the platform could not just then and the code is still good; the platform takes a code once, so nobody hears it twice. */
  async function send(message: Fields, until: number): Promise<void> {
    try {
      await api.call('send_msg_on_event', message);
    } catch (error) {
      if (!(error instanceof SendError) || error.failure.kind !== 'retry') throw error;
      const pauseMs = error.failure.afterMs ?? PAUSE_MS;
      if (now() + pauseMs > until) throw error;
      await pause(pauseMs);
      await api.call('send_msg_on_event', message);
    }
  }

  return ({ code, at, words, what }: OnEvent): void => {
    const [content] = splitText(words, MAX_BYTES);
    if (code === '' || content === undefined || !isToBeUsed(code, at)) return;
    const msgid = `${what}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    send({ code, msgid, msgtype: 'text', text: { content } }, at + WITHIN_MS).catch((error: unknown) =>
      onError(error, `wecom-kf: ${what}`),
    );
  };
}
