// The staff routes the desk calls, one function each.
import type { Ask } from '../staff/ask.ts';
import type {
  BotConversation,
  ConversationDetail,
  DeskMessage,
  Disposition,
  HandoffDetail,
  HandoffRow,
  Presence,
  Receipt,
} from '../wire.ts';

export type QueueState = 'waiting' | 'with-agent' | 'resolved';

export interface OutgoingText {
  clientMessageId: string;
  text: string;
  kind: 'reply' | 'note';
  /** The draft of the bot it was made from. */
  suggestionId?: string;
  /** Pictures that were uploaded before. */
  attachments?: readonly { id: string }[];
}

export type StaffApi = ReturnType<typeof createStaffApi>;

/** `me`: in whose name. */
export function createStaffApi({ path: ask }: Ask, me: string) {
  const post = <T>(path: string, body: unknown = {}) => ask<T>(path, { method: 'POST', body });

  return {
    me,
    handoffs: (state: QueueState, limit = 100) =>
      ask<{ items: HandoffRow[]; next: string | null }>(`/api/handoffs?state=${state}&limit=${limit}`),
    handoff: (id: string) => ask<HandoffDetail>(`/api/handoffs/${id}`),
    claim: (id: string) => post<unknown>(`/api/handoffs/${id}/claim`),
    claimNext: () => post<{ handoffId: string; conversationId: string } | null>('/api/handoffs/claim-next'),
    resolve: (id: string, disposition: Disposition, category: string) =>
      post<unknown>(`/api/handoffs/${id}/resolve`, { disposition, category }),
    giveBack: (id: string, note: string) => post<unknown>(`/api/handoffs/${id}/return`, note === '' ? {} : { note }),
    botConversations: (limit = 50) =>
      ask<{ items: BotConversation[] }>(`/api/conversations?state=with-bot&limit=${limit}`),
    conversation: (id: string) => ask<ConversationDetail>(`/api/conversations/${id}`),
    messages: (id: string, after: number) =>
      ask<{ messages: DeskMessage[] }>(`/api/conversations/${id}/messages?after=${after}`),
    receipts: (id: string) => ask<{ items: Receipt[] }>(`/api/conversations/${id}/receipts`),
    say: (id: string, message: OutgoingText) => post<{ seq: number }>(`/api/conversations/${id}/messages`, message),
    takeOver: (id: string, reason: string) =>
      post<{ handoffId: string }>(`/api/conversations/${id}/takeover`, { reason }),
    presence: (state: Presence) => ask<unknown>('/api/me/presence', { method: 'PUT', body: { state } }),
  };
}
