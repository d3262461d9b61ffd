// What people do with a promise in the ledger: confirm it, keep it, say that it was none, hand it to a colleague. Telling a shopper is another file's.
import type { Commitment } from '../contract/commitment.ts';
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { PromiseKind } from '../contract/promise.ts';
import { readConversation } from '../conversations/store.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { announce, type CommitmentNews } from '../promises/announce.ts';
import {
  BINDING,
  type CommitmentChange,
  insertCommitment,
  type LockedCommitment,
  lockCommitment,
  readCommitment,
  writeCommitment,
} from '../promises/ledger.ts';
import type { Staff } from '../staff/accounts.ts';
import type { DeskDeps } from './desk.ts';

export interface LedgerDeps {
  desk: DeskDeps;
  /** Something of the ledger changed; called after the commit. */
  onChange(shopId: ShopId): void;
  /** A hint for the clock: rows remind without it, a little later. */
  remindAt(shopId: ShopId, id: string, at: Date): void;
}

const isBoss = (staff: Staff): boolean => staff.role === 'supervisor' || staff.role === 'admin';

/** Whoever has to keep it, a supervisor, or anybody while it is nobody's. @throws AppError `forbidden` */
export function requireHolder(staff: Staff, holderId: StaffId | null): void {
  if (holderId === null || holderId === staff.id || isBoss(staff)) return;
  throw new AppError('forbidden', '这条承诺由别的同事负责；请让本人处理，或请主管改派');
}

interface Told extends CommitmentChange {
  what: CommitmentNews;
}

/**
 * Changes one promise under its lock and says so. `decide` looks at what stands and answers with the change, or null when
 * there is nothing to change. @throws AppError `not_found`, and what `decide` throws
 */
export async function change(
  deps: LedgerDeps,
  staff: Staff,
  id: string,
  decide: (locked: LockedCommitment) => Told | null,
): Promise<Commitment> {
  const { shopId } = staff;
  const remindAt = await inShop(deps.desk.pool, shopId, async (tx) => {
    const locked = await lockCommitment(tx, id);
    if (locked === null) throw new AppError('not_found', '没有这条承诺');
    requireHolder(staff, locked.holderId);
    const told = decide(locked);
    if (told === null) return null;
    return writeAndTell(tx, staff, locked, told);
  });
  deps.onChange(shopId);
  if (remindAt) deps.remindAt(shopId, id, remindAt);
  return (await readCommitment(deps.desk.pool, shopId, id))!;
}

async function writeAndTell(tx: PoolClient, staff: Staff, locked: LockedCommitment, told: Told): Promise<Date | null> {
  const { remindAt } = await writeCommitment(tx, locked, told);
  await announce(
    tx,
    staff.shopId,
    told.what,
    {
      id: locked.id,
      state: told.state,
      holderId: told.holderId ?? locked.holderId,
      conversationId: locked.conversationId,
      orderId: told.orderId ?? locked.orderId,
      dueAt: told.dueAt === undefined ? locked.dueAt : told.dueAt,
    },
    { by: staff.id },
  );
  return remindAt;
}

export interface Confirmation {
  dueAt?: Date;
  orderId?: string;
  task?: string;
}

/** One click on a suggestion; who confirms what is nobody's has it from then on. @throws AppError `wrong_state`, `forbidden`, `not_found` */
export function confirm(deps: LedgerDeps, staff: Staff, id: string, given: Confirmation): Promise<Commitment> {
  return change(deps, staff, id, (locked) => {
    if (BINDING.includes(locked.state) && Object.keys(given).length === 0) return null; // the same click twice
    if (locked.state !== 'suggested')
      throw new AppError('wrong_state', '这条承诺已经处理过了；要改时间请用延期告知或顺延');
    if (given.dueAt) requireFuture(given.dueAt, locked.now);
    return { what: 'confirmed', state: 'open', ...given, ...(locked.holderId === null ? { holderId: staff.id } : {}) };
  });
}

export function requireFuture(at: Date, now: Date): void {
  if (at <= now) throw new AppError('invalid_request', '时间已经过去了，请选一个以后的时间');
}

