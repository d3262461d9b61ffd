// Sends one of our messages as the one or several messages WeChat makes of it. Knows no HTTP and no database.
import type { Outgoing } from '../../contract/conversation.ts';
import { SendError } from '../channel.ts';
import { spokenText, spokenWithChoices } from '../spoken.ts';
import type { WechatApi } from './api.ts';
import { splitText } from './text.ts';

/** Values that may serve as the id of a menu entry; others are shown as lines of text. */
const MENU_ID = /^[\w.:-]{1,64}$/;
const PART_PAUSE_MS = 500;
const PART_ATTEMPTS = 3;
/** Longer waits the platform asks for are the delivery queue's to keep. */
const SHORT_WAIT_MS = 2000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The platform's messages for one of ours: a tappable menu when it fits into one, else as many texts as it takes. */
function platformMessages(
  message: Pick<Outgoing, 'shopperId' | 'text' | 'payload'>,
  menus: boolean,
): Record<string, unknown>[] {
  const choices = message.payload.choices ?? [];
  const head = splitText(spokenText(message));
  if (menus && choices.length > 0 && head.length === 1 && choices.every((choice) => MENU_ID.test(choice.value))) {
    const list = choices.map((choice) => ({ id: choice.value, content: choice.label }));
    return [
      { touser: message.shopperId, msgtype: 'msgmenu', msgmenu: { head_content: head[0], list, tail_content: '' } },
    ];
  }
  return splitText(spokenWithChoices(message)).map((content) => ({
    touser: message.shopperId,
    msgtype: 'text',
    text: { content },
  }));
}

/** So many messages the platform counts. */
export const countParts = (message: Pick<Outgoing, 'text' | 'payload'>, menus: boolean): number =>
  platformMessages({ shopperId: '', ...message }, menus).length;

const mayTryAgain = (error: unknown): boolean =>
  error instanceof SendError &&
  error.failure.kind === 'retry' &&
  error.failure.notSent &&
  (error.failure.afterMs ?? 0) <= SHORT_WAIT_MS;

/**
 * Once a part has arrived the message can no longer count as not sent: a resend would repeat that part.
 * So later parts are retried here and now, and what still fails is reported as uncertain.
 */
export async function sendLaterPart(api: WechatApi, part: Record<string, unknown>, sentBefore: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await api.send(part);
    } catch (error) {
      if (mayTryAgain(error) && attempt < PART_ATTEMPTS) {
        await pause(PART_PAUSE_MS * attempt);
        continue;
      }
      if (!(error instanceof SendError)) throw error;
      const detail = `前 ${sentBefore} 段已发出，其余未发出：${error.failure.detail}`;
      throw new SendError(
        error.failure.kind === 'retry' ? { ...error.failure, notSent: false, detail } : { ...error.failure, detail },
      );
    }
  }
}

/** `menus`: whether the product has a menu to tap. @throws SendError */
export async function sendMessage(api: WechatApi, message: Outgoing, menus: boolean): Promise<undefined> {
  const [first, ...rest] = platformMessages(message, menus);
  if (!first) throw new SendError({ kind: 'permanent', code: 'empty', detail: '消息没有文字，微信无法发送' });
  await api.send(first);
  for (const [index, part] of rest.entries()) await sendLaterPart(api, part, index + 1);
}
