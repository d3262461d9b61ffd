// The tab 工单: the tickets of this conversation, a new one, and the way to all of them.
import { moment } from '../time.ts';
import { useBeside } from './beside.tsx';
import { useKeyText } from './keys.ts';
import { useLoaded } from './loaded.ts';
import { PanelState } from './panel-state.tsx';
import type { TicketRow } from './ticket-data.ts';
import { useSpeech } from './ticket-speech.ts';

export function TicketPane() {
  const { t, language } = useSpeech();
  const key = useKeyText('ticket');
  const { ask, conversationId, tickets, ticketsOpen, newTicket } = useBeside();
  const loaded = useLoaded(conversationId, ticketsOpen, async () => {
    const [open, closed] = await Promise.all([
      ask('GET /api/tickets', { query: { conversationId } }),
      ask('GET /api/tickets', { query: { conversationId, state: 'finished', limit: 20 } }),
    ]);
    return [...open.items, ...closed.items];
  });
  const stateOf = (ticket: TicketRow) =>
    ticket.overdue ? `${t(`ticketState.${ticket.state}`)} · ${t('ticket.overdue')}` : t(`ticketState.${ticket.state}`);
  return (
    <>
      <div className="side-search">
        <button type="button" className="primary" onClick={newTicket}>
          {t('ticket.new')} <kbd>{key}</kbd>
        </button>
        <button type="button" onClick={() => tickets({ kind: 'list' })}>
          {t('ticket.all')}
        </button>
      </div>
      <PanelState of={loaded} failed={t('ticket.failed')} />
      {loaded.data?.length === 0 && <p className="side-empty">{t('ticket.noneHere')}</p>}
      <ul className="ticket-cards" aria-label={t('tab.tickets')}>
        {loaded.data?.map((ticket) => (
          <li key={ticket.id}>
            <button type="button" onClick={() => tickets({ kind: 'one', id: ticket.id })}>
              <strong>
                #{ticket.id} {ticket.title}
              </strong>
              <span className="quiet-text">
                {t(`ticketKind.${ticket.kind}`)} · {stateOf(ticket)}
                {ticket.assignee && ` · ${ticket.assignee.name}`}
                {ticket.dueAt && ` · ${t('packet.due', { time: moment(ticket.dueAt, language, Date.now()) })}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
