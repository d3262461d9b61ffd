// What an agent does with a conversation: claim, reply, note, resolve, give back, take over. Each checks the owner under its lock.
import type { Channel } from '../channels/channel.ts';
import type { ConversationId, HandoffId, ShopId } from '../contract/conversation.ts';
import { putMessage, readConversation, readMessages } from '../conversations/store.ts';
import { type Born, SEND_LEASE_MS } from '../conversations/turns.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { replyDueMs, riskRank } from '../handoff/queue-order.ts';
import { claimHandoff, endHandoff, nextWaiting, takeOver } from '../handoff/store.ts';
import { checkOutgoing } from '../policy/check.ts';
import type { Staff } from '../staff/accounts.ts';

export interface DeskDeps {
  pool: Pool;
  channelOf(accountId: string): Channel;
  /** Tells readers and wakes delivery; called after the commit. */
  onChange(change: { shopId: ShopId; conversationId: ConversationId; outboxId: string | null; desk: boolean }): void;
}

/** How long taking over waits for a bot message that is being sent at this moment. */
const SETTLE_MS = 2_000;

/** A bot message that had started before the takeover may still be on the wire; the agent starts when it has landed. */
async function settle(pool: Pool, shopId: ShopId, conversationId: ConversationId): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const { rows } = await shopQuery<{ busy: boolean }>(
      pool,
      shopId,
      `select exists (select from outbox where conversation_id = $1 and state = 'sending' and author in ('bot', 'system') and lease_until > now()) as busy`,
      [conversationId],
    );
    if (!rows[0]?.busy || performance.now() > until) return;
    await new Promise((r) => setTimeout(r, 20));
  }
}

/** @throws AppError `already_claimed` with the owner's name, `not_found`. */
export async function claim(deps: DeskDeps, staff: Staff, id: HandoffId): Promise<{ conversationId: ConversationId }> {
  const result = await claimHandoff(deps.pool, staff.shopId, id, staff.id);
  switch (result.status) {
    case 'not_found':
      throw new AppError('not_found', '没有这个接待请求');
    case 'taken': {
      const words = result.state === 'resolved' ? '会话已结束' : `会话已被 ${result.ownerName ?? '他人'} 接入`;
      throw new AppError('already_claimed', words, { owner: result.ownerName });
    }
    case 'claimed':
      await settle(deps.pool, staff.shopId, result.conversationId);
      deps.onChange({ shopId: staff.shopId, conversationId: result.conversationId, outboxId: null, desk: true });
      return { conversationId: result.conversationId };
    default:
      return result satisfies never;
  }
}

/** The most urgent one of the agent's teams; null when nobody waits. A lost race tries the next. */
export async function claimNext(
  deps: DeskDeps,
  staff: Staff,
): Promise<{ handoffId: HandoffId; conversationId: ConversationId } | null> {
  for (;;) {
    const handoffId = await nextWaiting(deps.pool, staff.shopId, staff.teams);
    if (handoffId === null) return null;
    try {
      return { handoffId, ...(await claim(deps, staff, handoffId)) };
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'already_claimed')) throw error;
    }
  }
}

export interface AgentMessage {
  clientMessageId: string;
  text: string;
  kind: 'reply' | 'note';
}

/**
 * Writes an agent's reply (to the shopper) or note (for colleagues). The same clientMessageId gives the same message.
 * @throws AppError `not_owner` for a reply by somebody else, `invalid_request` when the text breaks the rules.
 */
export async function say(
  deps: DeskDeps,
  staff: Staff,
  conversationId: ConversationId,
  message: AgentMessage,
): Promise<{ seq: number }> {
  const view = await readConversation(deps.pool, staff.shopId, conversationId);
  if (view === null) throw new AppError('not_found', '没有这个会话');
  const channel = deps.channelOf(view.accountId);
  if (message.kind === 'reply') {
    const checked = checkOutgoing(message.text, { channel: channel.kind, author: 'agent', allowedHosts: [] });
    if (!checked.ok) {
      const why = checked.findings.map((f) => `「${f.evidence}」${f.why}`).join('；');
      throw new AppError('invalid_request', `这条回复没有发送：${why}。请修改后再发。`, { findings: checked.findings });
    }
  }
  const put = await inShop(deps.pool, staff.shopId, async (tx) => {
    const { rows } = await tx.query<{ owner_kind: string; owner_id: string | null; name: string | null }>(
      `select c.owner_kind, c.owner_id::text, (select s.name from staff s where s.id = c.owner_id) as name from conversations c where c.id = $1 for update of c`,
      [conversationId],
    );
    const owner = rows[0]!;
    const before = await tx.query<{ seq: string }>(
      'select seq::text from messages where conversation_id = $1 and client_id = $2',
      [conversationId, message.clientMessageId],
    );
    if (before.rows[0]) return { seq: Number(before.rows[0].seq), outboxId: null };
    if (message.kind === 'reply' && (owner.owner_kind !== 'agent' || owner.owner_id !== staff.id)) {
      throw new AppError(
        'not_owner',
        owner.name ? `会话由 ${owner.name} 接待，您的回复没有发送` : '您还没有接入这个会话，回复没有发送',
        { owner: owner.name },
      );
    }
    const written = await putMessage(tx, {
      shopId: staff.shopId,
      conversationId,
      author: 'agent',
      authorId: staff.id,
      kind: message.kind === 'note' ? 'note' : 'text',
      text: message.text,
      payload: { agentName: staff.name },
      clientId: message.clientMessageId,
      born: BORN[channel.delivery],
      leaseMs: SEND_LEASE_MS,
    });
    if (message.kind === 'reply') {
      await tx.query(
        `update handoffs set first_reply_at = coalesce(first_reply_at, now()) where conversation_id = $1 and state = 'with-agent'`,
        [conversationId],
      );
    }
    return written;
  });
  const outboxId = channel.delivery === 'push' ? put.outboxId : null;
  deps.onChange({ shopId: staff.shopId, conversationId, outboxId, desk: message.kind === 'reply' });
  return { seq: put.seq };
}

