// Above the rows: five tabs with their numbers, the search, and how the list is sorted.
import { type KeyboardEvent, type Ref, useEffect, useState } from 'react';
import type { DeskSummary } from '../../contract/routes/desk.ts';
import { CloseIcon, SearchIcon } from '../icons.tsx';
import { useKeyText } from './keys.ts';
import { useSpeech } from './speech.ts';
import { type ListView, sortsOf, TABS, type Tab } from './tabs.ts';

interface TabsProps {
  view: ListView;
  summary: DeskSummary | null;
  onView(change: Partial<ListView>): void;
}

function countOf(tab: Tab, summary: DeskSummary | null): number | null {
  return tab === 'ended' || summary === null ? null : summary.counts[tab];
}

export function Tabs({ view, summary, onView }: TabsProps) {
  const { t } = useSpeech();
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(view.tab) + step + TABS.length) % TABS.length]!;
    onView({ tab: next, q: '' });
    (event.currentTarget.children[TABS.indexOf(next)] as HTMLElement | undefined)?.focus();
  };
  return (
    <div className="tabs queue-tabs" role="tablist" aria-label={t('desk.title')} onKeyDown={move}>
      {TABS.map((name) => {
        const count = countOf(name, summary);
        const hot = (name === 'waiting' || name === 'trouble') && (count ?? 0) > 0;
        return (
          <button
            type="button"
            role="tab"
            key={name}
            aria-selected={view.tab === name && view.q === ''}
            tabIndex={view.tab === name ? 0 : -1}
            onClick={() => onView({ tab: name, q: '' })}
          >
            {t(`tab.${name}`)}
            {count !== null && (
              <span className={`count ${hot ? 'count-hot' : ''}`}>{count > 999 ? '999+' : count}</span>
            )}
          </button>
        );
      })}
    </div>
  );
}

/** Looking starts a moment after the last key. */
const REST_MS = 250;

function Search({ q, onSearch, box }: { q: string; onSearch(q: string): void; box: Ref<HTMLInputElement> }) {
  const { t } = useSpeech();
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => onSearch(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text, q, onSearch]);
  const key = useKeyText('search');
  return (
    <search className="queue-search">
      <SearchIcon />
      <input
        ref={box}
        type="search"
        value={text}
        maxLength={60}
        aria-label={t('search.label')}
        placeholder={t('search.hint')}
        title={key}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '' && !event.nativeEvent.isComposing) {
            event.stopPropagation();
            onSearch('');
          }
        }}
      />
      {text !== '' && (
        <button type="button" className="quiet icon-only" aria-label={t('search.clear')} onClick={() => onSearch('')}>
          <CloseIcon />
        </button>
      )}
    </search>
  );
}

export function Tools({ view, summary, onView, search }: TabsProps & { search: Ref<HTMLInputElement> }) {
  const { t } = useSpeech();
  const sorts = sortsOf(view.tab);
  const [onSearch] = useState(() => (q: string) => onView({ q }));
  return (
    <div className="queue-tools">
      <Search q={view.q} onSearch={onSearch} box={search} />
      {view.q === '' && sorts.length > 1 && (
        <select
          className="queue-sort"
          aria-label={t('sort.label')}
          value={sorts.includes(view.sort) ? view.sort : sorts[0]}
          onChange={(event) => onView({ sort: event.target.value as ListView['sort'] })}
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {t(`sort.${sort}`)}
            </option>
          ))}
        </select>
      )}
      {view.q === '' && view.tab === 'mine' && (
        <fieldset className="queue-scope" aria-label={t('scope.label')}>
          <button type="button" aria-pressed={!view.colleagues} onClick={() => onView({ colleagues: false })}>
            {t('scope.mine')}
          </button>
          <button type="button" aria-pressed={view.colleagues} onClick={() => onView({ colleagues: true })}>
            {t('scope.colleagues', { n: summary?.counts.colleagues ?? 0 })}
          </button>
        </fieldset>
      )}
    </div>
  );
}
