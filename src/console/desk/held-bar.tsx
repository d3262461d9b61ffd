// Written while the network was away, and so long ago that the agent is asked before it goes out.
import { useBeside } from './beside.tsx';
import { useSpeech } from './speech.ts';

export function HeldBar() {
  const { t } = useSpeech();
  const { held, outbox } = useBeside().thread;
  if (held.length === 0) return null;
  return (
    <div className="held-bar" role="alert">
      <span>{t('outbox.ask', { n: held.length })}</span>
      <button type="button" className="primary" onClick={() => outbox.sendHeld()}>
        {t('outbox.sendHeld')}
      </button>
      <button type="button" onClick={() => outbox.dropHeld()}>
        {t('outbox.dropHeld')}
      </button>
    </div>
  );
}
