// The right column of the desk: what is known, orders, canned responses, notes, tickets, the bot's judgements. On narrow desks it lies over the conversation.
import { type KeyboardEvent, Suspense, useRef, useState } from 'react';
import { CloseIcon } from '../icons.tsx';
import { lazily } from '../lazily.ts';
import { PacketDetails, PacketSummary } from './packet.tsx';
import { Promised } from './promised.tsx';
import { ShopperPanel } from './shopper-panel.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi } from './staff-api.ts';
import { Suggestions } from './suggestions.tsx';
import type { Thread } from './thread.ts';
import './beside.css';

// the first look is the tab 智能; the others come when somebody opens them
const NotesPane = lazily(async () => (await import('./notes-pane.tsx')).NotesPane);
const OrdersPane = lazily(async () => (await import('./orders-pane.tsx')).OrdersPane);
const PhrasePane = lazily(async () => (await import('./phrase-pane.tsx')).PhrasePane);
const TicketPane = lazily(async () => (await import('./ticket-pane.tsx')).TicketPane);
const WhyView = lazily(async () => (await import('./why.tsx')).WhyView);

const TABS = ['smart', 'orders', 'phrases', 'notes', 'tickets', 'why'] as const;
type Tab = (typeof TABS)[number];

interface SidePaneProps {
  api: StaffApi;
  conversationId: string;
  thread: Thread;
  open: boolean;
  onClose(): void;
}

function Smart({ thread }: { thread: Thread }) {
  const { handoff } = thread;
  return (
    <>
      {handoff && <PacketSummary handoff={handoff} />}
      <Suggestions />
      <Promised />
      <ShopperPanel />
      {handoff && <PacketDetails handoff={handoff} />}
    </>
  );
}

export function SidePane({ api, conversationId, thread, open, onClose }: SidePaneProps) {
  const { t } = useSpeech();
  const [tab, setTab] = useState<Tab>('smart');
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length]!;
    setTab(next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  const body = () => {
    switch (tab) {
      case 'smart':
        return <Smart thread={thread} />;
      case 'orders':
        return <OrdersPane />;
      case 'phrases':
        return <PhrasePane />;
      case 'notes':
        return <NotesPane />;
      case 'tickets':
        return <TicketPane />;
      case 'why':
        return <WhyView api={api} conversationId={conversationId} lastSeq={thread.messages.at(-1)?.seq ?? 0} />;
      default:
        return tab satisfies never;
    }
  };
  return (
    <aside className={`side ${open ? 'side-open' : ''}`} aria-label={t('desk.details')}>
      <div className="tabs side-tabs">
        <div role="tablist" aria-label={t('desk.details')} ref={list} onKeyDown={onKey}>
          {TABS.map((name) => (
            <button
              type="button"
              role="tab"
              key={name}
              data-tab={name}
              tabIndex={tab === name ? 0 : -1}
              aria-selected={tab === name}
              onClick={() => setTab(name)}
            >
              {t(`tab.${name}`)}
            </button>
          ))}
        </div>
        <button type="button" className="quiet icon-only side-close" aria-label={t('common.close')} onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      <div className="side-body" role="tabpanel" aria-label={t(`tab.${tab}`)}>
        <Suspense fallback={<p className="side-empty">{t('app.loading')}</p>}>{body()}</Suspense>
      </div>
    </aside>
  );
}
