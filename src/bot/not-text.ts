// Messages that are nothing but something else than words: which entry answers them. Pure; the words for them are the channels' and ours.
import { isOnlyCodes } from '../understanding/emoji-codes.ts';

/** Of `faq-corpus/general`, which every shop has; null: there is none, and the shopper is asked to write. */
const ENTRY_OF: Readonly<Record<string, string | null>> = {
  图片: 'media-image-received',
  语音: 'media-voice-video',
  视频: 'media-voice-video',
  链接: 'media-link-or-card',
  商品卡片: 'media-link-or-card',
  订单卡片: 'media-link-or-card',
  小程序: 'media-link-or-card',
  位置: null,
  文件: null,
  名片: null,
  聊天记录: null,
  空白消息: null,
  暂不支持的消息: null,
};

const LINE = /^\[([\p{Script=Han}]{2,7})\](?:[ \t].*)?$/u;
/** These say what they are themselves; what stands behind the others is a sentence of the shopper's. */
const WITH_DETAIL = new Set(['位置', '链接', '文件', '名片', '商品卡片', '订单卡片', '小程序']);

/** Undefined when there are words to understand. */
export function notText(said: string): { entryId: string | null } | undefined {
  const kinds = said.split('\n').map((line) => {
    const kind = LINE.exec(line.trim())?.[1];
    if (kind === undefined || !Object.hasOwn(ENTRY_OF, kind)) return undefined;
    return line.trim() === `[${kind}]` || WITH_DETAIL.has(kind) ? kind : undefined;
  });
  const last = kinds.at(-1);
  if (last === undefined || kinds.includes(undefined)) return undefined;
  return { entryId: ENTRY_OF[last] ?? null };
}

/** Of `faq-corpus/general`: an emoji is a greeting of a kind, a row of dots is none. Null when there is a letter or a figure. */
export function wordless(said: string): string | null {
  if (isOnlyCodes(said)) return 'emoji-reply';
  if (said.trim() === '' || /[\p{L}\p{N}]/u.test(said)) return null;
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(said) ? 'emoji-reply' : 'meaningless-reply';
}

/** A face or a gesture that means nothing else; tears may be laughter. */
export const showsAnger = (said: string): boolean => /[😠😡🤬👿💢🖕👎]/u.test(said);
