// A framed part of the board with its states: loading, failed with a retry, or what it shows.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { errorText } from '../api.ts';
import { useSpeech } from './speech.ts';

interface PanelProps<T> {
  name: string;
  className?: string;
  count?: number | undefined;
  query: UseQueryResult<T>;
  aside?: ReactNode;
  children(data: T): ReactNode;
}

export function Panel<T>({ name, className = '', count, query, aside, children }: PanelProps<T>) {
  const { t } = useSpeech();
  return (
    <section className={`panel ${className}`} aria-label={name} aria-busy={query.isPending}>
      <header>
        <h2>{name}</h2>
        {count !== undefined && count > 0 && <span className="panel-count">{count}</span>}
        {aside}
      </header>
      {query.isError && (
        <p className="card-failed" role="alert">
          {errorText(query.error, t)}
          <button type="button" onClick={() => void query.refetch()}>
            {t('common.retry')}
          </button>
        </p>
      )}
      {query.isPending && <div className="board-skeleton tall" role="status" aria-label={t('board.loading')} />}
      {query.data !== undefined && children(query.data)}
    </section>
  );
}
