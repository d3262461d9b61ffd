// A new ticket (工单): what it is about, how urgent, by when, and whose.
import { useState } from 'react';
import { errorText } from '../api.ts';
import type { Ask } from '../staff/ask.ts';
import { FormEnd } from './form-end.tsx';
import { fromBox, KINDS, type TicketRow, type TicketView, useTakers } from './ticket-data.ts';
import { AssigneeField, DueWord, PriorityField } from './ticket-fields.tsx';
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
  assigneeId: string | null;
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
    assigneeId: null,
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
      <PriorityField value={fields.priority} onChoose={(priority) => set({ priority })} />
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
        <DueWord kind={fields.kind} />
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
      <AssigneeField takers={takers.data} value={fields.assigneeId} onChoose={(assigneeId) => set({ assigneeId })} />
      <FormEnd error={error} busy={busy} submit={t('ticket.create')} onCancel={onCancel} />
    </form>
  );
}