const BORN: Record<Channel['delivery'], Born> = { pull: 'sent', push: 'new', passive: 'held' };
const REPLIES_REMEMBERED = 3;

/** The bot goes on with what the person said in mind. */
async function memoryAfter(deps: DeskDeps, shopId: ShopId, id: HandoffId): Promise<Record<string, unknown>> {
  const { rows } = await shopQuery<{ conversation_id: string }>(
    deps.pool,
    shopId,
    'select conversation_id::text from handoffs where id = $1',
    [id],
  );
  if (!rows[0]) return {};
  const messages = await readMessages(deps.pool, shopId, rows[0].conversation_id, 0, 'shopper', 500);
  const agentSaid = messages
    .filter((m) => m.author === 'agent')
    .map((m) => m.text)
    .slice(-REPLIES_REMEMBERED);
  return { choices: [], misses: 0, repeats: 0, lastAnswer: null, stalledOrderId: null, soothed: false, agentSaid };
}

/** Ends the agent's work; the next message is the bot's. @throws AppError `not_owner`, `not_found` */
export async function finish(
  deps: DeskDeps,
  staff: Staff,
  id: HandoffId,
  end: { disposition: string; category: string | null; outcome: 'resolved' | 'returned' },
): Promise<{ conversationId: ConversationId }> {
  const memory = await memoryAfter(deps, staff.shopId, id);
  const result = await endHandoff(deps.pool, staff.shopId, id, staff.id, { ...end, memory });
  switch (result.status) {
    case 'not_found':
      throw new AppError('not_found', '没有这个接待请求');
    case 'not_owner':
      throw new AppError(
        'not_owner',
        result.ownerName ? `会话由 ${result.ownerName} 接待，您不能结束它` : '会话还没有人接入，请先接入',
        { owner: result.ownerName },
      );
    case 'done':
      deps.onChange({ shopId: staff.shopId, conversationId: result.conversationId, outboxId: null, desk: true });
      return { conversationId: result.conversationId };
    default:
      return result satisfies never;
  }
}

/** Takes a conversation from the bot, the queue or a colleague. @throws AppError `not_found` */
export async function takeover(
  deps: DeskDeps,
  staff: Staff,
  conversationId: ConversationId,
  reason: string,
): Promise<{ handoffId: HandoffId }> {
  const recent = (await readMessages(deps.pool, staff.shopId, conversationId, 0, 'shopper', 500)).slice(-12);
  const lastSaid = recent.findLast((m) => m.author === 'shopper')?.text ?? '（还没有说话）';
  const summary = [`${staff.name} 主动接管：${reason}`, `顾客最近说：${lastSaid.slice(0, 80)}`];
  const packet = {
    reason: 'takeover' as const,
    detail: reason,
    risk: 'none' as const,
    signals: [],
    summary,
    intent: null,
    slots: {},
    orders: [],
    botSaid: recent
      .filter((m) => m.author === 'bot')
      .map((m) => m.text)
      .slice(-3),
    suggestions: [],
    transcript: { conversationId, fromSeq: recent[0]?.seq ?? 1, toSeq: recent.at(-1)?.seq ?? 1 },
  };
  const team = staff.teams[0] ?? 'insale';
  const result = await takeOver(deps.pool, staff.shopId, conversationId, staff.id, {
    team,
    summary: summary.join('\n'),
    packet,
    dueMs: replyDueMs('none'),
    rank: riskRank('none'),
  });
  if (result.status === 'not_found') throw new AppError('not_found', '没有这个会话');
  if (result.status === 'done') {
    await settle(deps.pool, staff.shopId, conversationId);
    deps.onChange({ shopId: staff.shopId, conversationId, outboxId: null, desk: true });
  }
  return { handoffId: result.handoffId };
}
