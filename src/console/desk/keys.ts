// Listens for the desk's shortcuts and calls what the open page offers for them.
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { type Action, bindings, comboOf, comboText, onBindings, writes } from './shortcuts.ts';

type Handlers = Partial<Record<Action, () => void>>;

/** What parts of the desk offer besides the desk itself; the last one that came is asked. */
const offered: { current: Handlers }[] = [];

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('textarea, select, input, [contenteditable="true"]');

function handlerOf(action: Action): (() => void) | undefined {
  return offered.findLast(({ current }) => current[action] !== undefined)?.current[action];
}

/** Whether somebody does something for it now: the help names nothing that does nothing. */
export const isOffered = (action: Action): boolean => action === 'help' || handlerOf(action) !== undefined;

function onKey(event: KeyboardEvent): void {
  // 229: an input method has the key although it does not say so
  if (event.isComposing || event.keyCode === 229 || document.querySelector('dialog[open]')) return;
  const combo = comboOf(event);
  if (combo === null || (writes(combo) && isWriting(event.target))) return;
  const bound = bindings();
  for (const action of Object.keys(bound) as Action[]) {
    if (bound[action] !== combo) continue;
    const act = handlerOf(action);
    if (!act) continue;
    event.preventDefault();
    act();
    return;
  }
}

/** Offers what a part of the desk does for shortcuts while it is on the page. */
export function useKeys(handlers: Handlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    offered.push(latest);
    if (offered.length === 1) window.addEventListener('keydown', onKey);
    return () => {
      offered.splice(offered.indexOf(latest), 1);
      if (offered.length === 0) window.removeEventListener('keydown', onKey);
    };
  }, []);
}

/** The keys of an action as people read them, also after they were changed. */
export const useKeyText = (action: Action): string =>
  comboText(useSyncExternalStore(onBindings, () => bindings()[action]));
