// One number of the first row: what it is, how it stood before, where it comes from, and the list behind it.
import type { ReactNode } from 'react';
import { Info } from './info.tsx';
import { Sparkline } from './sparkline.tsx';
import { useSpeech } from './speech.ts';

export interface CardFacts {
  id: string;
  name: string;
  value: string;
  note: string;
  /** The same number before, as it is shown. */
  before: string | null;
  /** Against before: `good` and `bad` as the shop sees it. */
  change: { way: 'up' | 'down'; mood: 'good' | 'bad' | 'plain' } | null;
  trend: readonly (number | null)[];
  about: ReactNode;
}

interface CardProps {
  /** Null while it is loaded for the first time. */
  facts: CardFacts | null;
  name: string;
  beforeName: string;
  failed: boolean;
  stale: boolean;
  onRetry(): void;
  onOpen: (() => void) | null;
}

export function Card({ facts, name, beforeName, failed, stale, onRetry, onOpen }: CardProps) {
  const { t } = useSpeech();
  if (facts === null)
    return (
      <section className="board-card" aria-label={name} aria-busy={!failed}>
        <h2>{name}</h2>
        {failed ? (
          <p className="card-failed" role="alert">
            {t('board.failed')}
            <button type="button" onClick={onRetry}>
              {t('common.retry')}
            </button>
          </p>
        ) : (
          <div className="board-skeleton" role="status" aria-label={t('board.loading')} />
        )}
      </section>
    );
  const { value, note, before, change, trend, about } = facts;
  return (
    <section className={stale ? 'board-card stale' : 'board-card'} aria-label={name}>
      <h2>
        {name}
        <Info name={name}>{about}</Info>
      </h2>
      {onOpen === null ? (
        <p className="card-value">{value}</p>
      ) : (
        <button type="button" className="card-value" title={t('board.list', { name })} onClick={onOpen}>
          <span>{value}</span>
          <span className="unseen-label">{t('board.list', { name })}</span>
        </button>
      )}
      <p className="card-note">{note}</p>
      <Sparkline points={trend} />
      {before !== null && (
        <p className="card-before">
          {change && <span className={`change-${change.mood}`}>{change.way === 'up' ? '↑' : '↓'}</span>} {beforeName}{' '}
          {before}
        </p>
      )}
      {failed && (
        <p className="card-failed" role="alert">
          {t('board.failed')}
          <button type="button" onClick={onRetry}>
            {t('common.retry')}
          </button>
        </p>
      )}
    </section>
  );
}
