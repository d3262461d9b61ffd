// The staff routes the desk calls, one function each.
import type { Commitment } from '../../contract/commitment.ts';
import type { DeskSort, DeskTab } from '../../contract/routes/desk.ts';
import type { Ask } from '../staff/ask.ts';
import type {
  Colleague,
  ConversationDetail,
  DeskMessage,
  Disposition,
  HandoffDetail,
  Handover,
  Presence,
  Receipt,
  TeamInfo,
  Viewers,
} from '../wire.ts';

export interface OutgoingText {
  clientMessageId: string;
  text: string;
  kind: 'reply' | 'note';
  /** The draft of the bot it was made from. */
  suggestionId?: string;
  /** Pictures that were uploaded before. */
  attachments?: readonly { id: string }[];
  /** `meant`: harsh words that the agent has thought about twice. */
  tone?: 'hold' | 'meant';
}

export type Target = { agent: string } | { team: string };

interface ListQuery {
  tab: DeskTab;
  sort: DeskSort;
  q: string;
  limit: number;
  cursor?: string;
}

export type StaffApi = ReturnType<typeof createStaffApi>;

/** `me`: in whose name. */
export function createStaffApi(ask: Ask, me: string) {
  const post = <T>(path: string, body: unknown = {}) => ask.path<T>(path, { method: 'POST', body });
  const get = <T>(path: string) => ask.path<T>(path);

  return {
    me,
    list: ({ q, ...query }: ListQuery) =>
      ask('GET /api/desk/list', { query: { ...query, ...(q === '' ? {} : { q }) } }),
    summary: () => ask('GET /api/desk/summary'),
    read: (id: string, seq: number) => ask('PUT /api/conversations/:id/read', { params: { id }, body: { seq } }),

    handoff: (id: string) => get<HandoffDetail>(`/api/handoffs/${id}`),
    claim: (id: string) => post<{ conversationId: string }>(`/api/handoffs/${id}/claim`),
    claimNext: () => post<{ handoffId: string; conversationId: string } | null>('/api/handoffs/claim-next'),
    decline: (id: string) => post<unknown>(`/api/handoffs/${id}/decline`),
    transfer: (id: string, to: Target, reason: string, note: string) =>
      post<unknown>(`/api/handoffs/${id}/transfer`, { to, reason, ...(note === '' ? {} : { note }) }),
    cancelTransfer: (id: string) => ask.path<unknown>(`/api/handoffs/${id}/transfer`, { method: 'DELETE' }),
    causes: (id: string) => ask('GET /api/handoffs/:id/root-causes', { params: { id } }),
    resolve: (
      id: string,
      end: { disposition: Disposition; category: string; csat: boolean; cause?: string; causeNote?: string },
    ) => post<unknown>(`/api/handoffs/${id}/resolve`, end),
    report: (conversationId: string, question: string) =>
      ask('POST /api/unknowns', { body: { conversationId, question } }),
    giveBack: (id: string, note: string) => post<unknown>(`/api/handoffs/${id}/return`, note === '' ? {} : { note }),

    conversation: (id: string) => get<ConversationDetail>(`/api/conversations/${id}`),
    messages: (id: string, after: number) =>
      get<{ messages: DeskMessage[] }>(`/api/conversations/${id}/messages?after=${after}`),
    messagesBefore: (id: string, before: number, limit: number) =>
      get<{ messages: DeskMessage[] }>(`/api/conversations/${id}/messages?before=${before}&limit=${limit}`),
    receipts: (id: string) => get<{ items: Receipt[] }>(`/api/conversations/${id}/receipts`),
    say: (id: string, message: OutgoingText) => post<{ seq: number }>(`/api/conversations/${id}/messages`, message),
    whisper: (id: string, clientMessageId: string, text: string) =>
      post<{ seq: number }>(`/api/conversations/${id}/messages`, { clientMessageId, text, kind: 'whisper' }),
    takeOver: (id: string, reason: string) =>
      post<{ handoffId: string }>(`/api/conversations/${id}/takeover`, { reason }),
    viewers: (id: string) => get<Viewers>(`/api/conversations/${id}/presence`),
    look: (id: string, now: { viewing: boolean; typing: boolean }) =>
      post<unknown>(`/api/conversations/${id}/presence`, now),

    presence: (state: Presence) => ask.path<unknown>('/api/me/presence', { method: 'PUT', body: { state } }),
    staff: () => get<{ items: Colleague[] }>('/api/staff'),
    teams: () => get<{ items: TeamInfo[] }>('/api/teams'),
    promises: () => get<{ items: Commitment[] }>('/api/commitments?mine=true&limit=100'),
    handover: (id: string) => get<Handover>(`/api/handover/${id}`),
    giveHandover: (to: Target, notes: { kind: string; text: string; conversationId?: string }[]) =>
      post<Handover>('/api/handover', { to, notes }),
    acceptHandover: (id: string) => post<Handover>(`/api/handover/${id}/accept`),
    refuseHandover: (id: string, reason: string) => post<Handover>(`/api/handover/${id}/refuse`, { reason }),
    withdrawHandover: (id: string) => post<Handover>(`/api/handover/${id}/withdraw`),
  };
}
