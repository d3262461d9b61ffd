// Who has a conversation, seen by one agent. Pure; the server decides again on every action.
import type { Thread } from './thread.ts';

export type Ownership =
  | { by: 'unknown' }
  | { by: 'bot' }
  | { by: 'queue'; handoffId: string | null }
  | { by: 'me'; handoffId: string }
  | { by: 'other'; name: string };

export function ownership({ detail, handoff }: Pick<Thread, 'detail' | 'handoff'>, me: string): Ownership {
  if (detail === null) return { by: 'unknown' };
  switch (detail.state) {
    case 'with-bot':
    case 'closed':
      return { by: 'bot' };
    case 'waiting':
      return { by: 'queue', handoffId: detail.handoff?.id ?? handoff?.id ?? null };
    case 'with-agent': {
      const id = detail.handoff?.id ?? handoff?.id;
      const ownerId = detail.ownerId ?? handoff?.owner?.id;
      if (ownerId === me && id !== undefined) return { by: 'me', handoffId: id };
      return { by: 'other', name: detail.ownerName ?? handoff?.owner?.name ?? '—' };
    }
    default:
      return detail.state satisfies never;
  }
}
