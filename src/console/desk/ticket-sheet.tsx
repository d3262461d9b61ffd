// All tickets of the shop in a sheet over the desk: the list with its filters, one ticket, a new one.
import { useState } from 'react';
import { Modal } from '../modal.tsx';
import type { Ask } from '../staff/ask.ts';
import { moment } from '../time.ts';
import { useLoaded } from './loaded.ts';
import { PanelState } from './panel-state.tsx';
import { KINDS, type TicketRow, type TicketView } from './ticket-data.ts';
import { TicketForm } from './ticket-form.tsx';
import { TicketOne, TicketState } from './ticket-one.tsx';
import { useSpeech } from './ticket-speech.ts';
import './sheet.css';
import './tickets.css';

interface Filter {
  state: 'unfinished' | 'finished';
  kind: TicketRow['kind'] | '';
  mine: boolean;
  overdue: boolean;
  q: string;
}

function Rows({ items, onOpen }: { items: readonly TicketRow[]; onOpen(id: string): void }) {
  const { t, language } = useSpeech();
  return (
    <table className="sheet-table">
      <thead>
        <tr>
          <th>{t('ticket.title')}</th>
          <th>{t('ticket.kind')}</th>
          <th>{t('ticket.state')}</th>
          <th>{t('ticket.priority')}</th>
          <th>{t('ticket.assignee')}</th>
          <th>{t('ticket.due')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((ticket) => (
          <tr key={ticket.id}>
            <td>
              <button type="button" className="quiet link" onClick={() => onOpen(ticket.id)}>
                #{ticket.id} {ticket.title}
              </button>
              <br />
              <span className="quiet-text">{[ticket.shopper, ticket.orderId].filter(Boolean).join(' · ')}</span>
            </td>
            <td className="tight">{t(`ticketKind.${ticket.kind}`)}</td>
            <td className="tight">
              <TicketState ticket={ticket} />
            </td>
            <td className="tight">{t(`ticketPriority.${ticket.priority}`)}</td>
            <td className="tight">{ticket.assignee?.name ?? t('ticket.nobody')}</td>
            <td className="tight">{ticket.dueAt ? moment(ticket.dueAt, language, Date.now()) : '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function List({ ask, onView }: { ask: Ask; onView(view: TicketView): void }) {
  const { t } = useSpeech();
  const [filter, setFilter] = useState<Filter>({ state: 'unfinished', kind: '', mine: false, overdue: false, q: '' });
  const [more, setMore] = useState<{ of: string; items: TicketRow[]; next: string | null } | null>(null);
  const set = (part: Partial<Filter>) => setFilter((now) => ({ ...now, ...part }));
  const key = JSON.stringify(filter);
  const page = (cursor?: string) => {
    const { state, kind, mine, overdue, q } = filter;
    return ask('GET /api/tickets', {
      query: {
        state,
        limit: 50,
        ...(kind && { kind }),
        ...(mine && { mine }),
        ...(overdue && { overdue }),
        ...(q && { q }),
        ...(cursor && { cursor }),
      },
    });
  };
  const tickets = useLoaded(key, null, () => page());
  const later = more?.of === key ? more : null;
  const items = [...(tickets.data?.items ?? []), ...(later?.items ?? [])];
  const next = later ? later.next : (tickets.data?.next ?? null);
  const showMore = (cursor: string) => {
    page(cursor).then(
      (answer) => setMore({ of: key, items: [...(later?.items ?? []), ...answer.items], next: answer.next }),
      () => tickets.reload(),
    );
  };
  return (
    <>
      <div className="sheet-row">
        <select
          aria-label={t('ticket.state')}
          value={filter.state}
          onChange={(event) => set({ state: event.target.value as Filter['state'] })}
        >
          <option value="unfinished">{t('ticket.unfinished')}</option>
          <option value="finished">{t('ticket.finished')}</option>
        </select>
        <select
          aria-label={t('ticket.kind')}
          value={filter.kind}
          onChange={(event) => set({ kind: event.target.value as Filter['kind'] })}
        >
          <option value="">{t('ticket.anyKind')}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`ticketKind.${kind}`)}
            </option>
          ))}
        </select>
        <label>
          <input type="checkbox" checked={filter.mine} onChange={(event) => set({ mine: event.target.checked })} />{' '}
          {t('ticket.mine')}
        </label>
        <label>
          <input
            type="checkbox"
            checked={filter.overdue}
            onChange={(event) => set({ overdue: event.target.checked })}
          />{' '}
          {t('ticket.onlyOverdue')}
        </label>
        <input
          type="search"
          maxLength={60}
          aria-label={t('ticket.search')}
          placeholder={t('ticket.search')}
          value={filter.q}
          onChange={(event) => set({ q: event.target.value })}
        />
        <button
          type="button"
          className="primary"
          onClick={() => onView({ kind: 'new', conversationId: null, orderId: '', title: '' })}
        >
          {t('ticket.new')}
        </button>
      </div>
      <PanelState of={tickets} failed={t('ticket.failed')} />
      {tickets.data !== null && items.length === 0 && <p className="side-empty">{t('ticket.none')}</p>}
      {items.length > 0 && <Rows items={items} onOpen={(id) => onView({ kind: 'one', id })} />}
      {next !== null && (
        <button type="button" className="quiet" onClick={() => showMore(next)}>
          {t('ticket.more')}
        </button>
      )}
    </>
  );
}

interface TicketSheetProps {
  ask: Ask;
  me: string;
  start: TicketView;
  onClose(): void;
  onConversation(conversationId: string): void;
}

export function TicketSheet({ ask, me, start, onClose, onConversation }: TicketSheetProps) {
  const { t } = useSpeech();
  const [view, setView] = useState<TicketView>(start);
  const toList = () => setView({ kind: 'list' });
  const body = () => {
    switch (view.kind) {
      case 'list':
        return <List ask={ask} onView={setView} />;
      case 'one':
        return (
          <TicketOne key={view.id} ask={ask} me={me} id={view.id} onBack={toList} onConversation={onConversation} />
        );
      case 'new':
        return (
          <TicketForm
            ask={ask}
            start={view}
            onMade={(made) => setView({ kind: 'one', id: made.id })}
            onCancel={start.kind === 'new' ? onClose : toList}
          />
        );
      default:
        return view satisfies never;
    }
  };
  return (
    <Modal look="sheet" title={view.kind === 'new' ? t('ticket.new') : t('ticket.all')} onClose={onClose}>
      <div className="sheet-body">{body()}</div>
    </Modal>
  );
}
