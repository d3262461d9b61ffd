// A question with its two answers: do it, or leave it.
import type { ReactNode } from 'react';
import { useSpeech } from './language.tsx';
import { Modal } from './modal.tsx';

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

/** What is asked, not the way out. */
const ASKED = '.dialog-body :is(input, select, textarea, button):enabled';

export function Dialog({ title, submit, busy, error, wide = false, onSubmit, onClose, children }: DialogProps) {
  const { t } = useSpeech();
  return (
    <Modal title={title} look={wide ? 'wide' : 'question'} first={ASKED} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
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
    </Modal>
  );
}
