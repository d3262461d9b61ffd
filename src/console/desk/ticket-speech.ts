// The words of tickets beside those of the desk; they come with the tickets.
import { speechOf } from '../language.tsx';
import { zh as caseZh } from '../words/case.zh.ts';
import { zh as deskZh } from '../words/desk.zh.ts';
import { zh } from '../words/tickets.zh.ts';
import { zh as writingZh } from '../words/writing.zh.ts';

const english = async () => {
  const [{ en: caseEn }, { en: deskEn }, { en: writingEn }, { en }] = await Promise.all([
    import('../words/case.en.ts'),
    import('../words/desk.en.ts'),
    import('../words/writing.en.ts'),
    import('../words/tickets.en.ts'),
  ]);
  return { en: { ...caseEn, ...deskEn, ...writingEn, ...en } };
};

export const useSpeech = speechOf({ zh: { ...caseZh, ...deskZh, ...writingZh, ...zh }, en: english });
