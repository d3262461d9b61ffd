// 转接: to a colleague or a team, with a reason and a word to whoever takes it. Says first when the shopper has not been answered.
import { useState } from 'react';
import { Dialog } from '../dialog.tsx';
import { AlertIcon } from '../icons.tsx';
import { useAction } from './dialogs.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi, Target } from './staff-api.ts';
import { useTargets } from './targets.ts';

const REASONS = ['authority', 'expertise', 'language', 'shift', 'other'] as const;
type Reason = (typeof REASONS)[number];

interface TransferProps {
  api: StaffApi;
  queues: Readonly<Record<string, number>>;
  /** The shopper waits for an answer. */
  unanswered: boolean;
  onSentence(text: string): void;
  onTransfer(to: Target, reason: string, note: string): Promise<unknown>;
  onDone(): void;
  onClose(): void;
}

interface Choice {
  key: string;
  to: Target;
  name: string;
  state: string;
  disabled: boolean;
}

/** Colleagues who could take it first, those who cannot after them and unchoosable. */
function useChoices(api: StaffApi, kind: 'agent' | 'team', queues: TransferProps['queues']): Choice[] | null {
  const { t } = useSpeech();
  const found = useTargets(api);
  if (found === null) return null;
  if (kind === 'team')
    return found.teams.map(({ name, label }) => ({
      key: name,
      to: { team: name },
      name: label,
      state: t('transfer.queue', { n: queues[name] ?? 0 }),
      disabled: false,
    }));
  return found.staff
    .filter(({ id, role }) => id !== api.me && (role === 'agent' || role === 'supervisor'))
    .map(({ id, name, presence, load, capacity }) => {
      const isFull = load >= capacity;
      const word = presence !== 'offline' && isFull ? t('transfer.full') : t(`presence.${presence}`);
      return {
        key: id,
        to: { agent: id },
        name,
        state: presence === 'offline' ? word : `${word} ${load}/${capacity}`,
        disabled: presence === 'offline' || isFull,
      };
    })
    .sort((a, b) => Number(a.disabled) - Number(b.disabled));
}

function Unanswered({ onSentence }: Pick<TransferProps, 'onSentence'>) {
  const { t } = useSpeech();
  return (
    <p className="dialog-warning" role="note">
      <AlertIcon />
      <span>{t('transfer.unanswered')}</span>
      <button type="button" onClick={() => onSentence(t('transfer.sentence'))}>
        {t('transfer.say', { text: t('transfer.sentence') })}
      </button>
    </p>
  );
}

export function TransferDialog(props: TransferProps) {
  const { t } = useSpeech();
  const { api, queues, unanswered, onSentence, onTransfer, onDone, onClose } = props;
  const [kind, setKind] = useState<'agent' | 'team'>('agent');
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [reason, setReason] = useState<Reason | null>(null);
  const [note, setNote] = useState('');
  const [said, setSaid] = useState(false);
  const { busy, error, setError, run } = useAction(onDone);
  const choices = useChoices(api, kind, queues);
  const submit = () => {
    if (chosen === null || reason === null) setError(t('transfer.required'));
    else run(() => onTransfer(chosen.to, t(`transferReason.${reason}`), note.trim()));
  };
  return (
    <Dialog
      title={t('transfer.title')}
      submit={t('transfer.submit')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      {unanswered && !said && (
        <Unanswered
          onSentence={(text) => {
            setSaid(true);
            onSentence(text);
          }}
        />
      )}
      <fieldset className="options">
        <legend>{t('transfer.to')}</legend>
        {(['agent', 'team'] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="kind"
              checked={kind === name}
              onChange={() => {
                setKind(name);
                setChosen(null);
              }}
            />
            <span>{t(`transfer.${name}`)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset className="targets" aria-label={t(`transfer.${kind}`)}>
        {choices === null && <p className="quiet-text">{t('app.loading')}</p>}
        {choices?.length === 0 && <p className="quiet-text">{t('transfer.nobody')}</p>}
        {choices?.map((choice) => (
          <label key={choice.key} className={choice.disabled ? 'target-off' : ''}>
            <input
              type="radio"
              name="target"
              disabled={choice.disabled}
              checked={chosen?.key === choice.key}
              onChange={() => setChosen(choice)}
            />
            <span>{choice.name}</span>
            <span className="target-state">{choice.state}</span>
          </label>
        ))}
      </fieldset>
      <fieldset className="options">
        <legend>{t('transfer.reason')}</legend>
        {REASONS.map((name) => (
          <label key={name}>
            <input type="radio" name="reason" checked={reason === name} onChange={() => setReason(name)} />
            <span>{t(`transferReason.${name}`)}</span>
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{t('transfer.note')}</span>
        <textarea
          rows={2}
          maxLength={1000}
          value={note}
          placeholder={t('transfer.noteHint')}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
    </Dialog>
  );
}
