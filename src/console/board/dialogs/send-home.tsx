// A supervisor sends an agent offline; what the agent had goes back to the queue with its age.
import { useState } from 'react';
import { errorText } from '../../api.ts';
import { Dialog } from '../../dialog.tsx';
import type { Ask } from '../../staff/ask.ts';
import type { AgentNow } from '../data.ts';
import { useSpeech } from '../speech.ts';

interface SendHomeProps {
  ask: Ask;
  agent: AgentNow;
  onDone(words: string): void;
  onClose(): void;
}

export function SendHome({ ask, agent, onDone, onClose }: SendHomeProps) {
  const { t } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { name } = agent;
  const submit = () => {
    setBusy(true);
    const order = { method: 'PUT', body: { state: 'offline', force: true } } as const;
    ask.path<{ released: string[] }>(`/api/staff/${agent.id}/presence`, order).then(
      ({ released }) => onDone(t('home.done', { name, n: released.length })),
      (failed: unknown) => {
        setBusy(false);
        setError(errorText(failed, t));
      },
    );
  };
  return (
    <Dialog
      title={t('home.title', { name })}
      submit={t('home.submit')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>{t('home.text', { name, n: agent.serving })}</p>
    </Dialog>
  );
}
