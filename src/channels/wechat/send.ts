// Sends one of our messages as the one or several messages WeChat makes of it. Knows no HTTP and no database.
import type { Outgoing } from '../../contract/conversation.ts';
import type { ChannelTools } from '../definition.ts';
import { spokenText, spokenWithChoices } from '../spoken.ts';
import type { WechatApi } from './api.ts';
import { countParts, sendParts, withKeptPictures } from './parts.ts';
import { splitText } from './text.ts';

type Content = Readonly<Record<string, unknown>>;
type Said = Pick<Outgoing, 'text' | 'payload'>;

/** Values that may serve as the id of a menu entry; others are shown as lines of text. */
const MENU_ID = /^[\w.:-]{1,64}$/;
/** bmp, png, jpeg and gif up to 10 MB: developers.weixin.qq.com/doc/offiaccount/en/Asset_Management/New_temporary_materials.html */
const PICTURES = { types: new Set(['image/jpeg', 'image/png', 'image/gif']), bytesMax: 10 * 1024 * 1024 };

/** The platform's messages for the words of one of ours: a tappable menu when it fits into one, else as many texts as it takes. */
function wordsOf(message: Said, menus: boolean): Content[] {
  const choices = message.payload.choices ?? [];
  const head = splitText(spokenText(message));
  if (menus && choices.length > 0 && head.length === 1 && choices.every((choice) => MENU_ID.test(choice.value))) {
    const list = choices.map((choice) => ({ id: choice.value, content: choice.label }));
    return [{ msgtype: 'msgmenu', msgmenu: { head_content: head[0], list, tail_content: '' } }];
  }
  return splitText(spokenWithChoices(message)).map((content) => ({ msgtype: 'text', text: { content } }));
}

export interface Sending {
  api: WechatApi;
  /** Whether the product has a menu to tap. */
  menus: boolean;
  picture: ChannelTools['picture'];
}

/** @throws SendError */
export async function sendMessage({ api, menus, picture }: Sending, message: Outgoing): Promise<undefined> {
  const { words, pictures } = await withKeptPictures(message, { ...PICTURES, picture, keep: api.keepPicture });
  const parts = [
    ...(words === null ? [] : wordsOf(words, menus)),
    ...pictures.map((id): Content => ({ msgtype: 'image', image: { media_id: id } })),
  ];
  await sendParts(parts, (part) => api.send({ touser: message.shopperId, ...part }));
}

/** So many messages the platform counts. */
export const countMessages = (message: Said, menus: boolean): number =>
  countParts(message, (words) => wordsOf(words, menus).length);
