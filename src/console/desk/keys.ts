// Keyboard shortcuts of the desk: Alt plus a key, by its place on the keyboard so that layouts and input methods do not matter.
import { useEffect, useRef } from 'react';

/** `actions`: letter or digit -> what to do. Ignored while an input method composes and while a dialog is open. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
      const act = latest.current[event.code.replace(/^(Key|Digit)/, '').toLowerCase()];
      if (!act || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
