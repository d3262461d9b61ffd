// A new ticket (工单): what it is about, how urgent, by when, and whose.
import { useState } from 'react';
import { errorText } from '../api.ts';
import type { Ask } from '../staff/ask.ts';
import { fromBox, KINDS, PRIORITIES, type TicketRow, type TicketView, useTakers } from './ticket-data.ts';
import { useSpeech } from './ticket-speech.ts';

interface FormProps {
  ask: Ask;
  start: Extract<TicketView, { kind: 'new' }>;
  onMade(ticket: TicketRow): void;
  onCancel(): void;
}

interface Fields {
  kind: TicketRow['kind'] | '';
  title: string;
  detail: string;
  priority: TicketRow['priority'];
  orderId: string;
  team: string;
  assigneeId: string;
  due: string;
}

export function TicketForm({ ask, start, onMade, onCancel }: FormProps) {
  const { t } = useSpeech();
  const takers = useTakers(ask);
  const [fields, setFields] = useState<Fields>({
    kind: '',
    title: start.title,
    detail: '',
    priority: 'normal',
    orderId: start.orderId,
    team: '',
    assigneeId: '',
    due: '',
  });
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Fields>) => {
    setError(null);
    setFields((now) => ({ ...now, ...part }));
  };

  const save = () => {
    const { kind, priority, team, assigneeId } = fields;
    const [title, detail, orderId] = [fields.title.trim(), fields.detail.trim(), fields.orderId.trim()];
    const dueAt = fromBox(fields.due);
    if (kind === '' || title === '') {
      setError(t('ticket.required'));
      return;
    }
    if (kind === 'callback' && dueAt === null) {
      setError(t('ticket.callbackWhen'));
      return;
    }
    setBusy(true);
    const body = {
      kind,
      title,
      priority,
      ...(detail && { detail }),
      ...(orderId && { orderId }),
      ...(team && { team }),
      ...(assigneeId && { assigneeId }),
      ...(dueAt && { dueAt }),
      ...(start.conversationId && { conversationId: start.conversationId }),
    };
    ask('POST /api/tickets', { body }).then(onMade, (caught: unknown) => {
      setBusy(false);
      setError(errorText(caught, t));
    });
  };

  return (
    <form
      className="sheet-form"
      aria-label={t('ticket.new')}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label className="field">
        <span>{t('ticket.kind')}</span>
        <select value={fields.kind} onChange={(event) => set({ kind: event.target.value as Fields['kind'] })}>
          <option value="">{t('ticket.choose')}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`ticketKind.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t('ticket.priority')}</span>
        <select
          value={fields.priority}
          onChange={(event) => set({ priority: event.target.value as Fields['priority'] })}
        >
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {t(`ticketPriority.${priority}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="field wide">
        <span>{t('ticket.title')}</span>
        <input maxLength={80} value={fields.title} onChange={(event) => set({ title: event.target.value })} />
      </label>
      <label className="field wide">
        <span>{t('ticket.detail')}</span>
        <textarea
          rows={3}
          maxLength={2000}
          value={fields.detail}
          onChange={(event) => set({ detail: event.target.value })}
        />
      </label>
      <label className="field">
        <span>{t('ticket.order')}</span>
        <input maxLength={100} value={fields.orderId} onChange={(event) => set({ orderId: event.target.value })} />
      </label>
      <label className="field">
        <span>{fields.kind === 'callback' ? t('ticket.callAt') : t('ticket.due')}</span>
        <input type="datetime-local" value={fields.due} onChange={(event) => set({ due: event.target.value })} />
      </label>
      <label className="field">
        <span>{t('ticket.team')}</span>
        <select value={fields.team} onChange={(event) => set({ team: event.target.value })}>
          <option value="">{t('ticket.anyTeam')}</option>
          {takers.data?.teams.map((team) => (
            <option key={team.name} value={team.name}>
              {team.label}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t('ticket.assignee')}</span>
        <select value={fields.assigneeId} onChange={(event) => set({ assigneeId: event.target.value })}>
          <option value="">{t('ticket.nobody')}</option>
          {takers.data?.staff.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {error !== null && (
        <p className="form-error wide" role="alert">
          {error}
        </p>
      )}
      <div className="sheet-acts wide">
        <button type="button" onClick={onCancel}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="primary" disabled={busy}>
          {t('ticket.create')}
        </button>
      </div>
    </form>
  );
}
