// What staff write in a conversation: a reply to the shopper, a note for colleagues, a whisper to the owner. Each is written once.
import type { Channel } from '../channels/channel.ts';
import type { Attachment, Card, ConversationId, MessagePayload } from '../contract/conversation.ts';
import { putMessage, readConversation } from '../conversations/store.ts';
import { type Born, SEND_LEASE_MS } from '../conversations/turns.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { checkOutgoing } from '../policy/check.ts';
import { readTone } from '../policy/tone.ts';
import type { Staff } from '../staff/accounts.ts';
import type { DeskDeps } from './desk.ts';
import { requireRoom } from './room.ts';
import { judgeReply, keepLabel, type ReplyOrigin, readSuggestions } from './suggestions.ts';
import { readWords } from './words.ts';

/** `whisper`: a supervisor's word to the owner, seen by staff only. */
export type AgentMessageKind = 'reply' | 'note' | 'whisper';

export interface AgentMessage {
  clientMessageId: string;
  text: string;
  kind: AgentMessageKind;
  /** The draft a reply was made from. */
  suggestionId?: string;
  /** Uploads of ours, already looked up. */
  attachments?: readonly Attachment[];
  /** A product that is shown, already looked up. */
  card?: Card;
  /** `hold`: a reply in a harsh tone is not sent; the writer thinks twice first. */
  tone?: 'hold' | 'meant';
}

/** How an agent's message is born on a channel. */
export const BORN: Record<Channel['delivery'], Born> = { pull: 'sent', push: 'new', passive: 'held' };

interface Owner {
  owner_kind: string;
  owner_id: string | null;
  name: string | null;
}

/** @throws AppError when this person may not write this here */
function mayWrite(staff: Staff, owner: Owner, kind: AgentMessageKind): void {
  switch (kind) {
    case 'note':
      return;
    case 'whisper':
      if (staff.role !== 'supervisor') throw new AppError('forbidden', '密语只能由主管发给正在接待的客服');
      if (owner.owner_kind !== 'agent')
        throw new AppError('wrong_state', '会话现在没有客服接待，密语没有发送；可以改写内部备注');
      if (owner.owner_id === staff.id)
        throw new AppError('wrong_state', '会话由您自己接待，不需要密语；可以改写内部备注');
      return;
    case 'reply':
      if (owner.owner_kind === 'agent' && owner.owner_id === staff.id) return;
      throw new AppError(
        'not_owner',
        owner.name ? `会话由 ${owner.name} 接待，您的回复没有发送` : '您还没有接入这个会话，回复没有发送',
        { owner: owner.name },
      );
    default:
      kind satisfies never;
  }
}

function payloadOf(staff: Staff, owner: Owner, kind: AgentMessageKind, origin: ReplyOrigin | null): MessagePayload {
  const assist = origin?.draftId
    ? { assist: { suggestion: origin.draftId, edited: origin.outcome === 'edited', distance: origin.distance } }
    : {};
  const whisper = kind === 'whisper' ? { whisper: { to: owner.owner_id!, name: owner.name ?? '' } } : {};
  return { agentName: staff.name, ...assist, ...whisper };
}

async function lockOwner(tx: PoolClient, conversationId: ConversationId): Promise<Owner> {
  const { rows } = await tx.query<Owner>(
    `select c.owner_kind, c.owner_id::text, (select s.name from staff s where s.id = c.owner_id) as name from conversations c where c.id = $1 for no key update of c`,
    [conversationId],
  );
  return rows[0]!;
}

/** @throws AppError when the words would make a quarrel and nobody has thought twice */
function thinkTwice({ text, tone }: AgentMessage): void {
  const harsh = tone === 'hold' ? readTone(text) : [];
  if (harsh.length === 0) return;
  const why = harsh.map(({ evidence, why: reason }) => `「${evidence}」${reason}`).join('；');
  throw new AppError('invalid_request', `先替您留住了这条回复：${why}。可以放回输入框改一改，或确认后再发。`, {
    tone: harsh,
  });
}

/**
 * Writes an agent's reply (to the shopper), note (for colleagues) or whisper (to the owner). The same clientMessageId
 * gives the same message. @throws AppError `not_owner` for a reply by somebody else, `account_off`, `invalid_request` when the text
 * breaks the rules, `forbidden` or `wrong_state` for a whisper out of place
 */
