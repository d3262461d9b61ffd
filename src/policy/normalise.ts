// Undoes the spellings that hide a word from a rule: width, zero-width signs, spaces between characters, look-alikes.

const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u115f\u1160]/gu;

const LOOK_ALIKES: readonly [RegExp, string][] = [
  [/[薇微威徽溦][信❤芯杏馨x亻]|v信|vx(?![a-z])|wechat|wei\s?xin/g, '微信'],
  [/[➕＋⊕✚]/g, '+'],
  [/扣扣|企鹅号|q{2}(?=号|群|[:：\s]*\d)/g, 'qq'],
  [/返現|反现|返xian/g, '返现'],
];

/** Lower-case, half-width, without invisible characters and without spaces between Chinese characters; for rules only. */
export function normaliseForRules(text: string): string {
  let plain = text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
  plain = plain.replace(/(?<=\p{Script=Han})[\s·._*|/\\-]+(?=\p{Script=Han})/gu, (gap) =>
    gap.includes('\n') ? '\n' : '',
  );
  plain = plain.replace(/(?<![a-z])(?:[a-z] ){1,}[a-z](?![a-z])/g, (letters) => letters.replaceAll(' ', ''));
  for (const [pattern, word] of LOOK_ALIKES) plain = plain.replace(pattern, word);
  return plain;
}
