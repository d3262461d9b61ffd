// The words of the panels that come later, beside those of the desk.
import { speechOf } from '../language.tsx';
import { zh as caseZh } from '../words/case.zh.ts';
import { zh as deskZh } from '../words/desk.zh.ts';
import { zh } from '../words/panels.zh.ts';
import { zh as writingZh } from '../words/writing.zh.ts';

const english = async () => {
  const [{ en: caseEn }, { en: deskEn }, { en: writingEn }, { en }] = await Promise.all([
    import('../words/case.en.ts'),
    import('../words/desk.en.ts'),
    import('../words/writing.en.ts'),
    import('../words/panels.en.ts'),
  ]);
  return { en: { ...caseEn, ...deskEn, ...writingEn, ...en } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...deskZh, ...writingZh, ...zh }, en: english });
