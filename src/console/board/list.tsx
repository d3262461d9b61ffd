// The list behind a number: exactly its cases, each with a way to the conversation.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { wordFor } from '../language.tsx';
import { Modal } from '../modal.tsx';
import type { Ask } from '../staff/ask.ts';
import { Asked } from './asked.tsx';
import type { Cases } from './data.ts';
import { type Filters, periodQuery } from './filters.ts';
import { dayAndTime, duration } from './format.ts';
import { type Speak, useSpeech } from './speech.ts';

export interface ListOf {
  measure:
    | 'waiting'
    | 'in-service'
    | 'overdue'
    | 'sessions'
    | 'handoffs'
    | 'response'
    | 'average-response'
    | 'first-reply'
    | 'bot-resolution'
    | 'satisfaction'
    | 'resolved'
    | 'causes';
  name: string;
  narrow?: {
    hour?: number;
    weekday?: number;
    reason?: string;
    agent?: string;
    kind?: 'bot' | 'person' | 'abandoned';
  };
}

type Item = Cases['items'][number];

const hasOutcome = (measure: ListOf['measure']) => measure === 'response' || measure === 'bot-resolution';

function resultOf({ outcome, value, kind, reason }: Item, measure: ListOf['measure'], t: Speak): string {
  const parts = [
    hasOutcome(measure) && outcome !== null ? t(outcome === 'hit' ? 'list.hit' : 'list.miss') : null,
    measure === 'satisfaction' && value !== null ? t('list.stars', { n: value }) : null,
    measure !== 'satisfaction' && value !== null ? duration(value, t) : null,
    measure === 'sessions' && kind !== null ? t(`chart.${kind}`) : null,
    reason === null ? null : wordFor(t, measure === 'causes' ? 'cause' : 'reason', reason),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

const linkTo = (item: Pick<Item, 'conversationId' | 'handoffId'>): string =>
  `/desk?c=${item.conversationId}${item.handoffId === null ? '' : `&h=${item.handoffId}`}`;

interface ListProps {
  ask: Ask;
  filters: Filters;
  list: ListOf;
  onClose(): void;
}

export function List({ ask, filters, list, onClose }: ListProps) {
  const { t } = useSpeech();
  const [missesOnly, setMissesOnly] = useState(false);
  const { measure, narrow } = list;
  const query = { ...periodQuery(filters), measure, ...narrow, ...(missesOnly && { outcome: 'miss' as const }) };
  const pages = useInfiniteQuery({
    queryKey: ['cases', query],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => ask('GET /api/metrics/conversations', { query: { ...query, offset: pageParam } }),
    getNextPageParam: (last) => last.next,
    gcTime: 0,
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const count = pages.data?.pages[0]?.count;
  return (
    <Modal
      look="side"
      title={count === undefined ? list.name : t('list.title', { name: list.name, n: count })}
      onClose={onClose}
    >
      {hasOutcome(measure) && (
        <label className="list-misses">
          <input type="checkbox" checked={missesOnly} onChange={(event) => setMissesOnly(event.target.checked)} />
          {t('list.onlyMisses')}
        </label>
      )}
      <Asked query={pages} />
      {count === 0 && <p className="panel-empty">{t('list.empty')}</p>}
      {items.length > 0 && (
        <div className="drawer-body">
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">{t('list.shopper')}</th>
                <th scope="col">{t('list.time')}</th>
                <th scope="col">{t('list.result')}</th>
                <th scope="col">{t('list.agent')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: one conversation may stand in a list several times
                <tr key={`${item.conversationId} ${item.at} ${i}`} className={item.outcome === 'miss' ? 'missed' : ''}>
                  <th scope="row">
                    <a href={linkTo(item)} title={t('list.open')}>
                      {item.shopper ?? t('common.visitor')}
                    </a>
                  </th>
                  <td>{dayAndTime(item.at)}</td>
                  <td>{resultOf(item, measure, t)}</td>
                  <td>{item.agent ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {pages.hasNextPage && (
            <button type="button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t('list.more', { n: (count ?? 0) - items.length })}
            </button>
          )}
        </div>
      )}
    </Modal>
  );
}
