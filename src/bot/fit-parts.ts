// Fits what the bot says into as many messages as a platform still takes, by joining bubbles. Pure.
import type { MessagePayload } from '../contract/conversation.ts';
import type { OutgoingPart } from '../conversations/turns.ts';

type CountParts = (message: { text: string; payload: MessagePayload }) => number;

/** The later one has the last word on what can be tapped; a source stays with its sentence. */
function join(before: OutgoingPart, after: OutgoingPart): OutgoingPart {
  const source = before.payload?.source;
  const said =
    source !== undefined && after.payload?.source !== undefined
      ? `${before.text}（来源：${source.title}）`
      : before.text;
  return { ...after, text: `${said}\n${after.text}`, payload: { ...before.payload, ...after.payload } };
}

/** Null when even one message is too much. */
export function fitParts(
  parts: readonly OutgoingPart[],
  room: number,
  partsOf: CountParts = () => 1,
): OutgoingPart[] | null {
  let fitted = [...parts];
  const size = () => fitted.reduce((sum, { text, payload = {} }) => sum + partsOf({ text, payload }), 0);
  while (size() > room) {
    if (fitted.length < 2) return null;
    const [first, second, ...rest] = fitted;
    fitted = [join(first!, second!), ...rest];
  }
  return fitted;
}
