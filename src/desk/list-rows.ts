// The rows of the desk's lists: every conversation seen by one person, in the order of what has to be done. Changes nothing.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { DeskRow, DeskSort, DeskTab } from '../contract/routes/desk.ts';
import { FEELING } from '../conversations/feeling.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { CLOCK_LIMITS } from '../handoff/clocks.ts';
import { isInsult } from '../understanding/insults.ts';

/** Turns without an answer after which somebody should look; one more and the bot hands off by itself. */
const MISSES = 2;

/** Handoffs first: their lists are short and have their own indexes. */
const WITH_HANDOFF = 'handoffs h join conversations c on c.id = h.conversation_id';
const WITHOUT = 'conversations c left join handoffs h on false';
const WITH_LAST =
  'conversations c left join lateral (select x.* from handoffs x where x.conversation_id = c.id order by x.id desc limit 1) h on true';

// the messages of a day are found by their own index; one over the conversations would be written with every message
const TODAY = `c.owner_kind = 'bot' and c.closed_at is null
  and c.id in (select x.conversation_id from messages x where x.created_at > now() - interval '24 hours')`;

const MISSED = `coalesce((c.memory->>'misses')::int, 0) >= ${MISSES}`;
const ANGRY = `coalesce(c.memory->'moods'->-1->>'name' in ('angry', 'sarcastic'), false)`;
const UNANSWERED = `exists (select from turns x where x.conversation_id = c.id and x.state in ('open', 'leased')
  and x.created_at < now() - interval '60 seconds')`;
const UNDELIVERED = `exists (select from outbox x where x.conversation_id = c.id and x.state in ('unknown', 'failed')
  and x.created_at > now() - interval '24 hours')`;

/** Where the rows of a list come from. `$1` is who asks. */
const SOURCES: Record<DeskTab, { from: string; where: string }> = {
  waiting: { from: WITH_HANDOFF, where: `h.state in ('waiting', 'offered', 'deferred')` },
  mine: { from: WITH_HANDOFF, where: `h.state = 'with-agent' and h.accepted_by = $1` },
  colleagues: { from: WITH_HANDOFF, where: `h.state = 'with-agent' and h.accepted_by <> $1` },
  asked: {
    from: WITH_HANDOFF,
    where: `((h.state = 'offered' and h.offered_to = $1) or (h.state = 'with-agent' and h.transfer is not null and h.accepted_by <> $1
      and (h.transfer->>'agent' = $1::text or exists (select from staff x where x.id = $1
        and h.transfer->>'kind' = 'team' and (cardinality(x.teams) = 0 or h.transfer->>'team' = any(x.teams))))))`,
  },
  trouble: { from: WITHOUT, where: `${TODAY} and (${MISSED} or ${ANGRY} or ${UNANSWERED} or ${UNDELIVERED})` },
  bot: { from: WITHOUT, where: TODAY },
  ended: { from: WITH_HANDOFF, where: `h.state = 'resolved'` },
  all: { from: WITH_LAST, where: `c.last_shopper_at > now() - interval '90 days'` },
};

/** When the next answer of a person is due. The first one's time stands on the row; later ones have the platforms' three minutes. */
const DUE = `case when h.state in ('waiting', 'offered', 'deferred') then h.due_at
  when h.state = 'with-agent' and h.awaiting_since is not null then case when h.first_reply_at is null then h.due_at
    else h.awaiting_since + ${CLOCK_LIMITS.nextReplyMs} * interval '1 ms' end end`;

const micros = (at: string) => `(extract(epoch from ${at}) * 1000000)::bigint`;
const earliest = (at: string) => `lpad(${micros(at)}::text, 17, '0')`;
const latest = (at: string) => `lpad((4102444800000000 - coalesce(${micros(at)}, 0))::text, 17, '0')`;
const SAID_AT = 'coalesce(m.created_at, c.created_at)';

/** A text that sorts as the list does; the conversation's id makes it unique. */
function keyOf(tab: DeskTab, sort: DeskSort): string {
  const id = `lpad(coalesce(h.id, c.id)::text, 19, '0')`;
  if (sort === 'latest' || tab === 'bot' || tab === 'all') return `${latest(SAID_AT)} || ${id}`;
  if (tab === 'ended') return `${latest('h.resolved_at')} || ${id}`;
  if (tab === 'trouble') return `${earliest(SAID_AT)} || ${id}`;
  if (tab === 'waiting') {
    const rested = `(h.state = 'deferred')::int`;
    return sort === 'longest'
      ? `${rested} || ${earliest('h.queued_at')} || ${id}`
      : `${rested} || h.risk_rank::text || ${earliest('h.due_at')} || ${id}`;
  }
  const answered = '(h.awaiting_since is null)::int';
  const at = sort === 'longest' ? 'h.awaiting_since' : DUE;
  return `${answered} || coalesce(${earliest(at)}, ${latest(SAID_AT)}) || ${id}`;
}

const person = (id: string) =>
  `(select jsonb_build_object('id', p.id::text, 'name', p.name) from staff p where p.id = ${id})`;
const nameOf = (id: string) => `(select p.name from staff p where p.id = ${id})`;

