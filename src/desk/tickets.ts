// What agents do with a ticket (工单): open it, pass it on, write its track, close it and tell the shopper. Whoever owns the conversation keeps it.
import type { ChannelKind } from '../contract/conversation.ts';
import type { TicketNote, TicketPriority, TicketState } from '../contract/ticket.ts';
import { putMessage, readConversation } from '../conversations/store.ts';
import { SEND_LEASE_MS } from '../conversations/turns.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { readTeams } from '../handoff/teams.ts';
import { checkOutgoing } from '../policy/check.ts';
import { lockCommitment, writeCommitment } from '../promises/ledger.ts';
import type { Staff } from '../staff/accounts.ts';
import {
  addNote,
  closeTicket,
  insertTicket,
  type LockedTicket,
  lockTicket,
  type NewTicket,
  readTicket,
  type TicketChange,
  type TicketWithTrack,
  writeTicket,
} from '../tickets/store.ts';
import type { DeskDeps } from './desk.ts';
import { hasRoom } from './room.ts';
import { BORN } from './say.ts';
import { readWords, type ShopWord } from './words.ts';

const PRIORITY: Record<TicketPriority, string> = { normal: '普通', high: '较急', urgent: '紧急' };
const STATE: Record<TicketState, string> = { open: '待处理', doing: '处理中', done: '已完成', cancelled: '已取消' };

/** Names of the shop only: a foreign key would take anybody's. @throws AppError `invalid_request`, `not_found` */
async function requireNamed(
  deps: DeskDeps,
  staff: Staff,
  named: Partial<Pick<NewTicket, 'assigneeId' | 'team' | 'conversationId' | 'dueAt'>>,
): Promise<{ assignee: string | null }> {
  const { pool } = deps;
  if (named.dueAt && named.dueAt.getTime() <= Date.now())
    throw new AppError('invalid_request', '时间已经过去了，请选一个以后的时间');
  if (named.conversationId && (await readConversation(pool, staff.shopId, named.conversationId)) === null)
    throw new AppError('not_found', '没有这个会话');
  if (named.team && !(await readTeams(pool, staff.shopId)).some((team) => team.name === named.team))
    throw new AppError('invalid_request', `没有技能组「${named.team}」，请从列表里选`);
  if (!named.assigneeId) return { assignee: null };
  const { rows } = await shopQuery<{ name: string; role: string }>(
    pool,
    staff.shopId,
    'select name, role from staff where id = $1',
    [named.assigneeId],
  );
  if (!rows[0] || rows[0].role === 'editor')
    throw new AppError('invalid_request', '对方不是本店的客服，请从列表里选一位');
  return { assignee: rows[0].name };
}

/** @throws AppError `invalid_request`, `not_found` */
export async function openTicket(deps: DeskDeps, staff: Staff, ticket: NewTicket): Promise<TicketWithTrack> {
  await requireNamed(deps, staff, ticket);
  const id = await inShop(deps.pool, staff.shopId, async (tx) => {
    const made = await insertTicket(tx, staff.shopId, staff.id, ticket);
    await addNote(tx, staff.shopId, made, { by: staff.id, what: 'created', text: ticket.detail || ticket.title });
    return made;
  });
  return (await readTicket(deps.pool, staff.shopId, id, staff.id))!;
}

/** What was promised with a ticket goes the way of the ticket: whose it is, by when, and its end. */
async function follow(tx: PoolClient, { id, commitmentId }: LockedTicket): Promise<void> {
  const ticket = commitmentId === null ? null : await lockTicket(tx, id);
  const promise = commitmentId === null ? null : await lockCommitment(tx, commitmentId);
  if (ticket === null || promise === null) return;
  const moved = ticket.dueAt?.getTime() !== promise.dueAt?.getTime();
  const isNew = promise.state === 'kept' || promise.state === 'dismissed';
  const state = ticket.state === 'done' ? 'kept' : ticket.state === 'cancelled' ? 'dismissed' : 'open';
  await writeCommitment(tx, promise, {
    state: state === 'open' && !isNew && !moved ? promise.state : state,
    ...(ticket.assigneeId === null ? {} : { holderId: ticket.assigneeId }),
    ...(moved ? { dueAt: ticket.dueAt } : {}),
  });
}

/** Does something to a ticket under its lock. @throws AppError `not_found`, and what `act` throws */
export async function withTicket(
  deps: DeskDeps,
  staff: Staff,
  id: string,
  act: (tx: PoolClient, locked: LockedTicket) => Promise<void>,
): Promise<TicketWithTrack> {
  await inShop(deps.pool, staff.shopId, async (tx) => {
    const locked = await lockTicket(tx, id);
    if (locked === null) throw new AppError('not_found', '没有这个工单');
    await act(tx, locked);
    await follow(tx, locked);
  });
  return (await readTicket(deps.pool, staff.shopId, id, staff.id))!;
}

export const sayTime = (at: Date): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);

