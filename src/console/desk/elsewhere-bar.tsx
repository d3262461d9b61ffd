// The shopper has come to speak of another team's matter: says so, and hands over at one click. The agent stays the owner until somebody accepts.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { useBeside } from './beside.tsx';
import { useSpeech } from './care-speech.ts';

export function ElsewhereBar({ teamName }: { teamName(team: string): string }) {
  const { t } = useSpeech();
  const { ask, thread, suggested, conversationId } = useBeside();
  const [declined, setDeclined] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { elsewhere } = suggested;
  const id = thread.handoff?.id;
  if (elsewhere === null || id === undefined || thread.handoff?.transfer) return null;
  const { team, about } = elsewhere;
  const name = teamName(team);
  const key = `${conversationId} ${team} ${about}`;
  if (declined === key) return null;
  const move = () => {
    setBusy(true);
    const body = { to: { team }, reason: t('transferReason.expertise'), note: t('elsewhere.note', { about }) };
    ask
      .path(`/api/handoffs/${id}/transfer`, { method: 'POST', body })
      .then(
        () => thread.refresh(),
        (caught: unknown) => setError(errorText(caught, t)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <p className="owner-bar owner-elsewhere" role="status">
      <span>{error ?? t('elsewhere.text', { about, team: name })}</span>
      <button type="button" className="quiet" disabled={busy} onClick={move}>
        {t('elsewhere.move', { team: name })}
      </button>
      <button type="button" className="quiet" onClick={() => setDeclined(key)}>
        {t('elsewhere.stay')}
      </button>
    </p>
  );
}
