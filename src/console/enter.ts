// Enter sends, except while an input method is composing: then it only confirms the characters.
import { type KeyboardEvent, useRef } from 'react';

/** Safari ends the composition just before it reports the Enter that ended it, as key 229. */
const SAFARI_MS = 100;
const IME_KEY = 229;

/** Handlers for a text box; `onEnter` is called for a plain Enter (or one with Ctrl) that no input method wanted. */
export function useEnter(onEnter: () => void, withCtrl = false) {
  const composing = useRef(false);
  const endedAt = useRef(Number.NEGATIVE_INFINITY);
  return {
    onCompositionStart: () => {
      composing.current = true;
    },
    onCompositionEnd: (event: { timeStamp: number }) => {
      composing.current = false;
      endedAt.current = event.timeStamp;
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
      if ((event.ctrlKey || event.metaKey) !== withCtrl) return;
      const { isComposing, keyCode } = event.nativeEvent;
      if (composing.current || isComposing) return;
      if (keyCode === IME_KEY && event.timeStamp - endedAt.current < SAFARI_MS) return;
      event.preventDefault();
      onEnter();
    },
  };
}
