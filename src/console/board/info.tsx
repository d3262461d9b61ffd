// A small sign that opens how a number is counted, and by whose rule.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useSpeech } from './speech.ts';

export function Info({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      const inside = event.target instanceof Node && box.current?.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !inside) setOpen(false);
    };
    window.addEventListener('keydown', close);
    window.addEventListener('pointerdown', close);
    return () => {
      window.removeEventListener('keydown', close);
      window.removeEventListener('pointerdown', close);
    };
  }, [open]);
  return (
    <span className="info" ref={box}>
      <button
        type="button"
        className="info-sign"
        aria-label={t('board.about', { name })}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        i
      </button>
      <span id={id} className="info-text" role="note" hidden={!open}>
        {children}
      </span>
    </span>
  );
}
