// The words of the door and the rail.
import { speechOf } from '../language.tsx';
import { zh } from '../words/staff.zh.ts';

export const useSpeech = speechOf({ zh, en: () => import('../words/staff.en.ts') });
