// What the bot could not say because the platform's window was shut, once the shopper has opened it again. Pure; knows no platform.
import type { OutgoingPart } from '../conversations/turns.ts';
import type { WaitingSight } from '../handoff/queue-view.ts';
import type { Decision } from './decision.ts';
import type { Memory } from './memory.ts';
import { UNHEARD_WORDS } from './scripts.ts';

/** Nobody has taken the case yet, and the shopper's own message has ended what it is about: the bot goes on. */
export const isOverByWriting = (waiting: WaitingSight | null): boolean => (waiting?.unheard.length ?? 0) > 0;

/** What did not arrive was no answer: asking again is no repeat, and nobody can be dissatisfied with it. */
export const withoutUnheard = (memory: Memory): Memory => ({ ...memory, lastAnswer: null, repeats: 0 });

/** What was missed, before what is said now; a person finds it in the packet. */
export function catchUp(
  waiting: WaitingSight | null,
  decision: Decision,
  parts: readonly OutgoingPart[],
): OutgoingPart[] {
  if (waiting === null || !isOverByWriting(waiting) || decision.kind === 'handoff') return [...parts];
  const [first, ...more] = waiting.unheard.filter(({ text }) => !parts.some((part) => part.text.includes(text)));
  return first === undefined ? [...parts] : [{ ...first, text: `${UNHEARD_WORDS}\n${first.text}` }, ...more, ...parts];
}
