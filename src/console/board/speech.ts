// The words of the board, those of a case among them.
import { speechOf } from '../language.tsx';
import { zh } from '../words/board.zh.ts';
import { zh as caseZh } from '../words/case.zh.ts';

const english = async () => {
  const [{ en }, { en: caseEn }] = await Promise.all([import('../words/board.en.ts'), import('../words/case.en.ts')]);
  return { en: { ...caseEn, ...en } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...zh }, en: english });
export type Speech = ReturnType<typeof useSpeech>;
export type Speak = Speech['t'];
