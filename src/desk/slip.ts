// A promise will be late: the shopper is told ahead, in the agent's name, and its time moves. Nobody's conversation is taken from a colleague.
import type { Commitment } from '../contract/commitment.ts';
import type { ConversationId, HandoffId } from '../contract/conversation.ts';
import { type ConversationView, readConversation } from '../conversations/store.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { move } from '../handoff/moves.ts';
import { instantOf, localTime, SHOP_TIME_ZONE, sayDate } from '../promises/calendar.ts';
import { BINDING, type LockedCommitment } from '../promises/ledger.ts';
import { slipNotice } from '../promises/reminders.ts';
import type { Staff } from '../staff/accounts.ts';
import { change, type LedgerDeps, requireFuture, requireHolder } from './commitments.ts';
import { takeover } from './desk.ts';
import { say } from './say.ts';

export interface Moved {
  commitment: Commitment;
  /** What the shopper was told, and whether the agent has the conversation now; null when nobody was told. */
  told: { seq: number; text: string; keptBy: 'agent' | 'bot' } | null;
}

type Promised = Pick<
  LockedCommitment,
  'id' | 'state' | 'kind' | 'subject' | 'conversationId' | 'holderId' | 'dueAt' | 'now'
>;

/** A look before anything is said; looked at again under the lock when its time is moved. @throws AppError */
async function look(deps: LedgerDeps, staff: Staff, id: string): Promise<Promised> {
  const { rows } = await shopQuery<Promised>(
    deps.desk.pool,
    staff.shopId,
    `select id::text, state, kind, subject, conversation_id::text as "conversationId", staff_id::text as "holderId",
       due_at as "dueAt", now() as now from commitments where id = $1`,
    [id],
  );
  const found = rows[0];
  if (!found) throw new AppError('not_found', '没有这条承诺');
  requireHolder(staff, found.holderId);
  requireBinding(found);
  return found;
}

function requireBinding({ state }: Pick<LockedCommitment, 'state'>): void {
  if (BINDING.includes(state)) return;
  throw new AppError(
    'wrong_state',
    state === 'suggested' ? '这条承诺还没有确认，请先确认' : '这条承诺已经处理完，不用再改时间',
  );
}

/** Moves a promise to a later time and tells the shopper before it is late. @throws AppError */
export async function slip(deps: LedgerDeps, staff: Staff, id: string, newDueAt: Date): Promise<Moved> {
  const found = await look(deps, staff, id);
  requireFuture(newDueAt, found.now);
  if (found.dueAt?.getTime() === newDueAt.getTime()) {
    // the same click twice
    return {
      commitment: await change(deps, staff, id, () => null),
      told: await toldBefore(deps, staff, found, newDueAt),
    };
  }
  if (found.dueAt !== null && newDueAt <= found.dueAt)
    throw new AppError('invalid_request', '新的时间应晚于原来的时间');
  const told = await tell(deps, staff, found, newDueAt);
  const commitment = await change(deps, staff, id, (locked) => {
    requireBinding(locked);
    return { what: 'slipped', state: 'open', dueAt: newDueAt, slipped: true };
  });
  return { commitment, told };
}

/**
 * Carries a promise over to the next day, at the same hour, and tells the shopper. What was promised without a time is only
 * looked at again. `untold` is why nobody has to be told (they know already, by telephone). @throws AppError
 */
export async function carry(deps: LedgerDeps, staff: Staff, id: string, untold: string | null): Promise<Moved> {
  const found = await look(deps, staff, id);
  const today = localTime(found.now, SHOP_TIME_ZONE).day;
  if (found.dueAt === null) {
    const commitment = await change(deps, staff, id, (locked) => {
      requireBinding(locked);
      return { what: 'carried', state: 'carried', lookedAt: sayDate(today), ...(untold ? { note: untold } : {}) };
    });
    return { commitment, told: null };
  }
  const { second } = localTime(found.dueAt, SHOP_TIME_ZONE);
  const newDueAt = instantOf({ day: today + 1, second }, SHOP_TIME_ZONE);
  if (newDueAt <= found.dueAt) throw new AppError('wrong_state', '这条承诺明天以后才到期，不用顺延');
  const told = untold === null ? await tell(deps, staff, found, newDueAt) : null;
  const commitment = await change(deps, staff, id, (locked) => {
    requireBinding(locked);
    const note = untold === null ? {} : { note: untold };
    return { what: 'carried', state: 'carried', dueAt: newDueAt, slipped: true, ...note };
  });
  return { commitment, told };
}

/** One message for each new time. Its name keeps the look for promises away from it. */
const messageId = ({ id }: Promised, newDueAt: Date): string => `commitment:${id}:${newDueAt.getTime()}`;

