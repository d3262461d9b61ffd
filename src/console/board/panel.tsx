// A framed part of the board with its states: loading, failed with a retry, or what it shows.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Asked } from './asked.tsx';

interface PanelProps<T> {
  name: string;
  className?: string;
  count?: number | undefined;
  query: UseQueryResult<T>;
  aside?: ReactNode;
  children(data: T): ReactNode;
}

export function Panel<T>({ name, className = '', count, query, aside, children }: PanelProps<T>) {
  return (
    <section className={`panel ${className}`} aria-label={name} aria-busy={query.isPending}>
      <header>
        <h2>{name}</h2>
        {count !== undefined && count > 0 && <span className="panel-count">{count}</span>}
        {aside}
      </header>
      <Asked query={query} />
      {query.data !== undefined && children(query.data)}
    </section>
  );
}
