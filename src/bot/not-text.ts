// Messages that are nothing but something else than words: which entry answers them. Pure; the words for them are the channels' and ours.
import { isOnlyCodes } from '../understanding/emoji-codes.ts';

interface Thing {
  /** Of `faq-corpus/general`, which every shop has. Left out: there is none, and the shopper is asked to write. */
  entryId?: string;
  /** As it is called to the shopper where there is no entry. */
  called?: string;
  /** What stands behind its name says what it is, too; behind the others it is a sentence of the shopper's. */
  hasDetail?: true;
}

const BARE_CARD: Thing = { entryId: 'media-link-or-card' };
const CARD: Thing = { ...BARE_CARD, hasDetail: true };

/** Everything that channels write in the place of a message without words. */
const THINGS: Readonly<Record<string, Thing>> = {
  图片: { entryId: 'media-image-received' },
  语音: { entryId: 'media-voice-video' },
  视频: { entryId: 'media-voice-video' },
  链接: CARD,
  商品: BARE_CARD,
  订单: BARE_CARD,
  商品卡片: CARD,
  订单卡片: CARD,
  小程序: CARD,
  小程序卡片: BARE_CARD,
  视频号商品: CARD,
  视频号订单: CARD,
  视频号: { called: '视频号内容', hasDetail: true },
  位置: { called: '位置', hasDetail: true },
  文件: { called: '文件', hasDetail: true },
  名片: { called: '名片', hasDetail: true },
  聊天记录: { called: '聊天记录', hasDetail: true },
  会议: { called: '会议' },
  日程: { called: '日程' },
  笔记: { called: '笔记' },
  菜单: { called: '菜单', hasDetail: true },
  空白消息: {},
  暂不支持的消息: {},
};

const LINE = /^\[([\p{Script=Han}]{2,7})\](?:[ \t].*)?$/u;

/** Undefined when there are words to understand. `called`: null where nothing is known of it. */
export function notText(said: string): { entryId: string | null; called: string | null } | undefined {
  const things = said.split('\n').map((line) => {
    const name = LINE.exec(line.trim())?.[1];
    if (name === undefined || !Object.hasOwn(THINGS, name)) return undefined;
    return line.trim() === `[${name}]` || THINGS[name]!.hasDetail ? THINGS[name] : undefined;
  });
  const last = things.at(-1);
  if (last === undefined || things.includes(undefined)) return undefined;
  return { entryId: last.entryId ?? null, called: last.called ?? null };
}

/** Of `faq-corpus/general`: an emoji is a greeting of a kind, a row of dots is none. Null when there is a letter or a figure. */
export function wordless(said: string): string | null {
  if (isOnlyCodes(said)) return 'emoji-reply';
  if (said.trim() === '' || /[\p{L}\p{N}]/u.test(said)) return null;
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(said) ? 'emoji-reply' : 'meaningless-reply';
}

/** A face or a gesture that means nothing else; tears may be laughter. */
export const showsAnger = (said: string): boolean => /[😠😡🤬👿💢🖕👎]/u.test(said);
