// Undoes the spellings that hide a word from a rule: width, zero-width signs, spaces between characters, look-alikes.

const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u115f\u1160]/gu;

const LOOK_ALIKES: readonly [RegExp, string][] = [
  [/[薇微威徽溦][信❤芯杏馨x亻]|v信|vx(?![a-z])|wechat|wei\s?xin/g, '微信'],
  [/[➕＋⊕✚]/g, '+'],
  [/扣扣|企鹅号|q{2}(?=号|群|[:：\s]*\d)/g, 'qq'],
  [/返現|反现|返xian/g, '返现'],
];

const GAP = '[\\s·._*|/\\\\-]+';
const GAP_IN_CHINESE = new RegExp(`(?<=\\p{Script=Han})${GAP}(?=\\p{Script=Han})`, 'gu');

/** Lower-case, half-width, without invisible characters and without spaces between Chinese characters; for rules only. */
export function normaliseForRules(text: string): string {
  let plain = text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
  plain = plain.replace(GAP_IN_CHINESE, (gap) => (gap.includes('\n') ? '\n' : ''));
  plain = plain.replace(/(?<![a-z])(?:[a-z] ){1,}[a-z](?![a-z])/g, (letters) => letters.replaceAll(' ', ''));
  for (const [pattern, word] of LOOK_ALIKES) plain = plain.replace(pattern, word);
  return plain;
}

export interface PlacedText {
  text: string;
  /** Where character `at` of `text` begins in the original; one past the last is the original's end. */
  places: readonly number[];
}

/** 今 天 发 is spelt out, 48 小时 is typography; the gap in 今天发 单号晚点给您 ends a clause and stays. */
const GAP_OF_SPELLING = new RegExp(
  `(?<=(?<!\\p{Script=Han})\\p{Script=Han})${GAP}(?=\\p{Script=Han})|(?<=\\p{Script=Han})${GAP}(?=\\p{Script=Han}(?!\\p{Script=Han}))|(?<=\\d) +(?=\\p{Script=Han})|(?<=\\p{Script=Han}) +(?=\\d)`,
  'gu',
);

/** For readers that must point into the original: every character left stands for one of its own, look-alike words stay. */
export function normaliseWithPlaces(original: string): PlacedText {
  let plain = '';
  const placesOfPlain: number[] = [];
  let at = 0;
  for (const sign of original) {
    const form = sign.normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
    plain += form;
    for (let unit = 0; unit < form.length; unit++) placesOfPlain.push(at);
    at += sign.length;
  }
  let text = '';
  const places: number[] = [];
  const keep = (from: number, to: number) => {
    text += plain.slice(from, to);
    for (let place = from; place < to; place++) places.push(placesOfPlain[place]!);
  };
  let from = 0;
  for (const { 0: gap, index } of plain.matchAll(GAP_OF_SPELLING)) {
    keep(from, index);
    const line = gap.indexOf('\n');
    if (line >= 0) keep(index + line, index + line + 1);
    from = index + gap.length;
  }
  keep(from, plain.length);
  return { text, places: [...places, original.length] };
}
