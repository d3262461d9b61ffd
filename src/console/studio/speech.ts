// The words of the studio, those of a case among them.
import { speechOf } from '../language.tsx';
import { zh as caseZh } from '../words/case.zh.ts';
import { zh } from '../words/studio.zh.ts';

const english = async () => {
  const [{ en }, { en: caseEn }] = await Promise.all([import('../words/studio.en.ts'), import('../words/case.en.ts')]);
  return { en: { ...caseEn, ...en } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...zh }, en: english });