/** One sentence of the track; empty when nothing is different. */
function saidOf(before: LockedTicket, after: TicketChange, assignee: string | null): string {
  const parts: string[] = [];
  if (after.state !== before.state) parts.push(`状态：${STATE[after.state]}`);
  if (after.priority !== before.priority) parts.push(`优先级：${PRIORITY[after.priority]}`);
  if (after.assigneeId !== before.assigneeId) parts.push(`负责人：${assignee ?? '待分配'}`);
  if (after.team !== before.team) parts.push(`技能组：${after.team ?? '不限'}`);
  if (after.dueAt?.getTime() !== before.dueAt?.getTime())
    parts.push(`截止：${after.dueAt === null ? '不限' : sayTime(after.dueAt)}`);
  return parts.join('；');
}

export const isClosed = (state: TicketState): boolean => state === 'done' || state === 'cancelled';

/** What is not given stays. A closed one is only reopened. @throws AppError `wrong_state`, `invalid_request`, `not_found` */
export async function changeTicket(
  deps: DeskDeps,
  staff: Staff,
  id: string,
  given: Partial<TicketChange>,
): Promise<TicketWithTrack> {
  const { assignee } = await requireNamed(deps, staff, given);
  return withTicket(deps, staff, id, async (tx, locked) => {
    const reopened = isClosed(locked.state) && given.state !== undefined && !isClosed(given.state);
    if (isClosed(locked.state) && !reopened)
      throw new AppError('wrong_state', `工单${STATE[locked.state]}，要继续处理请先重新打开`);
    const { state, priority, team, assigneeId, dueAt } = { ...locked, ...given };
    const after = { state, priority, team, assigneeId, dueAt };
    const text = saidOf(locked, after, assignee);
    if (text === '') return;
    await writeTicket(tx, id, after);
    const what: TicketNote['what'] = reopened ? 'reopened' : 'changed';
    await addNote(tx, staff.shopId, id, { by: staff.id, what, text });
  });
}

/** @throws AppError `not_found` */
export function noteOnTicket(deps: DeskDeps, staff: Staff, id: string, text: string): Promise<TicketWithTrack> {
  return withTicket(deps, staff, id, (tx) => addNote(tx, staff.shopId, id, { by: staff.id, what: 'note', text }));
}

export const closingWords = (ticket: { id: string; title: string }, outcome: string): string =>
  `您的工单 #${ticket.id}「${ticket.title}」已处理完成：${outcome}`;

/**
 * Done. With `tell` the shopper reads the outcome in the conversation, as a notice of the shop: nobody's conversation is taken,
 * and it answers nothing. Where the channel's quota is used up nobody is told, and the ticket says so.
 * @throws AppError `wrong_state`, `invalid_request` when the words break the rules, `not_found`
 */
export async function finishTicket(
  deps: DeskDeps,
  staff: Staff,
  id: string,
  { outcome, tell }: { outcome: string; tell: boolean },
): Promise<TicketWithTrack> {
  const before = await readTicket(deps.pool, staff.shopId, id, staff.id);
  if (before === null) throw new AppError('not_found', '没有这个工单');
  const view =
    tell && before.conversationId !== null
      ? await readConversation(deps.pool, staff.shopId, before.conversationId)
      : null;
  const channel = view === null ? null : deps.channelOf(view.accountId);
  const words = closingWords(before, outcome);
  if (channel !== null) requireSendable(words, channel.kind, await readWords(deps.pool, staff.shopId));
  let outboxId: string | null = null;
  const done = await inShop(deps.pool, staff.shopId, async (tx) => {
    // lock order: the conversation first
    if (view !== null) await tx.query('select 1 from conversations where id = $1 for no key update', [view.id]);
    const locked = await lockTicket(tx, id);
    if (locked!.state === 'done') return false; // the same click twice
    if (locked!.state === 'cancelled') throw new AppError('wrong_state', '工单已取消，要继续处理请先重新打开');
    let noticeSeq: number | null = null;
    if (view !== null && channel !== null && (await hasRoom(tx, channel, view.id, { text: words, payload: {} }))) {
      const put = await putMessage(tx, {
        shopId: staff.shopId,
        conversationId: view.id,
        author: 'system',
        authorId: null,
        kind: 'notice',
        text: words,
        payload: {},
        clientId: null,
        born: BORN[channel.delivery],
        leaseMs: SEND_LEASE_MS,
      });
      noticeSeq = put.seq;
      outboxId = channel.delivery === 'push' ? put.outboxId : null;
    }
    await closeTicket(tx, id, { by: staff.id, outcome, noticeSeq });
    await addNote(tx, staff.shopId, id, { by: staff.id, what: 'closed', text: outcome });
    await follow(tx, locked!);
    return true;
  });
  if (done && view !== null) deps.onChange({ shopId: staff.shopId, conversationId: view.id, outboxId, desk: true });
  return (await readTicket(deps.pool, staff.shopId, id, staff.id))!;
}

function requireSendable(text: string, channel: ChannelKind, own: readonly ShopWord[]): void {
  const checked = checkOutgoing(text, { channel, author: 'agent', allowedHosts: [], words: own });
  if (checked.ok) return;
  const why = checked.findings.map((f) => `「${f.evidence}」${f.why}`).join('；');
  throw new AppError('invalid_request', `处理结果不能这样告诉顾客：${why}。请修改后再完成。`, {
    findings: checked.findings,
  });
}
