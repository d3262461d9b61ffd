// A modal question. The browser's own dialog keeps the focus inside and closes on Esc.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import './dialog.css';
import { CloseIcon } from './icons.tsx';
import { useSpeech } from './language.tsx';

interface DialogProps {
  title: string;
  submit: string;
  busy: boolean;
  error: string | null;
  /** Holds a table. */
  wide?: boolean;
  onSubmit(): void;
  onClose(): void;
  children: ReactNode;
}

export function Dialog({ title, submit, busy, error, wide = false, onSubmit, onClose, children }: DialogProps) {
  const { t } = useSpeech();
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // what is asked, not the way out
    dialog?.querySelector<HTMLElement>('.dialog-body :is(input, select, textarea, button):enabled')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog-wide' : ''}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="quiet icon-only" aria-label={t('common.close')} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        <div className="dialog-body">{children}</div>
        {error !== null && (
          <p className="form-error" role="alert">
            {error}
          </p>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="primary" disabled={busy}>
            {submit}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
