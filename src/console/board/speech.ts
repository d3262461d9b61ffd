// The words of the board, those of a case among them.
import { speechOf } from '../language.tsx';
import { zh } from '../words/board.zh.ts';
import { zh as caseZh } from '../words/case.zh.ts';
import { zh as causesZh } from '../words/causes.zh.ts';

const english = async () => {
  const [{ en }, { en: caseEn }, { en: causesEn }] = await Promise.all([
    import('../words/board.en.ts'),
    import('../words/case.en.ts'),
    import('../words/causes.en.ts'),
  ]);
  return { en: { ...caseEn, ...causesEn, ...en } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...causesZh, ...zh }, en: english });
export type Speech = ReturnType<typeof useSpeech>;
export type Speak = Speech['t'];
