// What stands at one person's desk besides the lists: load, who waits for an answer, who has named them in a note; and how far they have read.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import { VERY_BAD } from '../contract/decision.ts';
import type { DeskSummary } from '../contract/routes/desk.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { CLOCK_LIMITS } from '../handoff/clocks.ts';
import type { Staff } from '../staff/accounts.ts';
import { countDesk, type DeskCounts, listDesk } from './list-rows.ts';

type Own = Omit<DeskSummary, 'counts' | 'queues' | 'slowMs' | 'mine' | 'asked'> & { held: number };

/** Who is in no team takes cases of all. */
const SERVED = `h.state = 'waiting' and (cardinality($2::text[]) = 0 or h.team = any($2))`;

/** Insults or open rage: while a person had it, or in what brought it to one. */
const HARD = `(coalesce((h.mood->>'hard')::bool, false) or (h.packet->'emotion'->>'name' in ('angry', 'sarcastic')
  and (h.packet->'emotion'->>'strength')::float8 >= ${VERY_BAD}))`;
/** More in a row are no more reason to rest. */
const HARD_MAX = 9;

/** Newest first: what I have now counts when it is hard, what I ended counts either way; the first calm one ends the row. */
const HARD_IN_A_ROW = `(select jsonb_build_object('inARow', count(*), 'last', max(r.id)::text) from (
  select q.id, q.hard, sum((not q.hard)::int) over (order by q.at desc, q.id desc) as calm from (
    (select h.id, now() as at, true as hard from handoffs h where h.state = 'with-agent' and h.accepted_by = $1 and ${HARD})
    union all
    (select h.id, h.resolved_at, ${HARD} from handoffs h join staff s on s.id = h.accepted_by where h.state = 'resolved' and h.accepted_by = $1
      and h.resolved_at > greatest(coalesce(s.rested_at, now() - interval '8 hours'), now() - interval '8 hours')
      order by h.resolved_at desc limit ${HARD_MAX})) q) r where r.calm = 0)`;

const OWN = `select jsonb_build_object(
  'me', (select jsonb_build_object('presence', s.presence, 'since', s.presence_since, 'capacity', s.capacity,
    'hard', ${HARD_IN_A_ROW}, 'load', (select coalesce(sum(h.weight), 0) from handoffs h
    where (h.state = 'with-agent' and h.accepted_by = s.id) or (h.state = 'offered' and h.offered_to = s.id))) from staff s where s.id = $1),
  'held', (select count(*) from handoffs h where h.state = 'with-agent' and h.accepted_by = $1),
  'forMe', (select jsonb_build_object('waiting', count(*), 'newestAt', max(h.queued_at)) from handoffs h where ${SERVED}),
  'unanswered', (select coalesce(jsonb_agg(jsonb_build_object('handoffId', h.id::text, 'conversationId', h.conversation_id::text,
      'since', h.awaiting_since) order by h.awaiting_since), '[]')
    from handoffs h where h.state = 'with-agent' and h.accepted_by = $1 and h.awaiting_since is not null),
  'handovers', (select coalesce(jsonb_agg(o.id::text order by o.id), '[]') from handovers o where o.state in ('pending', 'accepting')
    and (o.from_id = $1 or o.to_staff = $1 or (o.to_team is not null and (cardinality($2::text[]) = 0 or o.to_team = any($2))))),
  'mentions', (select coalesce(jsonb_agg(n.mention), '[]') from (
    select jsonb_build_object('conversationId', m.conversation_id::text, 'seq', m.seq, 'shopper', s.name, 'by', b.name,
      'text', left(m.text, 200), 'at', m.created_at) as mention
    from messages m join conversations c on c.id = m.conversation_id join shoppers s on s.id = c.shopper_id
      left join staff b on b.id = m.author_id
    where m.kind = 'note' and m.created_at > now() - interval '24 hours' and m.author_id <> $1
      and strpos(m.text, '@' || $3::text) > 0
      and m.seq > coalesce((select r.seq from read_marks r where r.staff_id = $1 and r.conversation_id = m.conversation_id), 0)
    order by m.created_at desc limit 5) n)) as own`;

/** Shop-wide counts are the same for all desks that look at the same moment. */
const COUNTED_MS = 1_000;
/** More than anybody carries. */
const ROWS_MAX = 50;

/** How a desk looks at itself; the counts are kept for a second. */
export function createDeskSummary(pool: Pool): (staff: Staff) => Promise<DeskSummary> {
  const counted = new Map<ShopId, { at: number; counts: Promise<DeskCounts> }>();
  const countsOf = (shopId: ShopId): Promise<DeskCounts> => {
    const known = counted.get(shopId);
    if (known && performance.now() - known.at < COUNTED_MS) return known.counts;
    const counts = countDesk(pool, shopId);
    counted.set(shopId, { at: performance.now(), counts });
    counts.catch(() => counted.delete(shopId));
    return counts;
  };
  return async ({ shopId, id, teams, name }) => {
    const rowsOf = (tab: 'mine' | 'asked') =>
      listDesk(pool, shopId, id, { tab, sort: 'urgent', q: null, limit: ROWS_MAX, cursor: null });
    const [counts, found, mine, asked] = await Promise.all([
      countsOf(shopId),
      shopQuery<{ own: Own }>(pool, shopId, OWN, [id, teams, name]),
      rowsOf('mine'),
      rowsOf('asked'),
    ]);
    const { held, ...own } = found.rows[0]!.own;
    const { queues, withAgents, waiting, trouble, bot } = counts;
    return {
      counts: { waiting, mine: held, colleagues: Math.max(0, withAgents - held), trouble, bot },
      queues,
      mine: mine.items,
      asked: asked.items,
      slowMs: CLOCK_LIMITS.slowReplyMs,
      ...own,
    };
  };
}

/** Reading goes forward only. False when the shop has no such conversation. */
export async function noteRead(
  pool: Pool,
  shopId: ShopId,
  staffId: StaffId,
  conversationId: ConversationId,
  seq: number,
): Promise<boolean> {
  return inShop(pool, shopId, async (tx) => {
    const { rowCount } = await tx.query(
      `insert into read_marks as r (shop_id, staff_id, conversation_id, seq)
       select $1, $2, c.id, least($4::bigint, c.next_seq - 1) from conversations c where c.id = $3
       on conflict (staff_id, conversation_id) do update set seq = greatest(r.seq, excluded.seq)`,
      [shopId, staffId, conversationId, seq],
    );
    return rowCount === 1;
  });
}
