// Tickets as the routes promise them, and whom they can be given to. Types and the lists of a form.
import type { Reply } from '../routes.ts';
import type { Ask } from '../staff/ask.ts';
import { type Loaded, useLoaded } from './loaded.ts';

export type TicketRow = Reply<'GET /api/tickets'>['items'][number];
export type TicketWhole = Reply<'GET /api/tickets/:id'>;

export const KINDS = [
  'refund',
  'exchange',
  'repair',
  'logistics',
  'quality',
  'complaint',
  'invoice',
  'callback',
  'quote',
  'other',
] as const satisfies readonly TicketRow['kind'][];
export const PRIORITIES = ['normal', 'high', 'urgent'] as const satisfies readonly TicketRow['priority'][];

/** What the sheet of tickets shows. */
export type TicketView =
  | { kind: 'list' }
  | { kind: 'one'; id: string }
  | { kind: 'new'; conversationId: string | null; orderId: string; title: string };

export interface Takers {
  staff: { id: string; name: string; role: string }[];
  teams: { name: string; label: string }[];
}

export const useTakers = (ask: Ask): Loaded<Takers> =>
  useLoaded('takers', null, async () => {
    const [staff, teams] = await Promise.all([
      ask.path<{ items: Takers['staff'] }>('/api/staff'),
      ask.path<{ items: Takers['teams'] }>('/api/teams'),
    ]);
    return { staff: staff.items.filter((one) => one.role !== 'editor'), teams: teams.items };
  });

/** What a date box shows and gives: the agent's own clock, without a zone. */
export function toBox(iso: string | null): string {
  if (iso === null) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
export const fromBox = (text: string): string | null => (text === '' ? null : new Date(text).toISOString());
