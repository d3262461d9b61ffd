// A panel that is loading, or could not be loaded: the rest of the desk goes on without it.
import { errorText } from '../api.ts';
import { moment } from '../time.ts';
import type { Loaded } from './loaded.ts';
import { useSpeech } from './speech.ts';

/** Nothing while all is well; with old data beside a failure it says how old. */
export function PanelState({ of, failed }: { of: Loaded<unknown>; failed: string }) {
  const { t, language } = useSpeech();
  if (of.error !== null) {
    return (
      <div className="list-error" role="alert">
        <span>
          {failed} · {errorText(of.error, t)}
          {of.at !== null &&
            ` · ${t('panel.asOf', { time: moment(new Date(of.at).toISOString(), language, Date.now()) })}`}
        </span>
        <button type="button" className="quiet" onClick={of.reload}>
          {t('common.retry')}
        </button>
      </div>
    );
  }
  if (!of.loading) return null;
  return (
    <div className="panel-skeleton" role="status">
      <span className="unseen-label">{t('app.loading')}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