export async function say(
  deps: DeskDeps,
  staff: Staff,
  conversationId: ConversationId,
  message: AgentMessage,
): Promise<{ seq: number }> {
  const view = await readConversation(deps.pool, staff.shopId, conversationId);
  if (view === null) throw new AppError('not_found', '没有这个会话');
  const { kind, text } = message;
  // a note stays in the house, also while the channel is off
  const channel = kind === 'reply' ? deps.channelOf(view.accountId) : null;
  if (channel !== null) {
    const words = await readWords(deps.pool, staff.shopId);
    const checked = checkOutgoing(text, { channel: channel.kind, author: 'agent', allowedHosts: [], words });
    if (!checked.ok) {
      const why = checked.findings.map((f) => `「${f.evidence}」${f.why}`).join('；');
      throw new AppError('invalid_request', `这条回复没有发送：${why}。请修改后再发。`, { findings: checked.findings });
    }
    thinkTwice(message);
  }
  const put = await inShop(deps.pool, staff.shopId, async (tx) => {
    const owner = await lockOwner(tx, conversationId);
    const before = await tx.query<{ seq: string }>(
      'select seq::text from messages where conversation_id = $1 and client_id = $2',
      [conversationId, message.clientMessageId],
    );
    if (before.rows[0]) return { seq: Number(before.rows[0].seq), outboxId: null };
    mayWrite(staff, owner, kind);
    const attachments = message.attachments?.length ? { attachments: [...message.attachments] } : {};
    if (channel !== null) await requireRoom(tx, channel, conversationId, { text, payload: attachments });
    const suggestionId = message.suggestionId ?? null;
    const origin = kind === 'reply' ? await judgeReply(tx, conversationId, { text, suggestionId }) : null;
    const written = await putMessage(tx, {
      shopId: staff.shopId,
      conversationId,
      author: 'agent',
      authorId: staff.id,
      kind: kind === 'reply' ? 'text' : 'note',
      text,
      payload: {
        ...payloadOf(staff, owner, kind, origin),
        ...attachments,
        ...(message.card && { card: message.card, productId: message.card.id }),
      },
      clientId: message.clientMessageId,
      born: channel === null ? 'sent' : BORN[channel.delivery],
      leaseMs: SEND_LEASE_MS,
    });
    // whoever is named finds out at once, wherever they are
    if (kind === 'note' && text.includes('@')) {
      await tx.query(`select append_event($1, 'desk', 'note', $2::jsonb)`, [
        staff.shopId,
        JSON.stringify({ kind: 'note', conversationId, by: staff.id }),
      ]);
    }
    if (origin) await keepLabel(tx, conversationId, origin, { seq: written.seq, agentId: staff.id });
    if (kind === 'reply') {
      await tx.query(
        `update handoffs set first_reply_at = coalesce(first_reply_at, now()), awaiting_since = null where conversation_id = $1 and state = 'with-agent'`,
        [conversationId],
      );
    }
    return written;
  });
  const outboxId = channel?.delivery === 'push' ? put.outboxId : null;
  deps.onChange({ shopId: staff.shopId, conversationId, outboxId, desk: kind === 'reply' || text.includes('@') });
  return { seq: put.seq };
}

/**
 * Sends a draft as it is, in one step. `forSeq` says which set the agent was looking at.
 * @throws AppError `wrong_state` when newer drafts are there, `not_found` without such a draft, and as `say`
 */
export async function acceptSuggestion(
  deps: DeskDeps,
  staff: Staff,
  conversationId: ConversationId,
  accept: { draft: number; forSeq: number; clientMessageId: string },
): Promise<{ seq: number }> {
  const sent = await shopQuery<{ seq: string }>(
    deps.pool,
    staff.shopId,
    'select seq::text from messages where conversation_id = $1 and client_id = $2',
    [conversationId, accept.clientMessageId],
  );
  if (sent.rows[0]) return { seq: Number(sent.rows[0].seq) };
  const { forSeq, drafts } = await readSuggestions(deps.pool, staff.shopId, conversationId);
  if (forSeq !== null && forSeq !== accept.forSeq)
    throw new AppError('wrong_state', '顾客又说了新的内容，推荐回复已经更新，请看过再采用', { forSeq });
  const draft = drafts[accept.draft - 1];
  if (draft === undefined) throw new AppError('not_found', '没有这条推荐回复');
  const { clientMessageId } = accept;
  return say(deps, staff, conversationId, { clientMessageId, text: draft.text, kind: 'reply', suggestionId: draft.id });
}
