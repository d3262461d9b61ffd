// Whatever stands over a page until it is dealt with: a question, a sheet, a drawer at the side. The browser's own dialog keeps the
// focus inside, closes on Esc and gives the focus back to where it was; what is asked is not known here.
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import './modal.css';
import { CloseIcon } from './icons.tsx';
import { useSpeech } from './language.tsx';

interface ModalProps {
  title: string;
  /** A question; one that holds a table; a sheet of lists and forms; a drawer at the right side. */
  look: 'question' | 'wide' | 'sheet' | 'side';
  /** What gets the focus first, as a selector; else the browser's choice. */
  first?: string;
  onClose(): void;
  children: ReactNode;
}

export function Modal({ title, look, first, onClose, children }: ModalProps) {
  const { t } = useSpeech();
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // before it leaves the page: a dialog that is taken away open gives no focus back
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    if (first !== undefined) dialog?.querySelector<HTMLElement>(first)?.focus();
    return () => dialog?.close();
  }, [first]);
  return (
    <dialog
      ref={ref}
      className={`modal-${look}`}
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
      {children}
    </dialog>
  );
}
