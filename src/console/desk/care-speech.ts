// The words of what cares for the agent, beside those of the desk; they come with it.
import { speechOf } from '../language.tsx';
import { zh } from '../words/care.zh.ts';
import { zh as caseZh } from '../words/case.zh.ts';
import { zh as causesZh } from '../words/causes.zh.ts';
import { zh as deskZh } from '../words/desk.zh.ts';
import { zh as writingZh } from '../words/writing.zh.ts';

const english = async () => {
  const [{ en: caseEn }, { en: causesEn }, { en: deskEn }, { en: writingEn }, { en }] = await Promise.all([
    import('../words/case.en.ts'),
    import('../words/causes.en.ts'),
    import('../words/desk.en.ts'),
    import('../words/writing.en.ts'),
    import('../words/care.en.ts'),
  ]);
  return { en: { ...caseEn, ...causesEn, ...deskEn, ...writingEn, ...en } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...causesZh, ...deskZh, ...writingZh, ...zh }, en: english });
