// What this shopper was promised: each in one line, confirmed, kept or moved in one click. Who may do what is the server's to say.
import { useState } from 'react';
import type { Commitment } from '../../contract/commitment.ts';
import { errorText } from '../api.ts';
import { moment } from '../time.ts';
import { useBeside } from './beside.tsx';
import { useLoaded, useLooks } from './loaded.ts';
import { Section } from './section.tsx';
import { useSpeech } from './speech.ts';

const HOUR_MS = 3_600_000;
/** How far a promise is moved in one click. */
const LATER = [2, 24] as const;

interface RowProps {
  promise: Commitment;
  onAct(what: 'confirm' | 'done' | 'dismiss' | 'slip', body?: Record<string, unknown>): void;
}

function Row({ promise, onAct }: RowProps) {
  const { t, language } = useSpeech();
  const [moving, setMoving] = useState(false);
  const notes = [
    promise.state === 'suggested' && t('packet.unconfirmed'),
    promise.state === 'broken' && t('packet.broken'),
    promise.dueAt && t('packet.due', { time: moment(promise.dueAt, language, Date.now()) }),
    promise.holder?.name,
    promise.orderId,
  ].filter((note) => typeof note === 'string');
  const from = Math.max(Date.now(), promise.dueAt ? Date.parse(promise.dueAt) : 0);
  return (
    <li>
      <p>
        {promise.state === 'broken' ? <strong>{promise.task}</strong> : promise.task}
        <span className="quiet-text">{notes.join(' · ')}</span>
      </p>
      <p className="promise-acts">
        {promise.state === 'suggested' ? (
          <>
            <button type="button" onClick={() => onAct('confirm')}>
              {t('promise.confirm')}
            </button>
            <button type="button" className="quiet" onClick={() => onAct('dismiss')}>
              {t('promise.dismiss')}
            </button>
          </>
        ) : (
          <button type="button" aria-expanded={moving} onClick={() => setMoving((now) => !now)}>
            {t('promise.slip')}
          </button>
        )}
        <button type="button" onClick={() => onAct('done')}>
          {t('promise.done')}
        </button>
      </p>
      {moving && (
        <p className="promise-acts">
          <span className="quiet-text">{t('promise.slipHint')}</span>
          {LATER.map((hours) => (
            <button
              type="button"
              key={hours}
              onClick={() => onAct('slip', { newDueAt: new Date(from + hours * HOUR_MS).toISOString() })}
            >
              {t('promise.later', { n: hours })}
            </button>
          ))}
        </p>
      )}
    </li>
  );
}

export function Promised() {
  const { t } = useSpeech();
  const { ask, conversationId, thread } = useBeside();
  const [error, setError] = useState<string | null>(null);
  const lastSaid = thread.messages.findLast((m) => m.from !== 'shopper')?.seq ?? 0;
  const looks = useLooks(lastSaid);
  const promised = useLoaded(
    conversationId,
    looks,
    async () =>
      (await ask.path<{ items: Commitment[] }>(`/api/commitments?conversationId=${conversationId}&limit=20`)).items,
  );
  if (!promised.data || promised.data.length === 0) return null;
  const act: (id: string) => RowProps['onAct'] =
    (id) =>
    (what, body = {}) => {
      ask.path(`/api/commitments/${id}/${what}`, { method: 'POST', body }).then(
        () => {
          setError(null);
          promised.reload();
          if (what === 'slip') void thread.refresh();
        },
        (caught: unknown) => setError(errorText(caught, t)),
      );
    };
  return (
    <Section title={t('packet.commitments')}>
      <ul className="signals promises">
        {promised.data.map((promise) => (
          <Row key={promise.id} promise={promise} onAct={act(promise.id)} />
        ))}
      </ul>
      {error !== null && (
        <p className="side-error" role="alert">
          {error}
        </p>
      )}
    </Section>
  );
}
