// Sends one of our messages as the one or several messages WeCom makes of it, each under an id of our own. Knows no HTTP and no database.
import type { Outgoing } from '../../contract/conversation.ts';
import { SendError } from '../channel.ts';
import type { ChannelTools } from '../definition.ts';
import { spokenText, spokenWithChoices } from '../spoken.ts';
import type { Fields } from '../wechat/answer.ts';
import { countParts, sendParts, withKeptPictures } from '../wechat/parts.ts';
import { splitText } from '../wechat/text.ts';
import type { KfApi } from './api.ts';
import { partId } from './message-id.ts';
import { whoHasIt } from './session.ts';

/** developer.work.weixin.qq.com/document/path/94677: bytes; at most ten entries in a menu. */
const TEXT_MAX = 2048;
const MENU = { headMax: 1024, idMax: 64, labelMax: 128, entriesMax: 10 };
/** jpg and png up to 10 MB; developer.work.weixin.qq.com/document/path/90253 */
const PICTURES = { types: new Set(['image/jpeg', 'image/png']), bytesMax: 10 * 1024 * 1024 };

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

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
function wordsOf(message: Pick<Outgoing, 'text' | 'payload'>): Fields[] {
  const choices = message.payload.choices ?? [];
  const head = spokenText(message);
  if (fitsMenu(head, choices)) {
    const list = choices.map(({ value, label }) => ({ type: 'click', click: { id: value, content: label } }));
    return [{ msgtype: 'msgmenu', msgmenu: { head_content: head, list } }];
  }
  return splitText(spokenWithChoices(message), TEXT_MAX).map((content) => ({ msgtype: 'text', text: { content } }));
}

/** So many of the five messages it takes. */
export const countMessages = (message: Pick<Outgoing, 'text' | 'payload'>): number =>
  countParts(message, (words) => wordsOf(words).length);

/** 95018 only says that it may not be sent; whoever reads it wants to know who has the shopper, and whether the shopper's next message is ours again. */
async function explained(api: KfApi, openKfId: string, shopperId: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SendError) || error.failure.kind !== 'permanent' || error.failure.code !== '95018')
    return error;
  const who = await whoHasIt(api, openKfId, shopperId).catch(() => null);
  if (who === null) return error;
  const detail = who.words === '' ? error.failure.detail : `${error.failure.detail}（${who.words}）`;
  return new SendError({ ...error.failure, untilShopper: !who.isTheirs, detail });
}

export interface KfSending {
  api: KfApi;
  openKfId: string;
  picture: ChannelTools['picture'];
}

/** Returns our id of the first part. @throws SendError */
export async function sendMessage({ api, openKfId, picture }: KfSending, message: Outgoing): Promise<string> {
  const { words, pictures } = await withKeptPictures(message, { ...PICTURES, picture, keep: api.keepPicture });
  const parts = [
    ...(words === null ? [] : wordsOf(words)),
    ...pictures.map((id): Fields => ({ msgtype: 'image', image: { media_id: id } })),
  ];
  await sendParts(parts, async (content, part) => {
    const place = { touser: message.shopperId, open_kfid: openKfId, msgid: partId(message, part) };
    try {
      await api.call('send_msg', { ...place, ...content });
    } catch (error) {
      throw await explained(api, openKfId, message.shopperId, error);
    }
  });
  return partId(message, 1);
}
