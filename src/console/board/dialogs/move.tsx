// A supervisor gives a conversation to another agent: which one, to whom, and why.
import { useState } from 'react';
import { errorText } from '../../api.ts';
import { Dialog } from '../../dialog.tsx';
import type { Ask } from '../../staff/ask.ts';
import type { AgentNow } from '../data.ts';
import { useSpeech } from '../speech.ts';

export interface MoveCase {
  handoffId: string;
  shopper: string | null;
}

interface MoveProps {
  ask: Ask;
  cases: readonly MoveCase[];
  /** Who has it now; null for one that waits. */
  ownerId: string | null;
  agents: readonly AgentNow[];
  onDone(words: string): void;
  onClose(): void;
}

const REASONS = ['skill', 'late', 'load', 'off'] as const;
const isThere = ({ presence }: AgentNow) => presence === 'online' || presence === 'busy';

export function Move({ ask, cases, ownerId, agents, onDone, onClose }: MoveProps) {
  const { t } = useSpeech();
  const [handoffId, setHandoffId] = useState(cases.length === 1 ? cases[0]!.handoffId : '');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState<(typeof REASONS)[number] | ''>('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const others = agents.filter((agent) => agent.id !== ownerId);
  const load = (agent: AgentNow) => {
    const presence = t(`presence.${agent.presence as 'online'}`);
    const of = { presence, load: agent.load, capacity: agent.capacity };
    return agent.load >= agent.capacity ? t('move.full', of) : t('move.load', of);
  };
  const submit = () => {
    const target = agents.find((agent) => agent.id === to);
    if (handoffId === '' || !target || reason === '') return setError(t('move.required'));
    setBusy(true);
    const body = { agent: target.id, reason: t(`move.reason.${reason}`) };
    ask('POST /api/handoffs/:id/reassign', { params: { id: handoffId }, body }).then(
      () => onDone(t('move.done', { name: target.name })),
      (failed: unknown) => {
        setBusy(false);
        setError(errorText(failed, t));
      },
    );
  };
  return (
    <Dialog
      title={t('move.title')}
      submit={t('move.submit')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      {cases.length > 1 && (
        <label className="field">
          <span>{t('move.which')}</span>
          <select value={handoffId} onChange={(event) => setHandoffId(event.target.value)}>
            <option value="" />
            {cases.map((one) => (
              <option key={one.handoffId} value={one.handoffId}>
                {one.shopper ?? t('common.visitor')}
              </option>
            ))}
          </select>
        </label>
      )}
      <fieldset className="options move-to">
        <legend>{t('move.to')}</legend>
        {others.map((agent) => (
          <label key={agent.id} className={isThere(agent) ? '' : 'not-there'}>
            <input
              type="radio"
              name="to"
              value={agent.id}
              checked={to === agent.id}
              disabled={!isThere(agent)}
              onChange={() => setTo(agent.id)}
            />
            <span>
              {agent.name} <small>{load(agent)}</small>
            </span>
          </label>
        ))}
        {!others.some(isThere) && <p className="quiet-text">{t('move.nobody')}</p>}
      </fieldset>
      <fieldset className="options">
        <legend>{t('move.reason')}</legend>
        {REASONS.map((one) => (
          <label key={one}>
            <input type="radio" name="reason" value={one} checked={reason === one} onChange={() => setReason(one)} />
            <span>{t(`move.reason.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <p className="quiet-text">{t('move.hint')}</p>
    </Dialog>
  );
}
