// What a supervisor has to know of the machine room: channels, what did not arrive, promises that are due.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';

export interface ChannelHealth {
  id: string;
  kind: string;
  name: string;
  lastInAt: string | null;
  lastOutAt: string | null;
  failed: number;
}

export interface DeadLetter {
  kind: 'message' | 'hook';
  id: string;
  hookId: string | null;
  state: string;
  about: string;
  error: string | null;
  conversationId: string | null;
  at: string;
}

export interface DueCommitment {
  id: string;
  state: string;
  task: string;
  shopper: string | null;
  holder: string | null;
  conversationId: string | null;
  dueAt: string | null;
  isOver: boolean;
}

export interface BoardHealth {
  asOf: string;
  channels: ChannelHealth[];
  letters: DeadLetter[];
  commitments: DueCommitment[];
}

const LIST_MAX = 50;

/** A message that is dead is one nobody has looked at yet; a delivery to a shop's system stays until it is told again. */
const HEALTH = `select jsonb_build_object('asOf', now(),
  'channels', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id::text, 'kind', a.kind, 'name', a.name,
      'lastInAt', (select max(c.last_shopper_at) from conversations c where c.channel_account_id = a.id),
      'lastOutAt', (select max(o.created_at) from outbox o join conversations c on c.id = o.conversation_id
        where c.channel_account_id = a.id and o.state = 'sent'),
      'failed', (select count(*)::int from outbox o join conversations c on c.id = o.conversation_id
        where c.channel_account_id = a.id and o.state in ('failed', 'unknown') and o.created_at > now() - interval '24 hours'))
      order by a.id), '[]') from channel_accounts a),
  'letters', (select coalesce(jsonb_agg(x.letter order by x.at desc), '[]') from (
    (select o.created_at as at, jsonb_build_object('kind', 'message', 'id', o.id::text, 'hookId', null, 'state', o.state,
        'about', left(m.text, 80), 'error', o.last_error, 'conversationId', o.conversation_id::text, 'at', o.created_at) as letter
      from outbox o join messages m on m.conversation_id = o.conversation_id and m.seq = o.message_seq
      where o.state in ('failed', 'unknown') and o.seen_at is null order by o.id desc limit ${LIST_MAX})
    union all
    (select d.created_at, jsonb_build_object('kind', 'hook', 'id', d.id::text, 'hookId', d.endpoint_id::text, 'state', d.state,
        'about', d.kind, 'error', d.last_error, 'conversationId', null, 'at', d.created_at)
      from hook_deliveries d where d.state = 'dead' order by d.id desc limit ${LIST_MAX})) x),
  'commitments', (select coalesce(jsonb_agg(x.due order by x.at nulls last), '[]') from (
    select c.due_at as at, jsonb_build_object('id', c.id::text, 'state', c.state, 'task', c.task, 'shopper', s.name, 'holder', w.name,
        'conversationId', c.conversation_id::text, 'dueAt', c.due_at, 'isOver', coalesce(c.due_at < now(), false)) as due
      from commitments c left join conversations v on v.id = c.conversation_id left join shoppers s on s.id = v.shopper_id
      left join staff w on w.id = c.staff_id
      where c.state in ('open', 'carried', 'broken') and (c.due_at is null or c.due_at
        < (date_trunc('day', now() at time zone 'Asia/Shanghai') + interval '1 day') at time zone 'Asia/Shanghai')
      order by c.due_at nulls last, c.id limit ${LIST_MAX}) x)) as health`;

export async function readHealth(pool: Pool, shopId: ShopId): Promise<BoardHealth> {
  const { rows } = await shopQuery<{ health: BoardHealth }>(pool, shopId, HEALTH);
  return rows[0]!.health;
}

/** Somebody has looked at a message that did not arrive. False when the shop has no such message. */
export async function markSeen(pool: Pool, shopId: ShopId, id: string, staffId: string): Promise<boolean> {
  return inShop(pool, shopId, async (tx) => {
    const { rowCount } = await tx.query(
      `update outbox set seen_at = coalesce(seen_at, now()), seen_by = coalesce(seen_by, $2)
       where id = $1 and state in ('failed', 'unknown')`,
      [id, staffId],
    );
    return rowCount === 1;
  });
}
