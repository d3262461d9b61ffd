// What an agent does with a handoff: claim, decline, transfer, resolve, give back, take over. Each checks the owner under its lock.
import type { Channel } from '../channels/channel.ts';
import type { ConversationId, HandoffId, ShopId } from '../contract/conversation.ts';
import type { RootCause } from '../contract/root-cause.ts';
import { readMessages, type StoredMessage } from '../conversations/store.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { askForCsat } from '../feedback/store.ts';
import type { TransferTarget } from '../handoff/baton.ts';
import { type MoveResult, move, type Sight } from '../handoff/moves.ts';
import { replyDueMs, riskRank } from '../handoff/queue-order.ts';
import { nextWaiting, readHandoff } from '../handoff/store.ts';
import { summariseForTransfer, type TransferSummary } from '../handoff/transfer-summary.ts';
import type { Staff } from '../staff/accounts.ts';

export interface DeskDeps {
  pool: Pool;
  channelOf(accountId: string): Channel;
  /** Two rounds of offers without anybody taking it: a supervisor has to know. */
  onRaised(shopId: ShopId, handoffId: HandoffId): void;
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

/** Why a move was refused, in the words of whoever asked for it. @throws AppError always */
function refuse(result: Exclude<MoveResult, { status: 'moved' }>): never {
  if (result.status === 'not-found') throw new AppError('not_found', '没有这个接待请求');
  const owner = result.ownerName;
  const extra = { owner };
  switch (result.why) {
    case 'over':
      throw new AppError('already_claimed', '会话已结束', extra);
    case 'taken':
      throw new AppError('already_claimed', `会话已被 ${owner ?? '他人'} 接入`, extra);
    case 'not-owner':
      throw new AppError(
        'not_owner',
        owner ? `会话由 ${owner} 接待，您不能这样做` : '会话还没有人接入，请先接入',
        extra,
      );
    case 'not-offered':
      throw new AppError('wrong_state', '这个会话没有派给您，或者派单已经过期', extra);
    case 'no-transfer':
      throw new AppError('wrong_state', '没有等待您处理的转接', extra);
    case 'same-owner':
      throw new AppError('wrong_state', '会话已经由您接待', extra);
    case 'not-waiting':
    case 'not-now':
      throw new AppError('wrong_state', '会话的状态刚刚变了，请刷新后再试', extra);
    default:
      return result.why satisfies never;
  }
}

function changed(deps: DeskDeps, staff: Staff, conversationId: ConversationId): void {
  deps.onChange({ shopId: staff.shopId, conversationId, outboxId: null, desk: true });
}

/**
 * Takes a waiting one, accepts an offer, or accepts a transfer: whatever of these stands.
 * @throws AppError `already_claimed` with the owner's name, `not_found`
 */
export async function claim(deps: DeskDeps, staff: Staff, id: HandoffId): Promise<{ conversationId: ConversationId }> {
  const result = await move(
    deps.pool,
    staff.shopId,
    { handoff: id },
    (baton) =>
      baton.kind === 'with-agent' && baton.transfer !== null && baton.owner !== staff.id
        ? { kind: 'accept-transfer', by: staff.id, teams: staff.teams }
        : { kind: 'claim', by: staff.id },
    { agent: staff.id },
  );
  if (result.status === 'refused' && result.why === 'no-transfer')
    throw new AppError('already_claimed', `会话已被 ${result.ownerName ?? '他人'} 接入`, { owner: result.ownerName });
  if (result.status !== 'moved') return refuse(result);
  await settle(deps.pool, staff.shopId, result.conversationId);
  changed(deps, staff, result.conversationId);
  return { conversationId: result.conversationId };
}

/** Declines an offer or a transfer: it stays with whom it was. @throws AppError `wrong_state`, `not_found` */
export async function decline(
  deps: DeskDeps,
  staff: Staff,
  id: HandoffId,
): Promise<{ conversationId: ConversationId }> {
  const result = await move(deps.pool, staff.shopId, { handoff: id }, (baton) =>
    baton.kind === 'with-agent' ? { kind: 'decline-transfer', by: staff.id } : { kind: 'decline', by: staff.id },
  );
  if (result.status !== 'moved') return refuse(result);
  if (result.told) deps.onRaised(staff.shopId, id);
  changed(deps, staff, result.conversationId);
  return { conversationId: result.conversationId };
}

/**
 * Asks a colleague or a team to take over; the owner stays accountable until somebody accepts.
 * `warning` says that the shopper has not been answered yet. @throws AppError `not_owner`, `wrong_state`, `not_found`
 */
export async function askTransfer(
  deps: DeskDeps,
  staff: Staff,
  id: HandoffId,
  transfer: { to: TransferTarget; reason: string; note: string | null },
): Promise<{ conversationId: ConversationId; warning: string | null }> {
  const { to, reason, note } = transfer;
  if (to.kind === 'agent') await requireColleague(deps.pool, staff, to.agent);
  const summary = await summaryOf(deps.pool, staff.shopId, id);
  let unanswered = false;
  const result = await move(
    deps.pool,
    staff.shopId,
    { handoff: id },
    { kind: 'ask-transfer', by: staff.id, to },
    {
      transfer: { reason, note, summary },
      when: (sight) => {
        unanswered = sight.awaitingMs !== null;
        return true;
      },
    },
  );
  if (result.status !== 'moved') return refuse(result);
  changed(deps, staff, result.conversationId);
  return {
    conversationId: result.conversationId,
    warning: unanswered ? '顾客的上一条消息还没有回复，对方接受之前请您先回一句。' : null,
  };
}

const PAGE = 500;

/** What was said since the handoff began, for whoever accepts. Null when there is no such handoff. */
async function summaryOf(pool: Pool, shopId: ShopId, id: HandoffId): Promise<TransferSummary | null> {
  const handoff = await readHandoff(pool, shopId, id);
  if (handoff === null) return null;
  const { conversationId, intent, packet } = handoff;
  let page: StoredMessage[];
  let said: StoredMessage[] = [];
  let after = packet.transcript.toSeq - 1;
  do {
    page = await readMessages(pool, shopId, conversationId, after, 'shopper', PAGE);
    said = [...said, ...page].slice(-PAGE);
    after = page.at(-1)?.seq ?? after;
  } while (page.length === PAGE);
  return summariseForTransfer({ intent, wish: packet.summary[0] ?? null }, said);
}

/** Takes a transfer back before somebody accepted it. @throws AppError `not_owner`, `wrong_state`, `not_found` */
export async function cancelTransfer(deps: DeskDeps, staff: Staff, id: HandoffId): Promise<void> {
  const result = await move(deps.pool, staff.shopId, { handoff: id }, { kind: 'cancel-transfer', by: staff.id });
  if (result.status !== 'moved') return refuse(result);
  changed(deps, staff, result.conversationId);
}

async function requireColleague(pool: Pool, staff: Staff, id: string): Promise<void> {
  const { rows } = await shopQuery<{ role: string }>(pool, staff.shopId, 'select role from staff where id = $1', [id]);
  if (!rows[0] || !['agent', 'supervisor'].includes(rows[0].role))
    throw new AppError('invalid_request', '转接的对象不是本店的客服，请从列表里选一位');
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
    .filter((m) => m.author === 'agent' && m.kind === 'text')
    .map((m) => m.text)
    .slice(-REPLIES_REMEMBERED);
  return { choices: [], misses: 0, repeats: 0, lastAnswer: null, stalledOrderId: null, soothed: false, agentSaid };
}

/**
 * Ends the agent's work; the next message is the bot's. `csat` asks the shopper how it was, unless there was nothing to serve.
 * @throws AppError `not_owner`, `not_found`
 */
export async function finish(
  deps: DeskDeps,
  staff: Staff,
  id: HandoffId,
  end: {
    disposition: string;
    category: string | null;
    outcome: 'resolved' | 'returned';
    csat: boolean;
    /** What lay behind it. */
    cause?: RootCause | null;
    causeNote?: string | null;
  },
): Promise<{ conversationId: ConversationId }> {
  const { disposition, category, cause = null, causeNote = null } = end;
  const memory = await memoryAfter(deps, staff.shopId, id);
  const event = end.outcome === 'resolved' ? 'resolve' : 'give-back';
  const result = await move(
    deps.pool,
    staff.shopId,
    { handoff: id },
    { kind: event, by: staff.id },
    { memory, close: { disposition, category, cause, causeNote } },
  );
  if (result.status !== 'moved') return refuse(result);
  if (end.csat && end.disposition !== 'invalid') await askForCsat(deps.pool, staff.shopId, id);
  changed(deps, staff, result.conversationId);
  return { conversationId: result.conversationId };
}

/**
 * Takes a conversation from the bot, the queue or a colleague. `when` may say no by what it sees under the locks.
 * @throws AppError `not_found`, `wrong_state`
 */
export async function takeover(
  deps: DeskDeps,
  staff: Staff,
  conversationId: ConversationId,
  reason: string,
  when: (sight: Sight) => boolean = () => true,
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
  const result = await move(
    deps.pool,
    staff.shopId,
    { conversation: conversationId },
    { kind: 'take-over', by: staff.id, team },
    {
      agent: staff.id,
      open: {
        reason: 'takeover',
        risk: 'none',
        rank: riskRank('none'),
        team,
        summary: summary.join('\n'),
        packet,
        dueMs: replyDueMs('none'),
      },
      why: { chosen: 'takeover', reason },
      when,
    },
  );
  if (result.status === 'refused' && result.why === 'same-owner' && result.handoffId)
    return { handoffId: result.handoffId };
  if (result.status !== 'moved') return refuse(result);
  await settle(deps.pool, staff.shopId, conversationId);
  changed(deps, staff, conversationId);
  return { handoffId: result.handoffId! };
}
