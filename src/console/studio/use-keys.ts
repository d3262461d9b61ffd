// The keys of the studio: by place on the keyboard, and never while an input method is composing.
import { useEffect, useRef } from 'react';

export type Keys = Partial<Record<string, () => void>>;
interface Listener {
  level: number;
  keys: { current: Keys };
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const nameOf = ({ code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string =>
  `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shiftKey ? 'Shift+' : ''}${code}`;

/** These close by Escape themselves. */
const ON_TOP = '.ant-modal-wrap:not([style*="display: none"]), .ant-select-dropdown:not(.ant-select-dropdown-hidden)';

/** Plain keys are for reading: silent while somebody types, on a button, or in a dialog. Those with Ctrl or Alt always work. */
function isSilent(event: KeyboardEvent): boolean {
  if (event.code === 'Escape') return document.querySelector(ON_TOP) !== null;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (isTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return true;
  return event.code === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button') !== null;
}

const listeners: Listener[] = [];

function onKey(event: KeyboardEvent): void {
  if (event.isComposing || event.repeat || isSilent(event)) return;
  const name = nameOf(event);
  const first = listeners.toSorted((a, b) => b.level - a.level).find(({ keys }) => keys.current[name] !== undefined);
  if (first === undefined) return;
  event.preventDefault();
  const act = first.keys.current[name]!;
  // a dialog that it opens must not hear this very key and close
  if (event.code === 'Escape') setTimeout(act);
  else act();
}

/** Of two parts that want a key the one on the higher level gets it. */
export function useKeys(keys: Keys, level = 0): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listener = { level, keys: latest };
    if (listeners.push(listener) === 1) window.addEventListener('keydown', onKey);
    return () => {
      listeners.splice(listeners.indexOf(listener), 1);
      if (listeners.length === 0) window.removeEventListener('keydown', onKey);
    };
  }, [level]);
}
