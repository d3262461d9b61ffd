// The words of the parts that come later.
import { speechOf } from '../language.tsx';
import { zh } from '../words/shop-more.zh.ts';

export const useMore = speechOf({ zh, en: () => import('../words/shop-more.en.ts') });
