// One ticket: who has it, by when, its track, and its end with the word to the shopper.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { wordFor } from '../language.tsx';
import type { RouteKey } from '../routes.ts';
import type { Ask } from '../staff/ask.ts';
import { moment } from '../time.ts';
import { useLoaded } from './loaded.ts';
import { PanelState } from './panel-state.tsx';
import { fromBox, type TicketWhole, toBox, useTakers } from './ticket-data.ts';
import { AssigneeField, DueWord, PriorityField } from './ticket-fields.tsx';
import { useSpeech } from './ticket-speech.ts';
import { TicketSteps } from './ticket-steps.tsx';

interface OneProps {
  ask: Ask;
  me: string;
  id: string;
  onBack(): void;
  onConversation(conversationId: string): void;
}

type Act = (doing: Promise<TicketWhole>) => void;

function Facts({ ticket, onConversation }: { ticket: TicketWhole } & Pick<OneProps, 'onConversation'>) {
  const { t, language } = useSpeech();
  const { conversationId } = ticket;
  return (
    <>
      <p className="reason-line">
        <strong>
          #{ticket.id} {ticket.title}
        </strong>
        <TicketState ticket={ticket} />
        <span className="tag">{t(`ticketKind.${ticket.kind}`)}</span>
      </p>
      {ticket.detail !== '' && <p className="words">{ticket.detail}</p>}
      <p className="quiet-text">
        {t('ticket.madeBy', {
          name: ticket.createdBy?.name ?? t('ticket.byShopper'),
          at: moment(ticket.createdAt, language, Date.now()),
        })}
        {ticket.shopper && ` · ${t('ticket.shopper', { name: ticket.shopper })}`}
        {ticket.orderId && ` · ${ticket.orderId}`}
        {conversationId !== null && (
          <button type="button" className="quiet copy" onClick={() => onConversation(conversationId)}>
            {t('ticket.conversation')}
          </button>
        )}
      </p>
      {ticket.phone !== null && (
        <p>
          {t('ticket.phone')} <strong className="mono">{ticket.phone}</strong>
          {ticket.phone.includes('*') && <span className="quiet-text"> {t('ticket.phoneHidden')}</span>}
        </p>
      )}
      {ticket.outcome && (
        <p className="ticket-outcome">
          {t('ticket.outcomeIs', { text: ticket.outcome })} · {ticket.told ? t('ticket.wasTold') : t('ticket.notTold')}
        </p>
      )}
    </>
  );
}

export function TicketState({ ticket }: { ticket: Pick<TicketWhole, 'state' | 'overdue'> }) {
  const { t } = useSpeech();
  return (
    <>
      <span className={`tag ticket-${ticket.state}`}>{t(`ticketState.${ticket.state}`)}</span>
      {ticket.overdue && <span className="tag tag-trouble">{t('ticket.overdue')}</span>}
    </>
  );
}

function Controls({ ask, me, ticket, act }: { ask: Ask; me: string; ticket: TicketWhole; act: Act }) {
  const { t } = useSpeech();
  const takers = useTakers(ask);
  const change = (body: Parameters<typeof ask<'PUT /api/tickets/:id'>>[1]['body']) =>
    act(ask('PUT /api/tickets/:id', { params: { id: ticket.id }, body }));
  return (
    <div className="sheet-form">
      <AssigneeField
        takers={takers.data}
        value={ticket.assignee?.id ?? null}
        onChoose={(assigneeId) => change({ assigneeId })}
      />
      <PriorityField value={ticket.priority} onChoose={(priority) => change({ priority })} />
      <label className="field">
        <DueWord kind={ticket.kind} />
        <input
          key={ticket.dueAt}
          type="datetime-local"
          defaultValue={toBox(ticket.dueAt)}
          onBlur={(event) => {
            const dueAt = fromBox(event.target.value);
            if (toBox(dueAt) !== toBox(ticket.dueAt)) change({ dueAt });
          }}
        />
      </label>
      <div className="sheet-acts ticket-moves">
        {ticket.assignee?.id !== me && (
          <button type="button" onClick={() => change({ assigneeId: me })}>
            {t('ticket.take')}
          </button>
        )}
        {ticket.state === 'open' && (
          <button type="button" onClick={() => change({ state: 'doing' })}>
            {t('ticket.begin')}
          </button>
        )}
        <button type="button" onClick={() => change({ state: 'cancelled' })}>
          {t('ticket.cancel')}
        </button>
      </div>
    </div>
  );
}

