// Handing over between shifts (交接): notes, open conversations and promises go to the next one, who accepts or refuses. The giver stays accountable until then.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { TransferTarget } from '../handoff/baton.ts';
import { type MoveResult, move } from '../handoff/moves.ts';
import { readTeams } from '../handoff/teams.ts';
import { announce } from '../promises/announce.ts';
import { LIVE, lockCommitment, writeCommitment } from '../promises/ledger.ts';
import type { Staff } from '../staff/accounts.ts';
import { type LedgerDeps, requireAgent } from './commitments.ts';
import {
  type Handover,
  type HandoverItem,
  insertItems,
  type NewItem,
  type NoteTopic,
  readHandover,
} from './handover-rows.ts';

export interface HandoverNote {
  topic: NoteTopic;
  text: string;
  conversationId?: ConversationId;
  commitmentId?: string;
}

async function tell(deps: LedgerDeps, shopId: ShopId, handover: Handover, what: string): Promise<Handover> {
  const { id, from, to, state } = handover;
  const payload = {
    kind: 'handover',
    what,
    handoverId: id,
    state,
    from: from.id,
    ...('agent' in to ? { agentId: to.agent.id } : { team: to.team }),
    ...(handover.answeredBy ? { answeredBy: handover.answeredBy.id } : {}),
  };
  await inShop(deps.desk.pool, shopId, (tx) =>
    tx.query(`select append_event($1, 'desk', 'handover', $2::jsonb)`, [shopId, JSON.stringify(payload)]),
  );
  deps.onChange(shopId);
  return handover;
}

const read = async (deps: LedgerDeps, shopId: ShopId, id: string): Promise<Handover> =>
  (await readHandover(deps.desk.pool, shopId, id))!;

const OPEN_ITEMS = `(select 'conversation' as kind, h.conversation_id as conversation, null::bigint as commitment, h.id
    from handoffs h where h.state = 'with-agent' and h.accepted_by = $1)
  union all (select 'commitment', null, c.id, c.id from commitments c where c.staff_id = $1 and c.state = any($2))
  order by 1 desc, 4`;

/** Of a note: only what is the shop's own may be named. @throws AppError `invalid_request` */
async function requireKnown(deps: LedgerDeps, shopId: ShopId, notes: readonly HandoverNote[]): Promise<void> {
  const { rows } = await shopQuery<{ unknown: boolean }>(
    deps.desk.pool,
    shopId,
    `select exists (select from unnest($1::bigint[]) x (id) where not exists (select from conversations c where c.id = x.id))
       or exists (select from unnest($2::bigint[]) x (id) where not exists (select from commitments c where c.id = x.id)) as unknown`,
    [notes.flatMap((n) => n.conversationId ?? []), notes.flatMap((n) => n.commitmentId ?? [])],
  );
  if (rows[0]?.unknown) throw new AppError('invalid_request', '交接说明里提到的会话或承诺不存在');
}

/**
 * Hands over everything this person has open, with notes, to a colleague or a team.
 * @throws AppError `invalid_request`, `wrong_state` while an earlier one waits for its answer
 */
