// The left column of the desk: tabs, search, what wants my word, the list, and the button that takes the most urgent one.
import type { ReactNode, Ref } from 'react';
import type { DeskRow } from '../../contract/routes/desk.ts';
import { errorText } from '../api.ts';
import type { FrozenList } from './freeze.ts';
import { useKeyText } from './keys.ts';
import type { Lists } from './lists.ts';
import { QueueList } from './queue-list.tsx';
import { Tabs, Tools } from './queue-tools.tsx';
import { useSpeech } from './speech.ts';
import type { ListView } from './tabs.ts';

interface QueuePaneProps {
  lists: Lists;
  frozen: FrozenList;
  view: ListView;
  selectedId: string | null;
  canClaim: boolean;
  search: Ref<HTMLInputElement>;
  /** Offers, transfers and handovers that wait for a word. */
  cards: ReactNode;
  onView(change: Partial<ListView>): void;
  onOpen(row: DeskRow): void;
  onClaim(row: DeskRow): void;
  onClaimNext(): void;
}

const SKELETON_ROWS = 8;

function Skeleton() {
  return (
    <div className="queue-skeleton" aria-hidden="true">
      {Array.from({ length: SKELETON_ROWS }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never change
        <i key={i} />
      ))}
    </div>
  );
}

function Empty({ view, lists }: Pick<QueuePaneProps, 'view' | 'lists'>) {
  const { t } = useSpeech();
  const { q, tab, colleagues } = view;
  const words = () => {
    if (q !== '') return t('search.none', { q });
    switch (tab) {
      case 'waiting':
        return t('empty.waiting', { n: lists.summary?.counts.bot ?? 0 });
      case 'mine':
        return colleagues ? t('empty.colleagues') : t('empty.mine');
      case 'trouble':
        return t('empty.trouble');
      case 'bot':
        return t('empty.bot');
      case 'ended':
        return t('empty.ended');
      default:
        return tab satisfies never;
    }
  };
  return <p className="list-empty">{words()}</p>;
}

function ClaimNext({ lists, canClaim, onClaimNext }: Pick<QueuePaneProps, 'lists' | 'canClaim' | 'onClaimNext'>) {
  const { t } = useSpeech();
  const key = useKeyText('claimNext');
  const me = lists.summary?.me;
  const isFull = me !== undefined && me.load >= me.capacity;
  return (
    <>
      {isFull && <p className="queue-full">{t('claim.full', { n: me.load, m: me.capacity })}</p>}
      <button
        type="button"
        className="primary claim-next"
        disabled={!canClaim || isFull || (lists.summary?.counts.waiting ?? 0) === 0}
        onClick={onClaimNext}
      >
        {t('desk.claimNext')} <kbd>{key}</kbd>
      </button>
    </>
  );
}

export function QueuePane(props: QueuePaneProps) {
  const { t } = useSpeech();
  const { lists, frozen, view, selectedId, canClaim, search, cards, onOpen, onClaim } = props;
  return (
    <nav className="queue" aria-label={t('desk.title')}>
      <Tabs view={view} summary={lists.summary} onView={props.onView} />
      <Tools view={view} summary={lists.summary} onView={props.onView} search={search} />
      {cards}
      {view.q !== '' && lists.loaded && <p className="list-heading">{t('search.found', { n: lists.rows.length })}</p>}
      {lists.error !== null && (
        <div className="list-error" role="alert">
          <span>
            {t('desk.listFailed')} · {errorText(lists.error, t)}
          </span>
          <button type="button" className="quiet" onClick={lists.refresh}>
            {t('common.retry')}
          </button>
        </div>
      )}
      {!lists.loaded && <Skeleton />}
      {lists.loaded && frozen.shown.length === 0 && lists.error === null && <Empty view={view} lists={lists} />}
      {frozen.shown.length > 0 && (
        <QueueList
          frozen={frozen}
          more={lists.more}
          selectedId={selectedId}
          slowMs={lists.summary?.slowMs ?? Number.POSITIVE_INFINITY}
          canClaim={canClaim}
          onMore={lists.loadMore}
          onOpen={onOpen}
          onClaim={onClaim}
        />
      )}
      <ClaimNext lists={lists} canClaim={canClaim} onClaimNext={props.onClaimNext} />
    </nav>
  );
}
