// After the end: the way back into the conversation, and the question how it was. A star is enough; reasons may follow.
import { useState } from 'react';
import type { Csat } from '../../contract/shop.ts';
import { errorText } from '../api.ts';
import { Drawn } from '../icons.tsx';
import type { zh } from '../words/shop-more.zh.ts';
import { askShop } from './ask-shop.ts';
import { useMore } from './more-speech.ts';
import './csat.css';

export function Again({ onAgain }: { onAgain(): void }) {
  const { t } = useMore();
  return (
    <button type="button" className="again" onClick={onAgain}>
      {t('more.again')}
    </button>
  );
}

const SCORES = [1, 2, 3, 4, 5] as const;
const STAR = 'm12 3 2.7 5.7 6.3.9-4.6 4.3 1.2 6.2L12 17.1l-5.6 3 1.2-6.2L3 9.6l6.3-.9z';

type Word = keyof typeof zh & `more.tag${string}`;
// kept as the shop reads them, whatever language the shopper chose
const PRAISE = [
  ['more.tagFast', '回复快'],
  ['more.tagPatient', '耐心'],
  ['more.tagPro', '专业'],
  ['more.tagSolved', '问题解决了'],
] as const satisfies readonly (readonly [Word, string])[];
const BLAME = [
  ['more.tagSlow', '回复慢'],
  ['more.tagCold', '态度不好'],
  ['more.tagUnclear', '没说清楚'],
  ['more.tagUnsolved', '问题没解决'],
] as const satisfies readonly (readonly [Word, string])[];

interface StarsProps {
  score: number | null;
  label: string;
  onScore(score: number): void;
}

function Stars({ score, label, onScore }: StarsProps) {
  const { t } = useMore();
  return (
    <fieldset className="stars" aria-label={label}>
      {SCORES.map((n) => (
        <label key={n} className={score !== null && n <= score ? 'star star-on' : 'star'} title={t(`more.star${n}`)}>
          <input
            type="radio"
            name="csat"
            aria-label={t('more.stars', { n })}
            checked={score === n}
            onChange={() => onScore(n)}
          />
          <Drawn d={STAR} />
        </label>
      ))}
      <span className="star-word">{score !== null && t(`more.star${score as (typeof SCORES)[number]}`)}</span>
    </fieldset>
  );
}

interface ReasonsProps {
  score: number;
  given: Pick<Csat, 'tags' | 'text'>;
  busy: boolean;
  onSubmit(reasons: { tags: string[]; text: string }): void;
}

function Reasons({ score, given, busy, onSubmit }: ReasonsProps) {
  const { t } = useMore();
  const choice = score >= 4 ? PRAISE : BLAME;
  const [tags, setTags] = useState<readonly string[]>(given.tags);
  const [text, setText] = useState(given.text);
  // what praises is no reason for one star
  const kept = choice.map(([, tag]) => tag).filter((tag) => tags.includes(tag));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ tags: kept, text });
      }}
    >
      <fieldset className="csat-tags" aria-label={t('more.tags')}>
        {choice.map(([word, tag]) => (
          <button
            type="button"
            key={tag}
            aria-pressed={tags.includes(tag)}
            onClick={() => setTags(tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag])}
          >
            {t(word)}
          </button>
        ))}
      </fieldset>
      <textarea
        rows={2}
        maxLength={500}
        value={text}
        placeholder={t('more.csatText')}
        aria-label={t('more.csatText')}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" className="primary" disabled={busy}>
        {t('more.csatSubmit')}
      </button>
    </form>
  );
}

/** `open`: nothing yet, or being changed; `thanked`: a star is given, reasons may be added; `done`. */
type Step = 'open' | 'thanked' | 'done';

export function CsatCard({ csat, token }: { csat: Csat; token: string }) {
  const { t } = useMore();
  const [rating, setRating] = useState({ score: csat.score, tags: csat.tags, text: csat.text });
  const [step, setStep] = useState<Step>(csat.score === null ? 'open' : 'done');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const give = (next: { score: number; tags: string[]; text: string }, then: Step) => {
    const before = rating;
    setRating(next);
    setBusy(true);
    setError('');
    askShop(token, 'POST /api/shop/csat', { body: next })
      .then(
        () => setStep(then),
        (failure: unknown) => {
          setRating(before);
          setError(errorText(failure, t));
        },
      )
      .finally(() => setBusy(false));
  };
  const { score } = rating;
  const ask = csat.agentName ? t('more.csatAskNamed', { name: csat.agentName }) : t('more.csatAsk');
  return (
    <section className="csat" aria-label={t('more.csat')}>
      <strong role="status">{step === 'open' ? ask : t('more.thanks')}</strong>
      <Stars score={score} label={ask} onScore={(n) => give({ ...rating, score: n }, 'thanked')} />
      {step !== 'done' && score !== null && (
        <Reasons score={score} given={rating} busy={busy} onSubmit={(reasons) => give({ ...reasons, score }, 'done')} />
      )}
      {step === 'done' && (
        <p className="csat-end">
          {t('more.csatUntil')}
          <button type="button" className="quiet" onClick={() => setStep('thanked')}>
            {t('more.csatChange')}
          </button>
        </p>
      )}
      {error !== '' && (
        <p className="csat-error" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