export async function giveHandover(
  deps: LedgerDeps,
  staff: Staff,
  given: { notes: readonly HandoverNote[]; to: TransferTarget },
): Promise<Handover> {
  const { shopId } = staff;
  const { to, notes } = given;
  if (to.kind === 'agent') {
    if (to.agent === staff.id) throw new AppError('invalid_request', '不能交接给自己，请选一位同事或一个团队');
    await requireAgent(deps, shopId, to.agent);
  } else if (!(await readTeams(deps.desk.pool, shopId)).some((t) => t.name === to.team))
    throw new AppError('invalid_request', `没有「${to.team}」这个团队，请从列表里选`);
  await requireKnown(deps, shopId, notes);
  const id = await inShop(deps.desk.pool, shopId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into handovers (shop_id, from_id, to_staff, to_team) values ($1, $2, $3, $4)
       on conflict (from_id) where state in ('pending', 'accepting') do nothing returning id::text`,
      [shopId, staff.id, to.kind === 'agent' ? to.agent : null, to.kind === 'team' ? to.team : null],
    );
    if (!rows[0]) throw new AppError('wrong_state', '您有一份交接还没有人确认，请等对方确认，或先撤回');
    const open = await tx.query<{ kind: 'conversation' | 'commitment'; conversation: string; commitment: string }>(
      OPEN_ITEMS,
      [staff.id, LIVE],
    );
    const items: NewItem[] = [
      ...notes.map((n) => ({
        kind: 'note' as const,
        topic: n.topic,
        text: n.text,
        conversationId: n.conversationId ?? null,
        commitmentId: n.commitmentId ?? null,
      })),
      ...open.rows.map((o) => ({
        kind: o.kind,
        topic: null,
        text: null,
        conversationId: o.conversation,
        commitmentId: o.commitment,
      })),
    ];
    await insertItems(tx, shopId, rows[0].id, items);
    return rows[0].id;
  });
  return tell(deps, shopId, await read(deps, shopId, id), 'given');
}

interface LockedHandover {
  state: Handover['state'];
  from: StaffId;
  toStaff: StaffId | null;
  toTeam: string | null;
  answeredBy: StaffId | null;
}

/** Changes the state of one, if this person may and it stands so that they can. @throws AppError */
async function answer(
  deps: LedgerDeps,
  staff: Staff,
  id: string,
  to: { state: 'accepting' | 'refused' | 'withdrawn'; reason?: string },
): Promise<void> {
  await inShop(deps.desk.pool, staff.shopId, async (tx) => {
    const { rows } = await tx.query<LockedHandover>(
      `select state, from_id::text as from, to_staff::text as "toStaff", to_team as "toTeam", answered_by::text as "answeredBy"
       from handovers where id = $1 for no key update`,
      [id],
    );
    const found = rows[0];
    if (!found) throw new AppError('not_found', '没有这份交接');
    requirePart(staff, found, to.state);
    // whoever was interrupted while accepting goes on where they were
    const goesOn = to.state === 'accepting' && found.state === 'accepting' && found.answeredBy === staff.id;
    if (found.state !== 'pending' && !goesOn) throw new AppError('wrong_state', '这份交接已经有人处理过了');
    await tx.query(
      `update handovers set state = $2, answered_by = $3, reason = $4, answered_at = now() where id = $1`,
      [id, to.state, staff.id, to.reason ?? null],
    );
  });
}

function requirePart(staff: Staff, found: LockedHandover, to: 'accepting' | 'refused' | 'withdrawn'): void {
  const isMine = found.from === staff.id;
  if (to === 'withdrawn') {
    if (!isMine) throw new AppError('forbidden', '只有交班的人可以撤回交接');
    return;
  }
  if (isMine) throw new AppError('forbidden', '自己的交接要由接班的同事确认');
  const isForMe =
    found.toStaff === null
      ? staff.teams.length === 0 || staff.teams.includes(found.toTeam!)
      : found.toStaff === staff.id;
  if (!isForMe) throw new AppError('forbidden', '这份交接不是给您的');
}

/** Not taken, with a reason: everything stays with the giver. @throws AppError */
export async function refuseHandover(deps: LedgerDeps, staff: Staff, id: string, reason: string): Promise<Handover> {
  await answer(deps, staff, id, { state: 'refused', reason });
  return tell(deps, staff.shopId, await read(deps, staff.shopId, id), 'refused');
}

export async function withdrawHandover(deps: LedgerDeps, staff: Staff, id: string): Promise<Handover> {
  await answer(deps, staff, id, { state: 'withdrawn' });
  return tell(deps, staff.shopId, await read(deps, staff.shopId, id), 'withdrawn');
}

/**
 * Takes a handover: each conversation by a transfer of the baton, each promise by itself, so that one that cannot move
 * (it ended, or a colleague has it) keeps none of the others. Interrupted, it is simply accepted again. @throws AppError
 */
export async function acceptHandover(deps: LedgerDeps, staff: Staff, id: string): Promise<Handover> {
  const { shopId } = staff;
  await answer(deps, staff, id, { state: 'accepting' });
  const { from, items } = await read(deps, shopId, id);
  for (const item of items) {
    if (item.outcome !== null) continue;
    const why = await takeItem(deps, staff, from.id, item);
    await inShop(deps.desk.pool, shopId, (tx) =>
      tx.query(
        `update handover_items set outcome = $3, why = $4 where handover_id = $1 and position = $2 and outcome is null`,
        [id, item.position, why === null ? 'moved' : 'not_moved', why],
      ),
    );
  }
  await inShop(deps.desk.pool, shopId, (tx) =>
    tx.query(`update handovers set state = 'accepted', answered_at = now() where id = $1 and state = 'accepting'`, [
      id,
    ]),
  );
  return tell(deps, shopId, await read(deps, shopId, id), 'accepted');
}

/** Null when it is theirs now, else why it is not. */
function takeItem(deps: LedgerDeps, staff: Staff, from: StaffId, item: HandoverItem): Promise<string | null> {
  switch (item.kind) {
    case 'note':
      return Promise.resolve(null);
    case 'conversation':
      return takeConversation(deps, staff, from, item.conversationId!);
    case 'commitment':
      return takeCommitment(deps, staff, from, item.commitmentId!);
    default:
      return item.kind satisfies never;
  }
}

function whyNot(result: Exclude<MoveResult, { status: 'moved' }>): string {
  if (result.status === 'not-found' || result.why === 'over') return '会话已经结束';
  if (result.why === 'not-now') return '会话正在转接给别人';
  if (result.ownerName !== null) return `会话现在由 ${result.ownerName} 接待`;
  return '会话已经不在交班人手里';
}

async function takeConversation(
  deps: LedgerDeps,
  staff: Staff,
  from: StaffId,
  conversationId: ConversationId,
): Promise<string | null> {
  const { pool } = deps.desk;
  const target = { conversation: conversationId };
  const asked = await move(
    pool,
    staff.shopId,
    target,
    { kind: 'ask-transfer', by: from, to: { kind: 'agent', agent: staff.id } },
    {
      // the handover's own notes say what a summary would
      transfer: { reason: '交接班', note: null, summary: null },
      // a transfer to somebody else that waits for its answer is not taken from them
      when: ({ baton }) =>
        baton.kind !== 'with-agent' ||
        baton.transfer === null ||
        (baton.transfer.kind === 'agent' && baton.transfer.agent === staff.id),
    },
  );
  if (asked.status !== 'moved')
    return asked.status === 'refused' && asked.ownerId === staff.id && asked.baton.kind === 'with-agent'
      ? null
      : whyNot(asked);
  const taken = await move(
    pool,
    staff.shopId,
    target,
    { kind: 'accept-transfer', by: staff.id, teams: staff.teams },
    { agent: staff.id },
  );
  deps.desk.onChange({ shopId: staff.shopId, conversationId, outboxId: null, desk: true });
  return taken.status === 'moved' ? null : whyNot(taken);
}

function takeCommitment(deps: LedgerDeps, staff: Staff, from: StaffId, id: string): Promise<string | null> {
  return inShop(deps.desk.pool, staff.shopId, async (tx) => {
    const locked = await lockCommitment(tx, id);
    if (locked?.holderId === staff.id) return null;
    if (locked === null || !LIVE.includes(locked.state)) return '承诺已经处理完';
    if (locked.holderId !== from) return '承诺已经改由别人负责';
    await writeCommitment(tx, locked, { state: locked.state, holderId: staff.id });
    await announce(tx, staff.shopId, 'assigned', { ...locked, holderId: staff.id }, { by: staff.id });
    return null;
  });
}