/** It was no promise. What was confirmed is taken back by a supervisor only, with a reason. @throws AppError */
export function dismiss(deps: LedgerDeps, staff: Staff, id: string, note: string | null): Promise<Commitment> {
  return change(deps, staff, id, (locked) => {
    if (locked.state === 'dismissed') return null;
    if (locked.state === 'kept') throw new AppError('wrong_state', '这条承诺已经兑现，不能忽略');
    if (locked.state !== 'suggested' && !(isBoss(staff) && note))
      throw new AppError('forbidden', '确认过的承诺只能由主管写明原因后取消');
    return { what: 'dismissed', state: 'dismissed', ...(note ? { note } : {}) };
  });
}

/** It was kept. A suggestion may be kept at once. @throws AppError `wrong_state`, `forbidden`, `not_found` */
export function settle(deps: LedgerDeps, staff: Staff, id: string, note: string | null): Promise<Commitment> {
  return change(deps, staff, id, (locked) => {
    if (locked.state === 'kept') return null;
    if (locked.state === 'dismissed') throw new AppError('wrong_state', '这条承诺已经忽略，不用再兑现');
    const mine = locked.holderId === null ? { holderId: staff.id } : {};
    return { what: 'kept', state: 'kept', ...mine, ...(note ? { note } : {}) };
  });
}

/** A supervisor gives it to somebody else. @throws AppError `forbidden`, `invalid_request`, `wrong_state`, `not_found` */
export async function assign(deps: LedgerDeps, staff: Staff, id: string, to: StaffId): Promise<Commitment> {
  if (!isBoss(staff)) throw new AppError('forbidden', '改派承诺需要主管；交给同事请用交接');
  await requireAgent(deps, staff.shopId, to);
  return change(deps, staff, id, (locked) => {
    if (locked.state === 'kept' || locked.state === 'dismissed')
      throw new AppError('wrong_state', '这条承诺已经处理完，不用再改派');
    return { what: 'assigned', state: locked.state, holderId: to };
  });
}

/** @throws AppError `invalid_request` when it is nobody of the shop who serves shoppers */
export async function requireAgent(deps: LedgerDeps, shopId: ShopId, id: StaffId): Promise<void> {
  const { rows } = await shopQuery<{ role: string }>(deps.desk.pool, shopId, 'select role from staff where id = $1', [
    id,
  ]);
  if (!rows[0] || !['agent', 'supervisor'].includes(rows[0].role))
    throw new AppError('invalid_request', '对方不是本店的客服，请从列表里选一位');
}

export interface WrittenDown {
  task: string;
  kind?: PromiseKind;
  dueAt?: Date;
  orderId?: string;
  conversationId?: ConversationId;
  /** A supervisor may give somebody a task. */
  holderId?: StaffId;
}

/** Written down by hand: what was promised on the phone, or a task with a time. @throws AppError `invalid_request`, `forbidden`, `not_found` */
export async function add(deps: LedgerDeps, staff: Staff, written: WrittenDown): Promise<Commitment> {
  const { shopId } = staff;
  const { task, kind = 'other', dueAt = null, orderId = null, conversationId = null, holderId = staff.id } = written;
  if (holderId !== staff.id) {
    if (!isBoss(staff)) throw new AppError('forbidden', '只有主管可以给同事登记任务');
    await requireAgent(deps, shopId, holderId);
  }
  if (dueAt) requireFuture(dueAt, new Date());
  if (conversationId !== null && (await readConversation(deps.desk.pool, shopId, conversationId)) === null)
    throw new AppError('not_found', '没有这个会话');
  const made = await inShop(deps.desk.pool, shopId, async (tx) => {
    const row = await insertCommitment(tx, shopId, {
      conversationId,
      messageSeq: null,
      place: null,
      orderId,
      holderId,
      saidBy: 'hand',
      kind,
      evidence: task,
      subject: null,
      state: 'open',
      dueAt,
    });
    const { id } = row!; // without a place in a message nothing is there already
    await announce(
      tx,
      shopId,
      'added',
      { id, state: 'open', holderId, conversationId, orderId, dueAt },
      { by: staff.id },
    );
    return row!;
  });
  deps.onChange(shopId);
  if (made.remindAt) deps.remindAt(shopId, made.id, made.remindAt);
  return (await readCommitment(deps.desk.pool, shopId, made.id))!;
}
