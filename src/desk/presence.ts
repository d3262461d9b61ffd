// An agent comes, pauses and goes. Nobody goes offline with work in their hands unless a supervisor sends them.
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { move } from '../handoff/moves.ts';
import { type Presence, type Staff, writePresence } from '../staff/accounts.ts';
import { writeAudit } from '../staff/audit.ts';
import type { DeskDeps } from './desk.ts';
import { openHandovers } from './handover-rows.ts';

/** What keeps somebody from going: their own conversation, an offer, or a colleague's transfer that waits for their word. */
export interface OpenWork {
  kind: 'conversation' | 'offer' | 'transfer';
  handoffId: HandoffId;
  conversationId: ConversationId;
  shopper: string | null;
  /** Of their own: handed on, and nobody has confirmed it yet. */
  unconfirmed: boolean;
}

const OPEN_WORK = `select jsonb_build_object('kind', case when h.accepted_by = $1 then 'conversation'
      when h.offered_to = $1 then 'offer' else 'transfer' end,
    'handoffId', h.id::text, 'conversationId', h.conversation_id::text, 'shopper', s.name,
    'unconfirmed', h.accepted_by = $1 and h.transfer is not null) as work
  from handoffs h join conversations c on c.id = h.conversation_id join shoppers s on s.id = c.shopper_id
  where (h.state = 'with-agent' and (h.accepted_by = $1 or (h.transfer->>'kind' = 'agent' and h.transfer->>'agent' = $1::text)))
    or (h.state = 'offered' and h.offered_to = $1)
  order by h.id`;

async function openWork(tx: PoolClient, id: StaffId): Promise<OpenWork[]> {
  const { rows } = await tx.query<{ work: OpenWork }>(OPEN_WORK, [id]);
  return rows.map((r) => ({ ...r.work, unconfirmed: r.work.unconfirmed ?? false }));
}

function sentence(who: string, open: readonly OpenWork[]): string {
  const count = (of: (w: OpenWork) => boolean) => open.filter(of).length;
  const own = count((w) => w.kind === 'conversation');
  const unconfirmed = count((w) => w.unconfirmed);
  const parts = [
    own > 0 ? `${own} 个会话没有结束${unconfirmed > 0 ? `（其中 ${unconfirmed} 个转接还没有人确认）` : ''}` : '',
    count((w) => w.kind === 'offer') > 0 ? `${count((w) => w.kind === 'offer')} 个派单没有回应` : '',
    count((w) => w.kind === 'transfer') > 0 ? `${count((w) => w.kind === 'transfer')} 个转接等待确认` : '',
  ];
  return `${who}还有 ${parts.filter((p) => p !== '').join('、')}，请先处理完或转给同事再离线；主管可以强制离线。`;
}

/** @throws AppError `wrong_state` with the handovers that nobody has confirmed */
async function refuseOverHandovers(deps: DeskDeps, shopId: ShopId, of: { id: StaffId; who: string }): Promise<void> {
  const handovers = await openHandovers(deps.pool, shopId, of.id);
  if (handovers.length === 0) return;
  const words = `${of.who}还有 ${handovers.length} 份交接没有人确认，请等对方接受或撤回后再离线；主管可以强制离线。`;
  throw new AppError('wrong_state', words, { handovers });
}

/**
 * Sets a presence; repeated, it is the heartbeat. `changed` says that it was another before.
 * @throws AppError `wrong_state` with the list of open work when going offline with some, `not_found`
 */
async function setPresence(
  deps: DeskDeps,
  shopId: ShopId,
  of: { id: StaffId; who: string },
  state: Presence,
): Promise<{ changed: boolean }> {
  if (state === 'offline') await refuseOverHandovers(deps, shopId, of);
  return inShop(deps.pool, shopId, async (tx) => {
    // offers look at an agent under this lock, so that none comes between looking and going
    const { rowCount } = await tx.query('select from staff where id = $1 for no key update', [of.id]);
    if (rowCount === 0) throw new AppError('not_found', '没有这位同事');
    const open = state === 'offline' ? await openWork(tx, of.id) : [];
    if (open.length > 0) throw new AppError('wrong_state', sentence(of.who, open), { open });
    return { changed: await writePresence(tx, of.id, state) };
  });
}

/** One's own presence. @throws AppError `wrong_state` with the list of open work when going offline with some */
export const changePresence = (deps: DeskDeps, staff: Staff, state: Presence): Promise<{ changed: boolean }> =>
  setPresence(deps, staff.shopId, { id: staff.id, who: '您' }, state);

/** More rounds than anybody can be given work in while they are already offline. */
const ROUNDS_MAX = 3;

/** Gives back everything somebody has, is offered or is asked to take over. */
async function release(deps: DeskDeps, shopId: ShopId, id: StaffId): Promise<HandoffId[]> {
  const released: HandoffId[] = [];
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const open = await inShop(deps.pool, shopId, (tx) => openWork(tx, id));
    if (open.length === 0) break;
    for (const { kind, handoffId } of open) {
      const event =
        kind === 'transfer'
          ? ({ kind: 'decline-transfer', by: id } as const)
          : ({ kind: 'release', agent: id } as const);
      const result = await move(deps.pool, shopId, { handoff: handoffId }, event);
      if (result.status !== 'moved') continue; // it ended or moved on meanwhile, which is as good
      if (kind !== 'transfer') released.push(handoffId);
      deps.onChange({ shopId, conversationId: result.conversationId, outboxId: null, desk: true });
    }
  }
  return released;
}

/**
 * A supervisor sets a colleague's presence. With `force` going offline is not refused: what they had waits again, with its age.
 * @throws AppError as `changePresence`, and `not_found`
 */
export async function orderPresence(
  deps: DeskDeps,
  by: Staff,
  id: StaffId,
  order: { state: Presence; force: boolean },
): Promise<{ changed: boolean; released: HandoffId[] }> {
  if (!(order.force && order.state === 'offline')) {
    const who = id === by.id ? '您' : '这位同事';
    return { ...(await setPresence(deps, by.shopId, { id, who }, order.state)), released: [] };
  }
  // offline first, so that nothing new is offered while the rest is given back
  const changed = await inShop(deps.pool, by.shopId, async (tx) => {
    const { rows } = await tx.query<{ name: string }>('select name from staff where id = $1 for no key update', [id]);
    if (!rows[0]) throw new AppError('not_found', '没有这位同事');
    const went = await writePresence(tx, id, 'offline');
    await writeAudit(tx, by.shopId, { by: by.id, action: 'staff.offline', subject: rows[0].name });
    return went;
  });
  return { changed, released: await release(deps, by.shopId, id) };
}
