// The words of this surface.
import { speechOf } from '../language.tsx';
import { zh } from '../words/first.zh.ts';

export const useSpeech = speechOf({ zh, en: () => import('../words/first.en.ts') });
