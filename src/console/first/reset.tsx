// The sample shop back to its first day; only where the server offers it: the demo, on this machine.
import { useEffect, useState } from 'react';
import { call, errorText } from '../api.ts';
import { Dialog } from '../dialog.tsx';
import { callRoute } from '../routes.ts';
import { forgetVisitor, readArrival } from '../shop/visitor.ts';
import { useSpeech } from './speech.ts';

async function reset(): Promise<void> {
  const asAgent = () => callRoute('POST /api/session/demo', { body: { role: 'agent' } });
  const { csrf } = await callRoute('GET /api/session').catch(asAgent);
  await call('/api/demo/reset', { method: 'POST', headers: { 'x-csrf-token': csrf }, timeoutMs: 60_000 });
  // the shopper of this page went with the conversations
  forgetVisitor(readArrival(location.search));
}

export function ResetDemo() {
  const { t } = useSpeech();
  const [offered, setOffered] = useState(false);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    callRoute('GET /api/demo').then(
      ({ canReset }) => setOffered(canReset),
      () => setOffered(false),
    );
  }, []);
  if (!offered) return null;
  const submit = () => {
    setBusy(true);
    reset().then(
      () => location.reload(),
      (failed: unknown) => {
        setBusy(false);
        setError(errorText(failed, t));
      },
    );
  };
  return (
    <>
      <button type="button" className="quiet" onClick={() => setAsking(true)}>
        {t('reset.open')}
      </button>
      {asking && (
        <Dialog
          title={t('reset.open')}
          submit={t('reset.submit')}
          busy={busy}
          error={error}
          onSubmit={submit}
          onClose={() => setAsking(false)}
        >
          <p>{t('reset.text')}</p>
        </Dialog>
      )}
    </>
  );
}
