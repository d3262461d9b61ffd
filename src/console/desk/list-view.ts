// Which list of the desk is shown, how it is sorted and what is looked for: in the address for a reload, on this device for tomorrow.
import { useCallback, useState } from 'react';
import { keep, kept } from '../kept.ts';
import { DESK_SORT_NAMES, type ListView, TABS, type Tab } from './tabs.ts';

const KEY = 'jiebang.desk.list';

const isTab = (text: string | null): text is Tab => TABS.some((tab) => tab === text);
const isSort = (text: string | null): text is ListView['sort'] => DESK_SORT_NAMES.some((sort) => sort === text);

function read(): ListView {
  const query = new URLSearchParams(location.search);
  const [keptTab = null, keptSort = null] = (kept(KEY) ?? '').split(' ');
  const [tab, sort] = [query.get('tab') ?? keptTab, query.get('sort') ?? keptSort];
  return {
    tab: isTab(tab) ? tab : 'waiting',
    sort: isSort(sort) ? sort : 'urgent',
    q: query.get('q') ?? '',
    colleagues: false,
  };
}

function write({ tab, sort, q }: ListView): void {
  keep(KEY, `${tab} ${sort}`);
  const query = new URLSearchParams(location.search);
  query.set('tab', tab);
  if (sort === 'urgent') query.delete('sort');
  else query.set('sort', sort);
  if (q === '') query.delete('q');
  else query.set('q', q);
  history.replaceState(history.state, '', `${location.pathname}?${query}`);
}

export function useListView(): [ListView, (change: Partial<ListView>) => void] {
  const [view, setView] = useState(read);
  const change = useCallback((part: Partial<ListView>) => {
    setView((before) => {
      const next = { ...before, ...part };
      write(next);
      return next;
    });
  }, []);
  return [view, change];
}
