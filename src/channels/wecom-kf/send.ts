// Sends one of our messages as the one or several messages WeCom makes of it, each under an id of our own. Knows no HTTP and no database.
import type { Outgoing } from '../../contract/conversation.ts';
import { SendError } from '../channel.ts';
import { spokenText, spokenWithChoices } from '../spoken.ts';
import { splitText } from '../wechat/text.ts';
import type { Fields, KfApi } from './api.ts';
import { partId } from './message-id.ts';
import { whoHasIt } from './session.ts';

/** developer.work.weixin.qq.com/document/path/94677: bytes; at most ten entries in a menu. */
const TEXT_MAX = 2048;
const MENU = { headMax: 1024, idMax: 64, labelMax: 128, entriesMax: 10 };
const PART_PAUSE_MS = 500;
const PART_ATTEMPTS = 3;
/** Longer waits the platform asks for are the delivery queue's to keep. */
const SHORT_WAIT_MS = 2000;

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function fitsMenu(head: string, choices: readonly { value: string; label: string }[]): boolean {
  const within = (text: string, max: number) => text !== '' && bytes(text) <= max;
  return (
    choices.length > 0 &&
    choices.length <= MENU.entriesMax &&
    within(head, MENU.headMax) &&
    choices.every(({ value, label }) => within(value, MENU.idMax) && within(label, MENU.labelMax))
  );
}

/** A menu to tap when it fits into one, else as many texts as it takes. */
function contentOf(message: Outgoing): Fields[] {
  const choices = message.payload.choices ?? [];
  const head = spokenText(message);
  if (fitsMenu(head, choices)) {
    const list = choices.map(({ value, label }) => ({ type: 'click', click: { id: value, content: label } }));
    return [{ msgtype: 'msgmenu', msgmenu: { head_content: head, list } }];
  }
  return splitText(spokenWithChoices(message), TEXT_MAX).map((content) => ({ msgtype: 'text', text: { content } }));
}

const mayTryAgain = (error: unknown): boolean =>
  error instanceof SendError &&
  error.failure.kind === 'retry' &&
  error.failure.notSent &&
  (error.failure.afterMs ?? 0) <= SHORT_WAIT_MS;

/** Once a part has arrived the message can no longer count as not sent; so later parts are tried again here and now. */
async function sendLaterPart(send: () => Promise<void>, sentBefore: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
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

/** 95018 only says that it may not be sent; whoever reads it wants to know who has the shopper. */
async function explained(api: KfApi, openKfId: string, shopperId: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SendError) || error.failure.kind !== 'permanent' || error.failure.code !== '95018')
    return error;
  const who = await whoHasIt(api, openKfId, shopperId).catch(() => null);
  return who === null ? error : new SendError({ ...error.failure, detail: `${error.failure.detail}（${who}）` });
}

/** Returns our id of the first part. @throws SendError */
export async function sendMessage(api: KfApi, openKfId: string, message: Outgoing): Promise<string> {
  const [first, ...rest] = contentOf(message);
  if (!first) throw new SendError({ kind: 'permanent', code: 'empty', detail: '消息没有文字，企业微信无法发送' });
  const send = async (content: Fields, part: number): Promise<void> => {
    const place = { touser: message.shopperId, open_kfid: openKfId, msgid: partId(message, part) };
    try {
      await api.call('send_msg', { ...place, ...content });
    } catch (error) {
      throw await explained(api, openKfId, message.shopperId, error);
    }
  };
  await send(first, 1);
  for (const [index, content] of rest.entries()) await sendLaterPart(() => send(content, index + 2), index + 1);
  return partId(message, 1);
}
