// How a title is typed by somebody in a hurry: its pinyin and the initials of it. Knows no phrase.
import { pinyin } from 'pinyin-pro';

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** 发货时间 -> fhsj, fahuoshijian; letters and digits stay, signs go. */
export function spellingOf(text: string): { initials: string; pinyin: string } {
  const signs = { toneType: 'none', type: 'array', nonZh: 'spaced', toneSandhi: false, v: true } as const;
  return {
    initials: plain(pinyin(text, { ...signs, pattern: 'first' }).join('')),
    pinyin: plain(pinyin(text, signs).join('')),
  };
}
