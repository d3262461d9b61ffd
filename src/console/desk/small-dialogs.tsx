// The shorter questions of the desk: a whisper, why a handover is not taken, what stands against going offline.
import { useState } from 'react';
import { Dialog } from '../dialog.tsx';
import { useAction } from './dialogs.tsx';
import type { Refused } from './presence.ts';
import { useSpeech } from './speech.ts';

interface WordProps {
  onSay(text: string): Promise<unknown>;
  onDone(): void;
  onClose(): void;
}

export function WhisperDialog({ name, onSay, onDone, onClose }: WordProps & { name: string }) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const { busy, error, setError, run } = useAction(onDone);
  return (
    <Dialog
      title={t('whisper.title', { name })}
      submit={t('whisper.submit')}
      busy={busy}
      error={error}
      onSubmit={() => (text.trim() === '' ? setError(t('whisper.required')) : run(() => onSay(text.trim())))}
      onClose={onClose}
    >
      <label className="field">
        <span>{t('whisper.label')}</span>
        <textarea rows={3} maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
    </Dialog>
  );
}

export function RefuseDialog({ onSay, onDone, onClose }: WordProps) {
  const { t } = useSpeech();
  const [text, setText] = useState('');
  const { busy, error, setError, run } = useAction(onDone);
  return (
    <Dialog
      title={t('refuse.title')}
      submit={t('refuse.submit')}
      busy={busy}
      error={error}
      onSubmit={() => (text.trim() === '' ? setError(t('refuse.required')) : run(() => onSay(text.trim())))}
      onClose={onClose}
    >
      <label className="field">
        <span>{t('refuse.reason')}</span>
        <textarea rows={2} maxLength={500} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
    </Dialog>
  );
}

interface OfflineProps {
  refused: Refused;
  onOpen(conversationId: string, handoffId: string | null): void;
  onHandover(): void;
  onClose(): void;
}

/** Nobody goes offline with work in their hands: the list of it, each one click away. */
export function OfflineDialog({ refused, onOpen, onHandover, onClose }: OfflineProps) {
  const { t } = useSpeech();
  return (
    <Dialog
      title={t('offline.title')}
      submit={t('handover.title')}
      busy={false}
      error={null}
      onSubmit={onHandover}
      onClose={onClose}
    >
      <p>{refused.why}</p>
      <ul className="open-work">
        {refused.open.map(({ kind, handoffId, conversationId, shopper, unconfirmed }) => (
          <li key={handoffId}>
            <button type="button" className="quiet" onClick={() => onOpen(conversationId, handoffId)}>
              {shopper ?? t('common.visitor')}
            </button>
            <span className="quiet-text">{unconfirmed ? t('offline.unconfirmed') : t(`offline.${kind}`)}</span>
          </li>
        ))}
        {refused.handovers.map(({ id, from, to, direction }) => (
          <li key={id}>
            {direction === 'given' ? t('offline.given', { name: to }) : t('offline.received', { name: from })}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
