// What can be set on a ticket, new or there already: how urgent it is, and whose.
import { PRIORITIES, type Takers, type TicketRow } from './ticket-data.ts';
import { useSpeech } from './ticket-speech.ts';

interface PriorityProps {
  value: TicketRow['priority'];
  onChoose(priority: TicketRow['priority']): void;
}

export function PriorityField({ value, onChoose }: PriorityProps) {
  const { t } = useSpeech();
  return (
    <label className="field">
      <span>{t('ticket.priority')}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value as TicketRow['priority'])}>
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {t(`ticketPriority.${priority}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface AssigneeProps {
  takers: Takers | null;
  /** Null: nobody yet. */
  value: string | null;
  onChoose(id: string | null): void;
}

export function AssigneeField({ takers, value, onChoose }: AssigneeProps) {
  const { t } = useSpeech();
  return (
    <label className="field">
      <span>{t('ticket.assignee')}</span>
      <select value={value ?? ''} onChange={(event) => onChoose(event.target.value || null)}>
        <option value="">{t('ticket.nobody')}</option>
        {takers?.staff.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A call-back has an hour for the call, everything else a day by which it is done. */
export function DueWord({ kind }: { kind: TicketRow['kind'] | '' }) {
  const { t } = useSpeech();
  return <span>{kind === 'callback' ? t('ticket.callAt') : t('ticket.due')}</span>;
}
