// What is decided of a message that is no words: a picture or another thing, emoji, punctuation. Pure; words nothing.
import { because, type Decided, type DecideInput, handoff, MISSES_BEFORE_PERSON } from './decision.ts';
import { isUpset } from './mood.ts';
import { notText, showsAnger, wordless } from './not-text.ts';

/** Nothing but a picture, a voice or a thing we cannot read: said honestly, and to a person when it goes on. */
export function byMedia({ judgement, memory, hasEntry }: DecideInput): Decided | null {
  const seen = notText(judgement.text);
  if (seen === undefined) return null;
  const { entryId } = seen;
  if (entryId !== null && hasEntry(entryId) && memory.lastAnswer !== entryId)
    return because({ kind: 'answer', entryId, hit: null, offer: 'nothing' }, 'not text');
  if (memory.misses >= MISSES_BEFORE_PERSON)
    return because(handoff('low_confidence', 'R3', { intent: null }), 'not text', `misses:${memory.misses}`);
  return because({ kind: 'clarify', why: 'unseen', options: [] }, 'not text');
}

/**
 * Signs and no words: taken for what they are, with what the shop is mostly asked for below, unless they surely mean something.
 * The second time there is only the question, and nobody who is upset gets a smile.
 */
export function byWordless({ judgement, memory, policy, hasEntry }: DecideInput): Decided | null {
  const entryId = wordless(judgement.text);
  if (entryId === null) return null;
  if (showsAnger(judgement.text))
    return memory.soothed
      ? because(handoff('emotion', 'R3', { intent: null, script: 'soothe' }), 'no words', 'soothed before')
      : because({ kind: 'clarify', why: 'emotion', options: [] }, 'no words');
  if (memory.misses >= MISSES_BEFORE_PERSON) return null;
  if (isUpset(judgement.emotion)) return because({ kind: 'clarify', why: 'lost', options: [] }, 'no words');
  const surely = judgement.faqs.find((one) => one.score >= policy.answerMin);
  if (surely !== undefined && surely.entryId !== entryId) return null;
  if (!hasEntry(entryId) || memory.lastAnswer === entryId) return null;
  const hit = judgement.faqs.find((one) => one.entryId === entryId) ?? null;
  return because({ kind: 'answer', entryId, hit, offer: 'menu' }, 'no words');
}
