// Questions nobody could answer, as a plain list: the same words once, with a count, personal data masked, newest first. Pure.

import { maskPersonalData } from '../policy/mask.ts';
import { normaliseForRules } from '../policy/normalise.ts';
import { contentHash } from './canonical.ts';
import type { Closing, MissedQuestion } from './unknown-store.ts';

export interface Unknown {
  key: string;
  /** As it was asked last. */
  question: string;
  times: number;
  how: MissedQuestion['how'][];
  lastAt: string;
  conversationId: string;
}

const QUESTION_MAX = 200;
const bare = (text: string): string => normaliseForRules(text).replace(/[^\p{L}\p{N}]/gu, '');

/** The same for all spellings of the same words. */
const keyOf = (masked: string): string => contentHash(bare(masked)).slice(0, 24);

/** What was closed comes back when it is asked again afterwards. */
export function listUnknowns(
  missed: readonly MissedQuestion[],
  closings: ReadonlyMap<string, Pick<Closing, 'at'>>,
): Unknown[] {
  const found = new Map<string, Unknown>();
  for (const { text, conversationId, at, how } of missed) {
    const masked = maskPersonalData(text).trim();
    if (bare(masked).length < 2) continue;
    const key = keyOf(masked);
    const closed = closings.get(key);
    if (closed !== undefined && closed.at >= at) continue;
    const known = found.get(key);
    if (known === undefined) {
      const question = masked.slice(0, QUESTION_MAX);
      found.set(key, { key, question, times: 1, how: [how], lastAt: at.toISOString(), conversationId });
      continue;
    }
    known.times += 1;
    if (!known.how.includes(how)) known.how.push(how);
  }
  return [...found.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : a.lastAt > b.lastAt ? -1 : 0));
}
