// The ladder of a complaint: where it stands, by when an answer is wanted there, and the move to another step.
import { useState } from 'react';
import type { Ask } from '../staff/ask.ts';
import { moment } from '../time.ts';
import { fromBox, type TicketWhole } from './ticket-data.ts';
import { useSpeech } from './ticket-speech.ts';

type Step = TicketWhole['steps'][number]['step'];
const STEPS = ['shop', 'brand', 'platform'] as const satisfies readonly Step[];

interface StepsProps {
  ask: Ask;
  ticket: TicketWhole;
  canMove: boolean;
  act(doing: Promise<TicketWhole>): void;
}

function Move({ ask, ticket, at, act }: Omit<StepsProps, 'canMove'> & { at: Step }) {
  const { t } = useSpeech();
  const others = STEPS.filter((step) => step !== at);
  const [step, setStep] = useState<Step>(STEPS[STEPS.indexOf(at) + 1] ?? others[0]!);
  const [due, setDue] = useState('');
  const [reason, setReason] = useState('');
  const [error, setError] = useState(false);
  const send = () => {
    const dueAt = fromBox(due);
    const isWhole = dueAt !== null && reason.trim() !== '';
    setError(!isWhole);
    if (!isWhole) return;
    act(
      ask('POST /api/tickets/:id/steps', { params: { id: ticket.id }, body: { step, dueAt, reason: reason.trim() } }),
    );
  };
  return (
    <form
      className="sheet-form"
      aria-label={t('ticket.ladder')}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label className="field">
        <span>{t('ticket.stepTo')}</span>
        <select value={step} onChange={(event) => setStep(event.target.value as Step)}>
          {others.map((one) => (
            <option key={one} value={one}>
              {t(`ticketStep.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t('ticket.stepBy')}</span>
        <input type="datetime-local" value={due} onChange={(event) => setDue(event.target.value)} />
      </label>
      <label className="field wide">
        <span>{t('ticket.stepWhy')}</span>
        <input maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      {error && (
        <p className="form-error wide" role="alert">
          {t('ticket.stepRequired')}
        </p>
      )}
      <div className="sheet-acts wide">
        <button type="submit">{t('ticket.stepMove')}</button>
      </div>
    </form>
  );
}

export function TicketSteps({ ask, ticket, canMove, act }: StepsProps) {
  const { t, language } = useSpeech();
  const last = ticket.steps.at(-1);
  const at: Step = last?.step ?? 'shop';
  return (
    <section aria-label={t('ticket.ladder')}>
      <h3 className="sheet-heading">{t('ticket.ladder')}</h3>
      <ol className="ladder">
        {STEPS.map((step) => (
          <li key={step} aria-current={step === at ? 'step' : undefined}>
            {t(`ticketStep.${step}`)}
            {step === at && <span className="tag">{t('ticket.stepNow')}</span>}
          </li>
        ))}
      </ol>
      {last && (
        <p className="quiet-text">
          {t('ticket.stepDue', { at: moment(last.dueAt, language, Date.now()) })} · {last.by} · {last.reason}
        </p>
      )}
      {canMove && <Move key={at} ask={ask} ticket={ticket} at={at} act={act} />}
    </section>
  );
}
