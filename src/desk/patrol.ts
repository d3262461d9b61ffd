// The morning's patrol: made once a day, looked at fresh, ticked item by item. What was made or ticked is rows; the rest is computed.
import { orNull } from '../commerce/bounded.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { PatrolItem } from '../contract/patrol.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { instantOf, localTime, SHOP_TIME_ZONE, sayDate } from '../promises/calendar.ts';
import type { Staff } from '../staff/accounts.ts';
import { type DuePromise, patrolItems, type WaitingShopper } from './patrol-items.ts';

export interface PatrolDeps {
  pool: Pool;
  commerce: Commerce;
}

/** More of one kind nobody walks through. */
const LIMIT = 200;

const SHOPPERS = `select jsonb_build_object('handoffId', h.id::text, 'conversationId', h.conversation_id::text, 'state', h.state,
    'shopper', s.name, 'owner', st.name, 'since', coalesce(h.awaiting_since, h.queued_at), 'summary', h.summary,
    'parcel', case when h.packet->'orders'->0 is null then null else jsonb_build_object('orderId', h.packet->'orders'->0->>'id',
      'lastEvent', h.packet->'orders'->0->'logistics'->>'lastEvent') end) as row
  from handoffs h join conversations c on c.id = h.conversation_id join shoppers s on s.id = c.shopper_id
  left join staff st on st.id = h.accepted_by
  where h.state in ('waiting', 'offered', 'deferred') or (h.state = 'with-agent' and h.awaiting_since is not null)
  order by h.risk_rank, h.due_at, h.id limit ${LIMIT}`;

const PROMISES = `select jsonb_build_object('id', c.id::text, 'conversationId', c.conversation_id::text, 'orderId', c.order_id,
    'task', c.task, 'state', c.state, 'dueAt', c.due_at, 'holder', st.name) as row
  from commitments c left join staff st on st.id = c.staff_id
  where (c.state = 'broken' or (c.state in ('open', 'carried') and c.due_at <= $1)
    or (c.state = 'suggested' and c.staff_id is null and c.due_at <= $1))
  order by c.due_at, c.id limit ${LIMIT}`;

interface Today {
  day: string;
  now: Date;
  endOfToday: Date;
}

/** By the database's clock, in the shop's time zone. */
export async function today(pool: Pool, shopId: ShopId): Promise<Today> {
  const { rows } = await shopQuery<{ now: Date }>(pool, shopId, 'select now() as now');
  const { now } = rows[0]!;
  const { day } = localTime(now, SHOP_TIME_ZONE);
  return { day: sayDate(day), now, endOfToday: instantOf({ day, second: 86_399 }, SHOP_TIME_ZONE) };
}

async function compute({ pool, commerce }: PatrolDeps, shopId: ShopId, { now, endOfToday }: Today) {
  const [orders, shoppers, promises] = await Promise.all([
    orNull(commerce.ordersToWatch(shopId)),
    shopQuery<{ row: WaitingShopper }>(pool, shopId, SHOPPERS),
    shopQuery<{ row: DuePromise }>(pool, shopId, PROMISES, [endOfToday]),
  ]);
  return patrolItems({
    orders,
    shoppers: shoppers.rows.map((r) => r.row),
    promises: promises.rows.map((r) => r.row),
    now,
    endOfToday,
  });
}

const KEEP = `insert into patrol_items (shop_id, day, key, item) select $1, $2, x->>'key', x
  from jsonb_array_elements($3::jsonb) x on conflict do nothing`;

