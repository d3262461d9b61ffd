// The SQL of questions nobody could answer: from the bot's receipts, from agents' reports, and what was done about them.
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

export interface MissedQuestion {
  text: string;
  conversationId: string;
  at: Date;
  how: 'clarify' | 'low_confidence' | 'rejected' | 'reported';
}

export interface Closing {
  key: string;
  outcome: 'dismissed' | 'entry';
  reason: string | null;
  entryId: string | null;
  by: string;
  at: Date;
}

/** Newer ones first; older than this many are no longer looked at. */
const LOOKED_AT_MAX = 3_000;

/**
 * What the shopper had asked when the bot asked back, gave up or was told that its answer did not help. In the last case that
 * is the message before. Words of the shopper as they were: the caller masks them.
 */
export async function missedQuestions(pool: Pool, shopId: string, days: number): Promise<MissedQuestion[]> {
  const { rows } = await shopQuery<MissedQuestion>(
    pool,
    shopId,
    `with missed as (
       select t.conversation_id, t.first_seq, t.created_at as at, t.receipt->>'text' as text,
         t.receipt #>> '{decision,kind}' as kind, t.receipt #>> '{decision,reason}' as reason
       from turns t where t.shop_id = $1 and t.created_at > now() - $2 * interval '1 day' and t.receipt is not null
         and (t.receipt #>> '{decision,kind}' = 'clarify'
           or t.receipt #>> '{decision,reason}' in ('low_confidence', 'answer_rejected', 'repeated_question'))
       order by t.created_at desc limit ${LOOKED_AT_MAX})
     select m.conversation_id::text as "conversationId", m.at,
       case when m.reason = 'answer_rejected' then coalesce((select s.text from messages s
         where s.conversation_id = m.conversation_id and s.author = 'shopper' and s.seq < m.first_seq order by s.seq desc limit 1), m.text)
         else m.text end as text,
       case when m.kind = 'clarify' then 'clarify' when m.reason = 'answer_rejected' then 'rejected' else 'low_confidence' end as how
     from missed m
     union all
     select r.conversation_id::text, r.at, r.question, 'reported' from faq_unknown_reports r
       where r.shop_id = $1 and r.at > now() - $2 * interval '1 day'
     order by at desc`,
    [shopId, days],
  );
  return rows;
}

export async function closingsOf(pool: Pool, shopId: string): Promise<Map<string, Closing>> {
  const { rows } = await shopQuery<Closing>(
    pool,
    shopId,
    `select c.key, c.outcome, c.reason, c.entry_id as "entryId", s.name as by, c.closed_at as at
     from faq_unknown_closings c join staff s on s.id = c.closed_by where c.shop_id = $1`,
    [shopId],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

export async function saveClosing(
  client: PoolClient,
  shopId: string,
  closing: { key: string; outcome: 'dismissed' | 'entry'; reason: string | null; entryId: string | null; by: string },
): Promise<void> {
  const { key, outcome, reason, entryId, by } = closing;
  await client.query(
    `insert into faq_unknown_closings (shop_id, key, outcome, reason, entry_id, closed_by) values ($1, $2, $3, $4, $5, $6)
     on conflict (shop_id, key) do update set outcome = excluded.outcome, reason = excluded.reason,
       entry_id = excluded.entry_id, closed_by = excluded.closed_by, closed_at = now()`,
    [shopId, key, outcome, reason, entryId, by],
  );
}

/** False when the shop has no such conversation. */
export async function insertReport(
  client: PoolClient,
  shopId: string,
  report: { conversationId: string; question: string; by: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into faq_unknown_reports (shop_id, conversation_id, question, reported_by)
     select $1, c.id, $3, $4 from conversations c where c.id = $2`,
    [shopId, report.conversationId, report.question, report.by],
  );
  return rowCount === 1;
}

/** How often each entry was the answer in the last days. */
export async function hitsOf(pool: Pool, shopId: string, days: number): Promise<Map<string, number>> {
  const { rows } = await shopQuery<{ id: string; n: number }>(
    pool,
    shopId,
    `select t.receipt #>> '{decision,entryId}' as id, count(*)::int as n from turns t
     where t.shop_id = $1 and t.created_at > now() - $2 * interval '1 day' and t.receipt #>> '{decision,kind}' = 'answer' group by 1`,
    [shopId, days],
  );
  return new Map(rows.map(({ id, n }) => [id, n]));
}
