// The rows of one list: only those in sight are drawn, arrows move among them, and nothing moves under the pointer.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { DeskRow } from '../../contract/routes/desk.ts';
import type { FrozenList } from './freeze.ts';
import { QueueRow } from './queue-row.tsx';
import { useSpeech } from './speech.ts';

const ROW_PX = 72;
/** So many rows before the end the next page is asked for. */
const AHEAD = 25;

export interface QueueListProps {
  frozen: FrozenList;
  more: boolean;
  selectedId: string | null;
  slowMs: number;
  canClaim: boolean;
  onMore(): void;
  onOpen(row: DeskRow): void;
  onClaim(row: DeskRow): void;
}

export function QueueList({ frozen, more, selectedId, slowMs, canClaim, onMore, onOpen, onClaim }: QueueListProps) {
  const { t } = useSpeech();
  const box = useRef<HTMLUListElement>(null);
  const { shown: rows } = frozen;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]!.conversationId,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) onMore();
  }, [more, last, rows.length, onMore]);

  const selected = rows.findIndex((row) => row.conversationId === selectedId);
  const reachable = selected >= 0 && items.some(({ index }) => index === selected) ? selected : (items[0]?.index ?? 0);
  // a row chosen by keyboard elsewhere comes into sight
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice is a reason to scroll, not a list that moved
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected, { align: 'auto' });
  }, [selectedId]);

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length }[event.key];
    const from = Number((event.target as HTMLElement).closest('li')?.dataset.index ?? -1);
    if (step === undefined || from < 0) return;
    event.preventDefault();
    const to = Math.min(rows.length - 1, Math.max(0, from + step));
    virtual.scrollToIndex(to, { align: 'auto' });
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`li[data-index="${to}"] .row-open`)?.focus());
  };

  return (
    <div className="queue-stood" {...frozen.handlers}>
      {frozen.fresh > 0 && (
        <button type="button" className="queue-fresh" onClick={frozen.release}>
          {t('desk.fresh', { n: frozen.fresh })}
        </button>
      )}
      <ul ref={box} className="queue-rows" aria-label={t('desk.list')} onKeyDown={onKeyDown}>
        <li className="queue-height" aria-hidden="true" style={{ height: virtual.getTotalSize() }} />
        {items.map(({ index, key, start }) => {
          const row = rows[index]!;
          return (
            <li
              key={key}
              data-index={index}
              className="queue-item"
              aria-setsize={more ? -1 : rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <QueueRow
                row={row}
                selected={row.conversationId === selectedId}
                gone={frozen.isGone(row)}
                reachable={index === reachable}
                slowMs={slowMs}
                canClaim={canClaim}
                onOpen={onOpen}
                onClaim={onClaim}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
