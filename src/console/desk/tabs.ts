// The five lists of the desk, and what one may choose about them.
import type { DeskSort } from '../../contract/routes/desk.ts';
import type { ListWanted } from './lists.ts';

export const TABS = ['waiting', 'mine', 'trouble', 'bot', 'ended'] as const;
export type Tab = (typeof TABS)[number];

export const DESK_SORT_NAMES = ['urgent', 'longest', 'latest'] as const satisfies readonly DeskSort[];

export interface ListView {
  tab: Tab;
  sort: DeskSort;
  /** Empty: no search. While there is one, all conversations are looked through. */
  q: string;
  /** Of 我的: those of the colleagues instead. */
  colleagues: boolean;
}

/** Sorted by more than one rule only where somebody waits. */
export const sortsOf = (tab: Tab): readonly DeskSort[] =>
  tab === 'waiting' || tab === 'mine' ? DESK_SORT_NAMES : tab === 'trouble' ? ['urgent', 'latest'] : ['latest'];

export function wantedBy({ tab, sort, q, colleagues }: ListView): ListWanted {
  const words = q.trim();
  if (words !== '') return { tab: 'all', sort: 'latest', q: words };
  const fits = sortsOf(tab);
  return { tab: tab === 'mine' && colleagues ? 'colleagues' : tab, sort: fits.includes(sort) ? sort : fits[0]!, q: '' };
}