/** Said in a call that was repeated, or whose process died before the time was moved. */
async function toldBefore(deps: LedgerDeps, staff: Staff, found: Promised, newDueAt: Date): Promise<Moved['told']> {
  const { rows } = await shopQuery<{ seq: string; text: string; keptBy: 'agent' | 'bot' }>(
    deps.desk.pool,
    staff.shopId,
    `select m.seq::text, m.text, case when c.owner_kind = 'agent' and c.owner_id = $3 then 'agent' else 'bot' end as "keptBy"
     from messages m join conversations c on c.id = m.conversation_id where m.conversation_id = $1 and m.client_id = $2`,
    [found.conversationId, messageId(found, newDueAt), staff.id],
  );
  return rows[0] ? { ...rows[0], seq: Number(rows[0].seq) } : null;
}

/** The shopper hears it once for each new time, however often the click is repeated. */
async function tell(deps: LedgerDeps, staff: Staff, found: Promised, newDueAt: Date): Promise<Moved['told']> {
  const { conversationId, kind, subject, dueAt } = found;
  if (conversationId === null) return null;
  const view = await readConversation(deps.desk.pool, staff.shopId, conversationId);
  if (view === null) return null;
  const before = await toldBefore(deps, staff, found, newDueAt);
  if (before !== null) return before;
  const text = slipNotice({ kind, dueAt, newDueAt, ...(subject === null ? {} : { subject }) }, found.now);
  const message = { clientMessageId: messageId(found, newDueAt), text, kind: 'reply' as const };
  if (view.state === 'with-agent' || view.state === 'waiting') {
    requireOwn(staff, view);
    const { seq } = await say(deps.desk, staff, conversationId, message);
    return { seq, text, keptBy: 'agent' };
  }
  const { handoffId } = await takeover(
    deps.desk,
    staff,
    conversationId,
    '告知承诺延期',
    (sight) =>
      // a colleague, or the queue, may have got it since we looked: then it stays theirs
      sight.baton.kind === 'with-bot',
  );
  const taken = { conversationId, handoffId, lastSeq: view.lastSeq };
  try {
    const { seq } = await say(deps.desk, staff, conversationId, message);
    return { seq, text, keptBy: await giveBack(deps, staff, { ...taken, said: [text] }) };
  } catch (error) {
    await giveBack(deps, staff, { ...taken, said: [] });
    throw error;
  }
}

function requireOwn(staff: Staff, view: ConversationView): void {
  if (view.state === 'waiting')
    throw new AppError('wrong_state', '顾客正在排队等人工，请先接入会话再告知', { handoffId: view.handoff?.id });
  if (view.ownerId === staff.id) return;
  const owner = view.ownerName ?? '平台客服';
  throw new AppError('not_owner', `会话由 ${owner} 接待，请让 ${owner} 告知顾客，或请主管把承诺改派给 ${owner}`, {
    owner,
  });
}

interface Taken {
  conversationId: ConversationId;
  handoffId: HandoffId;
  /** The conversation's last message when we looked at it before. */
  lastSeq: number;
  said: string[];
}

/**
 * The shopper has no answer: a turn of the bot that was under way was discarded or kept silent, or they have spoken since we
 * looked. Our notice answered nothing, so the clock of the next reply starts here.
 */
const STILL_WAITS = `update handoffs h set awaiting_since = coalesce(h.awaiting_since, now())
  where h.id = $2 and h.state = 'with-agent' and (
    exists (select from turns t where t.conversation_id = $1 and (t.state in ('open', 'leased') or t.done_at >= h.held_since))
    or exists (select from messages m where m.conversation_id = $1 and m.seq > $3 and m.author = 'shopper'))`;

/** The bot goes on where it was, with the agent's words in mind; a shopper who waits for an answer stays with the agent. */
async function giveBack(deps: LedgerDeps, staff: Staff, taken: Taken): Promise<'agent' | 'bot'> {
  const { conversationId, handoffId, lastSeq, said } = taken;
  const waits = await inShop(deps.desk.pool, staff.shopId, (tx) =>
    tx.query(STILL_WAITS, [conversationId, handoffId, lastSeq]),
  );
  if (waits.rowCount === 1) return 'agent';
  const result = await move(
    deps.desk.pool,
    staff.shopId,
    { handoff: handoffId },
    { kind: 'give-back', by: staff.id },
    {
      when: (sight) => sight.awaitingMs === null, // has spoken after that look
      memory: said.length > 0 ? { agentSaid: said } : {},
      close: { disposition: 'follow_up', category: 'commitment' },
    },
  );
  deps.desk.onChange({ shopId: staff.shopId, conversationId, outboxId: null, desk: true });
  return result.status === 'moved' ? 'bot' : 'agent';
}