const ROW = `jsonb_build_object('conversationId', c.id::text, 'handoffId', h.id::text,
  'state', case when h.id is null then case c.owner_kind when 'bot' then 'with-bot' when 'queue' then 'waiting' else 'with-agent' end
    when h.state = 'resolved' then case when $2 = 'ended' or c.owner_kind <> 'bot' then 'resolved' else 'with-bot' end else h.state end,
  'shopper', jsonb_build_object('id', s.id::text, 'name', s.name, 'vip', s.vip), 'channel', a.kind,
  'reason', h.reason, 'risk', coalesce(h.risk, 'none'), 'team', h.team,
  'summary', coalesce(nullif(split_part(h.summary, E'\\n', 1), ''), left(m.text, 120), ''),
  'lastText', coalesce(left(m.text, 120), ''), 'lastFrom', m.author, 'lastAt', m.created_at,
  'waitingSince', h.queued_at, 'dueAt', ${DUE},
  'awaitingSince', case when h.state = 'with-agent' then h.awaiting_since end,
  'awaitingReply', coalesce((select x.author = 'shopper' from messages x where x.conversation_id = c.id and x.kind = 'text'
    order by x.seq desc limit 1), false) and (h.state = 'with-agent' or h.state is null),
  'unread', (select count(*) from (select from messages x where x.conversation_id = c.id and x.author = 'shopper'
    and x.seq > coalesce((select r.seq from read_marks r where r.staff_id = $1 and r.conversation_id = c.id), 0) limit 100) u),
  'owner', case when h.state in ('with-agent', 'resolved') then ${person('h.accepted_by')} end,
  'offeredTo', case when h.offered_to is not null then ${person('h.offered_to')} || jsonb_build_object('expiresAt', h.offer_expires_at) end,
  'transfer', case when h.transfer is not null then h.transfer || jsonb_build_object(
    'byName', ${nameOf(`(h.transfer->>'by')::bigint`)}, 'toName', coalesce(${nameOf(`(h.transfer->>'agent')::bigint`)}, h.transfer->>'team')) end,
  'emotion', ${FEELING},
  'again', h.previous_id is not null,
  'deliveryTrouble', (select count(*) from outbox x where x.conversation_id = c.id and x.state in ('unknown', 'failed')),
  'trouble', case when h.id is null then to_jsonb(array_remove(array[case when ${MISSED} then 'misses' end, case when ${ANGRY} then 'anger' end,
    case when ${UNANSWERED} then 'unanswered' end, case when ${UNDELIVERED} then 'undelivered' end], null)) else '[]' end)`;

const JOINS = `join shoppers s on s.id = c.shopper_id join channel_accounts a on a.id = c.channel_account_id
  left join lateral (select x.text, x.author, x.created_at from messages x where x.conversation_id = c.id and x.kind = 'text'
    order by x.seq desc limit 1) m on true`;

const FOUND = `(s.name ilike $3 or h.summary ilike $3 or c.memory->>'focusOrderId' ilike $3
  or exists (select from jsonb_array_elements(coalesce(h.packet->'orders', '[]')) o where o->>'id' ilike $3)
  or exists (select from messages x where x.conversation_id = c.id and (x.text ilike $3 or x.payload->>'orderId' ilike $3)))`;

const pattern = (q: string): string => `%${q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** What a shopper said stands in these; a colleague's own words are not looked at. */
const insults = ({ summary, lastText, transfer }: Pick<DeskRow, 'summary' | 'lastText' | 'transfer'>): boolean =>
  [summary, lastText, JSON.stringify(transfer?.summary ?? '')].some(isInsult);

export interface ListFilter {
  tab: DeskTab;
  sort: DeskSort;
  /** Words to be found; null for all. */
  q: string | null;
  limit: number;
  /** The key of the last row that is known. */
  cursor: string | null;
}

/** One page of a list. A row without a word (somebody only opened the page) is no conversation yet. */
export async function listDesk(
  pool: Pool,
  shopId: ShopId,
  me: StaffId,
  { tab, sort, q, limit, cursor }: ListFilter,
): Promise<{ items: DeskRow[]; next: string | null }> {
  const { from, where } = SOURCES[tab];
  const key = keyOf(tab, sort);
  const { rows } = await shopQuery<{ row: Omit<DeskRow, 'key' | 'insult'>; key: string }>(
    pool,
    shopId,
    `with picked as (select ${key} as key, c.id as cid, h.id as hid from ${from} ${JOINS}
       where ${where} and ($2 <> '' and $1::bigint is not null) and m.text is not null
         and ($3::text is null or ${FOUND}) and ($4::text is null or ${key} > $4) order by 1 limit $5)
     select ${ROW} as row, p.key from picked p join conversations c on c.id = p.cid left join handoffs h on h.id = p.hid ${JOINS}
     order by p.key`,
    [me, tab, q === null ? null : pattern(q), cursor, limit + 1],
  );
  const page = rows.slice(0, limit).map((r) => ({ ...r.row, key: r.key, insult: insults(r.row) }));
  return { items: page, next: rows.length > limit ? page.at(-1)!.key : null };
}

export interface DeskCounts {
  waiting: number;
  trouble: number;
  bot: number;
  withAgents: number;
  queues: Record<string, number>;
}

const count = (tab: DeskTab) =>
  `(select count(*) from ${SOURCES[tab].from} where ${SOURCES[tab].where} and exists (select from messages x where x.conversation_id = c.id))`;

/** What is the same for everybody in the shop. */
export async function countDesk(pool: Pool, shopId: ShopId): Promise<DeskCounts> {
  const { rows } = await shopQuery<{ counts: DeskCounts }>(
    pool,
    shopId,
    `select jsonb_build_object('waiting', ${count('waiting')}, 'trouble', ${count('trouble')}, 'bot', ${count('bot')},
       'withAgents', (select count(*) from handoffs h where h.state = 'with-agent'),
       'queues', (select coalesce(jsonb_object_agg(t.team, t.n), '{}') from (select h.team, count(*) as n from handoffs h
         where h.state in ('waiting', 'offered') group by h.team) t)) as counts`,
  );
  return rows[0]!.counts;
}
