// The three questions before an agent lets go of, or takes, a conversation.
import { useEffect, useRef, useState } from 'react';
import type { RootCauseHint } from '../../contract/root-cause.ts';
import { errorText } from '../api.ts';
import { Dialog } from '../dialog.tsx';
import type { Disposition } from '../wire.ts';
import { zh } from '../words/case.zh.ts';
import { type Cause, RootCauseField } from './root-cause.tsx';
import { useSpeech } from './speech.ts';

// a record, so that a disposition added to the contract cannot be forgotten here
const DISPOSITION_WORDS: Record<Disposition, keyof typeof zh & `disposition.${string}`> = {
  resolved: 'disposition.resolved',
  follow_up: 'disposition.follow_up',
  ticket: 'disposition.ticket',
  no_response: 'disposition.no_response',
  invalid: 'disposition.invalid',
};

// stored as the shop's own words, like the bot's guess, whatever language the agent reads
const CATEGORIES = [
  'logistics',
  'return',
  'refund',
  'quality',
  'complaint',
  'promotion',
  'order',
  'invoice',
  'product',
  'other',
] as const;

/** Runs an action once at a time and keeps its failure for the dialog. */
export function useAction(onDone: () => void) {
  const { t } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = (act: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    act().then(onDone, (caught: unknown) => {
      setBusy(false);
      setError(errorText(caught, t));
    });
  };
  return { busy, error, setError, run };
}

export interface Ending {
  disposition: Disposition;
  category: string;
  /** The shopper is asked how it was. */
  csat: boolean;
  /** A question for whoever keeps the knowledge; null for none. */
  candidate: string | null;
  /** 根因; left out when nobody said. */
  cause?: string;
  causeNote?: string;
}

interface ResolveProps {
  /** What the bot took it for; offered as the category. */
  guess: string | null;
  /** What the shopper asked, to begin with. */
  question: string;
  /** Goes on with the next conversation at once. */
  next: boolean;
  /** The causes to choose from, and the likeliest. */
  causes(): Promise<RootCauseHint>;
  onResolve(end: Ending): Promise<unknown>;
  onDone(): void;
  onClose(): void;
}

/** ☐加入知识库候选: the question goes to the studio's list of those nobody could answer. */
function Candidate({
  value,
  onValue,
  question,
}: {
  value: string | null;
  question: string;
  onValue(text: string | null): void;
}) {
  const { t } = useSpeech();
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={value !== null}
          onChange={(event) => onValue(event.target.checked ? question : null)}
        />
        <span>{t('resolve.candidate')}</span>
      </label>
      {value !== null && (
        <label className="field">
          <span>{t('resolve.question')}</span>
          <input maxLength={200} value={value} onChange={(event) => onValue(event.target.value)} />
        </label>
      )}
    </>
  );
}

export function ResolveDialog({ guess, question, next, causes, onResolve, onDone, onClose }: ResolveProps) {
  const { t } = useSpeech();
  const [disposition, setDisposition] = useState<Disposition | null>(null);
  const [category, setCategory] = useState(guess ?? '');
  // asked for by default; nobody rates a conversation that was none
  const [wanted, setWanted] = useState<boolean | null>(null);
  const csat = wanted ?? disposition !== 'invalid';
  const [candidate, setCandidate] = useState<string | null>(null);
  const [hint, setHint] = useState<RootCauseHint | null>(null);
  const [{ cause, note }, setCause] = useState<Cause>({ cause: '', note: '' });
  const ask = useRef(causes);
  useEffect(() => {
    // without the list the case ends all the same
    ask.current().then(setHint, () => undefined);
  }, []);
  const { busy, error, setError, run } = useAction(onDone);
  const submit = () => {
    if (disposition === null || category === '') setError(t('resolve.required'));
    else {
      const why = cause === '' ? {} : { cause, ...(note.trim() !== '' && { causeNote: note.trim() }) };
      run(() => onResolve({ disposition, category, csat, candidate: candidate?.trim() || null, ...why }));
    }
  };
  return (
    <Dialog
      title={t('resolve.title')}
      submit={next ? t('resolve.submitNext') : t('resolve.submit')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <fieldset className="options">
        <legend>{t('resolve.disposition')}</legend>
        {(Object.keys(DISPOSITION_WORDS) as Disposition[]).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="disposition"
              checked={disposition === name}
              onChange={() => setDisposition(name)}
            />
            <span>{t(DISPOSITION_WORDS[name])}</span>
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{t('resolve.category')}</span>
        <select value={category} onChange={(event) => setCategory(event.target.value)}>
          <option value="">{t('resolve.categoryHint')}</option>
          {guess !== null && <option value={guess}>{guess}</option>}
          {CATEGORIES.map((name) => (
            <option key={name} value={zh[`category.${name}`]}>
              {t(`category.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <RootCauseField hint={hint} category={category} value={{ cause, note }} onValue={setCause} />
      <label className="check">
        <input type="checkbox" checked={csat} onChange={(event) => setWanted(event.target.checked)} />
        <span>{t('resolve.csat')}</span>
      </label>
      <Candidate value={candidate} question={question} onValue={setCandidate} />
    </Dialog>
  );
}

interface ReturnProps {
  onReturn(note: string): Promise<unknown>;
  onDone(): void;
  onClose(): void;
}

export function ReturnDialog({ onReturn, onDone, onClose }: ReturnProps) {
  const { t } = useSpeech();
  const [note, setNote] = useState('');
  const { busy, error, run } = useAction(onDone);
  return (
    <Dialog
      title={t('return.title')}
      submit={t('act.return')}
      busy={busy}
      error={error}
      onSubmit={() => run(() => onReturn(note.trim()))}
      onClose={onClose}
    >
      <p>{t('return.text')}</p>
      <label className="field">
        <span>{t('return.note')}</span>
        <textarea rows={2} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
    </Dialog>
  );
}

const TAKEOVER_REASONS = [
  'takeover.reasonWrong',
  'takeover.reasonMood',
  'takeover.reasonSupervisor',
  'takeover.reasonOther',
] as const;

interface TakeoverProps {
  onTakeover(reason: string): Promise<unknown>;
  onDone(): void;
  onClose(): void;
}

export function TakeoverDialog({ onTakeover, onDone, onClose }: TakeoverProps) {
  const { t } = useSpeech();
  const [picked, setPicked] = useState<(typeof TAKEOVER_REASONS)[number] | null>(null);
  const [other, setOther] = useState('');
  const { busy, error, setError, run } = useAction(onDone);
  const submit = () => {
    const reason = picked === null ? '' : picked === 'takeover.reasonOther' ? other.trim() : t(picked);
    if (reason === '') setError(t('takeover.required'));
    else run(() => onTakeover(reason));
  };
  return (
    <Dialog
      title={t('takeover.title')}
      submit={t('takeover.submit')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <fieldset className="options">
        <legend>{t('takeover.reason')}</legend>
        {TAKEOVER_REASONS.map((word) => (
          <label key={word}>
            <input type="radio" name="reason" checked={picked === word} onChange={() => setPicked(word)} />
            <span>{t(word)}</span>
          </label>
        ))}
      </fieldset>
      {picked === 'takeover.reasonOther' && (
        <label className="field">
          <span>{t('takeover.other')}</span>
          <input maxLength={200} value={other} onChange={(event) => setOther(event.target.value)} />
        </label>
      )}
    </Dialog>
  );
}
