// The words of this surface.
import { speechOf } from '../language.tsx';
import { zh } from '../words/shop.zh.ts';

export const useSpeech = speechOf({ zh, en: () => import('../words/shop.en.ts') });
