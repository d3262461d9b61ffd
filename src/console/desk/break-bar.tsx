// After several very angry conversations in a row: a proposal to rest, and when the rest is over, a word. Nobody is made to.
import { useState } from 'react';
import type { DeskSummary } from '../../contract/routes/desk.ts';
import { useNow } from '../clock.ts';
import { useSpeech } from './care-speech.ts';
import type { PresenceControl } from './presence.ts';

interface BreakProps {
  hard: DeskSummary['me']['hard'] | null;
  presence: PresenceControl;
  /** When the present presence began. */
  since: number;
}

// our own measure, not a law's: three are a strain, five minutes are the shortest pause that is one
const AFTER = 3;
const REST_MS = 5 * 60_000;

function Resting({ presence, since }: Omit<BreakProps, 'hard'>) {
  const { t } = useSpeech();
  if (useNow() - since < REST_MS) return null;
  return (
    <div className="banner" role="status">
      <span>{t('break.over')}</span>
      <button type="button" className="quiet" onClick={() => presence.set('online')}>
        {t('break.back')}
      </button>
    </div>
  );
}

export function BreakBar({ hard, presence, since }: BreakProps) {
  const { t } = useSpeech();
  const [declined, setDeclined] = useState<string | null>(null);
  const [resting, setResting] = useState(false);
  const { state, set } = presence;
  if (state === 'away') return resting ? <Resting presence={presence} since={since} /> : null;
  if (hard === null || hard.inARow < AFTER || hard.last === declined || state === 'offline') return null;
  const rest = () => {
    setResting(true);
    setDeclined(hard.last);
    set('away');
  };
  return (
    <div className="banner" role="status">
      <span>{t('break.propose', { n: hard.inARow })}</span>
      <button type="button" className="quiet" onClick={rest}>
        {t('break.rest')}
      </button>
      <button type="button" className="quiet" onClick={() => setDeclined(hard.last)}>
        {t('break.later')}
      </button>
    </div>
  );
}
