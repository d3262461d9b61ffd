// The end of a form in a sheet: what keeps it from being sent, the way out, and the button that sends it.
import { useSpeech } from '../language.tsx';

interface FormEndProps {
  error: string | null;
  busy: boolean;
  /** The word on the button that sends. */
  submit: string;
  onCancel(): void;
}

export function FormEnd({ error, busy, submit, onCancel }: FormEndProps) {
  const { t } = useSpeech();
  return (
    <>
      {error !== null && (
        <p className="form-error wide" role="alert">
          {error}
        </p>
      )}
      <div className="sheet-acts wide">
        <button type="button" onClick={onCancel}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="primary" disabled={busy}>
          {submit}
        </button>
      </div>
    </>
  );
}