/** Makes today's list and tells the early shift. Null when it is there already. */
export async function makePatrol(deps: PatrolDeps, shopId: ShopId): Promise<{ unshipped: number } | null> {
  const now = await today(deps.pool, shopId);
  const items = await compute(deps, shopId, now);
  return inShop(deps.pool, shopId, async (tx) => {
    const { rowCount } = await tx.query('insert into patrols (shop_id, day) values ($1, $2) on conflict do nothing', [
      shopId,
      now.day,
    ]);
    if (rowCount === 0) return null;
    await tx.query(KEEP, [shopId, now.day, JSON.stringify(items)]);
    const { rows } = await tx.query<{ id: string }>('select staff_id::text as id from shifts where closed_at is null');
    const unshipped = items.filter((i) => i.kind === 'unshipped').length;
    const payload = {
      kind: 'patrol',
      what: 'made',
      day: now.day,
      items: items.length,
      agents: rows.map((r) => r.id),
      ...(unshipped > 0 ? { supervisor: true } : {}),
    };
    await tx.query(`select append_event($1, 'desk', 'patrol', $2::jsonb)`, [shopId, JSON.stringify(payload)]);
    return { unshipped };
  });
}

export interface PatrolLine extends PatrolItem {
  /** False: made this morning, and no longer so. */
  stands: boolean;
  done: { at: string; by: { id: StaffId; name: string }; note: string | null } | null;
}

export interface Patrol {
  day: string;
  /** Null: nobody has made it yet; today's is then shown as it would be. */
  madeAt: string | null;
  items: PatrolLine[];
  /** Neither ticked nor over. */
  left: number;
}

interface Kept {
  item: PatrolItem;
  done: PatrolLine['done'];
}

const KEPT = `select i.item, case when i.done_at is null then null else jsonb_build_object('at', i.done_at,
    'by', jsonb_build_object('id', st.id::text, 'name', st.name), 'note', i.note) end as done
  from patrol_items i left join staff st on st.id = i.done_by where i.day = $1`;

/** A day's list: today's with what has come since, an earlier one as it was made. */
export async function readPatrol(deps: PatrolDeps, shopId: ShopId, wanted: string | null): Promise<Patrol> {
  const now = await today(deps.pool, shopId);
  const day = wanted ?? now.day;
  const [made, kept, fresh] = await Promise.all([
    shopQuery<{ at: Date }>(deps.pool, shopId, 'select made_at as at from patrols where day = $1', [day]),
    shopQuery<Kept>(deps.pool, shopId, KEPT, [day]),
    day === now.day ? compute(deps, shopId, now) : null,
  ]);
  const doneOf = new Map(kept.rows.map((k) => [k.item.key, k.done]));
  const stands = new Set(fresh?.map((i) => i.key) ?? kept.rows.map((k) => k.item.key));
  const items: PatrolLine[] = [
    ...(fresh ?? []),
    ...kept.rows.map((k) => k.item).filter((i) => fresh === null || !stands.has(i.key)),
  ].map((item) => ({ ...item, stands: stands.has(item.key), done: doneOf.get(item.key) ?? null }));
  return {
    day,
    madeAt: made.rows[0]?.at.toISOString() ?? null,
    items,
    left: items.filter((i) => i.stands && i.done === null).length,
  };
}

/** Ticks one item of today's list, or takes the tick back. @throws AppError `not_found` */
export async function tick(
  deps: PatrolDeps,
  staff: Staff,
  ticked: { key: string; note: string | null; done: boolean },
): Promise<Patrol> {
  const { shopId } = staff;
  const patrol = await readPatrol(deps, shopId, null);
  const line = patrol.items.find((i) => i.key === ticked.key);
  if (line === undefined) throw new AppError('not_found', '今天的巡检里没有这一项');
  const { stands: _, done: __, ...item } = line;
  await inShop(deps.pool, shopId, async (tx) => {
    await tx.query(KEEP, [shopId, patrol.day, JSON.stringify([item])]);
    await tx.query(
      `update patrol_items set done_at = case when $3 then now() end, done_by = case when $3 then $4::bigint end,
         note = coalesce($5, note) where day = $1 and key = $2`,
      [patrol.day, item.key, ticked.done, staff.id, ticked.note],
    );
    await tx.query(`select append_event($1, 'desk', 'patrol', $2::jsonb)`, [
      shopId,
      JSON.stringify({
        kind: 'patrol',
        what: ticked.done ? 'ticked' : 'reopened',
        day: patrol.day,
        key: item.key,
        by: staff.id,
      }),
    ]);
  });
  return readPatrol(deps, shopId, null);
}