function Track({ ask, ticket, act }: { ask: Ask; ticket: TicketWhole; act: Act }) {
  const { t, language } = useSpeech();
  const [text, setText] = useState('');
  return (
    <section aria-label={t('ticket.track')}>
      <h3 className="sheet-heading">{t('ticket.track')}</h3>
      <ol className="timeline">
        {ticket.notes.map((note) => (
          <li key={note.position}>
            <time>{moment(note.at, language, Date.now())}</time>
            <span className="quiet-text">
              {note.author ?? t('ticket.byShopper')} · {wordFor(t, 'ticketNote', note.what)}
            </span>
            <span className="words">{note.text}</span>
          </li>
        ))}
      </ol>
      <form
        className="sheet-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          act(ask('POST /api/tickets/:id/notes', { params: { id: ticket.id }, body: { text: text.trim() } }));
          setText('');
        }}
      >
        <input
          type="search"
          maxLength={500}
          aria-label={t('ticket.note')}
          placeholder={t('ticket.note')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" disabled={text.trim() === ''}>
          {t('ticket.addNote')}
        </button>
      </form>
    </section>
  );
}

function Finish({ ask, ticket, act }: { ask: Ask; ticket: TicketWhole; act: Act }) {
  const { t } = useSpeech();
  const [outcome, setOutcome] = useState('');
  const [tell, setTell] = useState(ticket.conversationId !== null);
  return (
    <form
      className="sheet-form"
      aria-label={t('ticket.finish')}
      onSubmit={(event) => {
        event.preventDefault();
        if (outcome.trim() === '') return;
        act(ask('POST /api/tickets/:id/close', { params: { id: ticket.id }, body: { outcome: outcome.trim(), tell } }));
      }}
    >
      <label className="field wide">
        <span>{t('ticket.outcome')}</span>
        <textarea rows={2} maxLength={500} value={outcome} onChange={(event) => setOutcome(event.target.value)} />
      </label>
      <div className="sheet-acts wide">
        {ticket.conversationId !== null && (
          <label>
            <input type="checkbox" checked={tell} onChange={(event) => setTell(event.target.checked)} />{' '}
            {t('ticket.tell')}
          </label>
        )}
        <button type="submit" className="primary" disabled={outcome.trim() === ''}>
          {t('ticket.finish')}
        </button>
      </div>
    </form>
  );
}

export function TicketOne({ ask, me, id, onBack, onConversation }: OneProps) {
  const { t } = useSpeech();
  const loaded = useLoaded(id, null, () => ask('GET /api/tickets/:id' satisfies RouteKey, { params: { id } }));
  const [changed, setChanged] = useState<TicketWhole | null>(null);
  const [error, setError] = useState<string | null>(null);
  const ticket = changed ?? loaded.data;
  const act: Act = (doing) => {
    doing.then(
      (now) => {
        setError(null);
        setChanged(now);
      },
      (caught: unknown) => setError(errorText(caught, t)),
    );
  };
  const isClosed = ticket?.state === 'done' || ticket?.state === 'cancelled';
  return (
    <>
      <div className="sheet-row">
        <button type="button" className="quiet" onClick={onBack}>
          {t('ticket.back')}
        </button>
      </div>
      <PanelState of={loaded} failed={t('ticket.failed')} />
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      {ticket && (
        <>
          <Facts ticket={ticket} onConversation={onConversation} />
          {isClosed ? (
            <div className="sheet-acts">
              <button
                type="button"
                onClick={() => act(ask('PUT /api/tickets/:id', { params: { id }, body: { state: 'doing' } }))}
              >
                {t('ticket.reopen')}
              </button>
            </div>
          ) : (
            <>
              <Controls ask={ask} me={me} ticket={ticket} act={act} />
              <Finish ask={ask} ticket={ticket} act={act} />
            </>
          )}
          {ticket.kind === 'complaint' && <TicketSteps ask={ask} ticket={ticket} canMove={!isClosed} act={act} />}
          <Track ask={ask} ticket={ticket} act={act} />
        </>
      )}
    </>
  );
}
