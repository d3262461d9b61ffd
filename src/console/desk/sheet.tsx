// A wide modal sheet for lists and forms of the desk. The browser's own dialog keeps the focus inside and closes on Esc.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import '../dialog.css';
import { CloseIcon } from '../icons.tsx';
import { useSpeech } from './speech.ts';
import './sheet.css';

interface SheetProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

export function Sheet({ title, onClose, children }: SheetProps) {
  const { t } = useSpeech();
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className="sheet"
      aria-labelledby={heading}
      onKeyDown={(event) => event.stopPropagation()}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" className="quiet icon-only" aria-label={t('common.close')} onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <div className="sheet-body">{children}</div>
    </dialog>
  );
}
