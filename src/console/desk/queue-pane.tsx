// The left column of the desk: four lists, the most urgent first, and the button that takes it.
import type { ReactNode } from 'react';
import { errorText } from '../api.ts';
import { useNow } from '../clock.ts';
import { AlertIcon } from '../icons.tsx';
import type { HandoffRow } from '../wire.ts';
import type { Lists } from './lists.ts';
import { BotRow, EndedRow, QueueRow } from './queue-row.tsx';
import { isSlow } from './slow-reply.ts';
import { useSpeech } from './speech.ts';

export type Tab = 'waiting' | 'mine' | 'bot' | 'ended';

export interface Selection {
  conversationId: string;
  /** Null for a conversation the bot has. */
  handoffId: string | null;
}

interface QueuePaneProps {
  lists: Lists;
  tab: Tab;
  selection: Selection | null;
  waits: ReadonlyMap<string, number>;
  canClaim: boolean;
  onTab(tab: Tab): void;
  onSelect(selection: Selection): void;
  onClaim(row: HandoffRow): void;
  onClaimNext(): void;
}

const TABS = [
  ['waiting', 'desk.tabWaiting'],
  ['mine', 'desk.tabMine'],
  ['bot', 'desk.tabBot'],
  ['ended', 'desk.tabEnded'],
] as const;

function Skeleton() {
  return (
    <div className="skeleton" aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}

function Tabs({ lists, tab, onTab }: Pick<QueuePaneProps, 'lists' | 'tab' | 'onTab'>) {
  const { t } = useSpeech();
  const counts: Record<Tab, number | null> = {
    waiting: lists.waiting.length,
    mine: lists.mine.length,
    bot: lists.bot.length,
    ended: null,
  };
  return (
    <div className="tabs" role="tablist" aria-label={t('desk.title')}>
      {TABS.map(([name, word]) => (
        <button type="button" role="tab" key={name} aria-selected={tab === name} onClick={() => onTab(name)}>
          {t(word)}
          {counts[name] !== null && (
            <span className={`count ${name === 'waiting' && lists.waiting.length > 0 ? 'count-hot' : ''}`}>
              {counts[name]}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

/** Merged notice of all who wait too long; a click goes to the longest. */
function SlowNotice({ lists, waits, onSelect, onTab }: Pick<QueuePaneProps, 'lists' | 'waits' | 'onSelect' | 'onTab'>) {
  const { t } = useSpeech();
  const now = useNow();
  const slow = [...lists.waiting, ...lists.mine]
    .filter((row) => isSlow(waits.get(row.id), now))
    .sort((a, b) => waits.get(a.id)! - waits.get(b.id)!);
  const longest = slow[0];
  if (!longest) return null;
  const go = () => {
    onTab(longest.state === 'with-agent' ? 'mine' : 'waiting');
    onSelect({ conversationId: longest.conversationId, handoffId: longest.id });
  };
  return (
    <div className="slow-notice" role="status">
      <AlertIcon />
      <span>{t('desk.slow', { n: slow.length })}</span>
      <button type="button" className="quiet" onClick={go}>
        {t('desk.slowGo')}
      </button>
    </div>
  );
}

function Rows({ lists, tab, selection, waits, canClaim, onSelect, onClaim }: QueuePaneProps) {
  const { t } = useSpeech();
  const open = (row: HandoffRow) => onSelect({ conversationId: row.conversationId, handoffId: row.id });
  const isOpen = (row: HandoffRow) => selection?.handoffId === row.id;
  const live = (rows: HandoffRow[]) =>
    rows.map((row) => (
      <QueueRow
        key={row.id}
        row={row}
        selected={isOpen(row)}
        waitsSince={waits.get(row.id)}
        canClaim={canClaim}
        onOpen={open}
        onClaim={onClaim}
      />
    ));
  const list = (rows: ReactNode[], empty: string) =>
    rows.length > 0 ? <ul>{rows}</ul> : <p className="list-empty">{empty}</p>;
  switch (tab) {
    case 'waiting':
      return list(live(lists.waiting), t('desk.emptyWaiting'));
    case 'mine':
      return (
        <>
          {list(live(lists.mine), t('desk.emptyMine'))}
          {lists.colleagues.length > 0 && (
            <>
              <h3 className="list-heading">{t('desk.colleagues')}</h3>
              <ul>{live(lists.colleagues)}</ul>
            </>
          )}
        </>
      );
    case 'bot':
      return list(
        lists.bot.map((conversation) => (
          <BotRow
            key={conversation.id}
            conversation={conversation}
            selected={selection?.conversationId === conversation.id && selection.handoffId === null}
            onOpen={() => onSelect({ conversationId: conversation.id, handoffId: null })}
          />
        )),
        t('desk.emptyBot'),
      );
    case 'ended':
      return list(
        lists.ended.map((row) => <EndedRow key={row.id} row={row} selected={isOpen(row)} onOpen={open} />),
        t('desk.emptyEnded'),
      );
    default:
      return tab satisfies never;
  }
}

export function QueuePane(props: QueuePaneProps) {
  const { t } = useSpeech();
  const { lists, canClaim, onClaimNext } = props;
  return (
    <nav className="queue" aria-label={t('desk.title')}>
      <Tabs {...props} />
      <SlowNotice {...props} />
      <div className="queue-rows">
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
        {lists.loaded ? <Rows {...props} /> : <Skeleton />}
      </div>
      <button
        type="button"
        className="primary claim-next"
        disabled={!canClaim || lists.waiting.length === 0}
        onClick={onClaimNext}
      >
        {t('desk.claimNext')} <kbd>{t('desk.claimNextKey')}</kbd>
      </button>
    </nav>
  );
}
