// The words of the desk, those of a case among them.
import { speechOf } from '../language.tsx';
import { zh as caseZh } from '../words/case.zh.ts';
import { zh } from '../words/desk.zh.ts';
import { zh as writingZh } from '../words/writing.zh.ts';

const english = async () => {
  const [{ en }, { en: caseEn }, { en: writingEn }] = await Promise.all([
    import('../words/desk.en.ts'),
    import('../words/case.en.ts'),
    import('../words/writing.en.ts'),
  ]);
  return { en: { ...caseEn, ...en, ...writingEn } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...zh, ...writingZh }, en: english });
