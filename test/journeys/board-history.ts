// A day of one shop written by hand, small enough to be counted on paper. What the board says of it stands in board.test.ts.
import type { PoolClient } from '../../src/db/database.ts';

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;

/** `10:00:30` of yesterday in Shanghai. */
export function yesterday(time: string): string {
  const midnight = Math.floor((Date.now() + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS - DAY_MS;
  const [h, m, s] = time.split(':').map(Number);
  return new Date(midnight + ((h! * 60 + m!) * 60 + (s ?? 0)) * 1000).toISOString();
}

export interface Written {
  name: string;
  /** time, who, words; an agent by id. */
  said: readonly (readonly [string, 'shopper' | 'bot' | { agent: string }, string])[];
  /** Time of a message of which the shopper says that it did not help. */
  rejects?: string;
  handoff?: {
    reason: string;
    team: string;
    queued: string;
    accepted?: { by: string; at: string };
    resolved: string;
    /** The shopper was asked; null: nobody answered. */
    stars?: number | null;
  };
}

/** Writes one conversation; returns its id. */
export async function writeDay(tx: PoolClient, shopId: string, accountId: string, w: Written): Promise<string> {
  const first = yesterday(w.said[0]![0]);
  const shopper = await tx.query<{ id: string }>(
    'insert into shoppers (shop_id, channel_account_id, platform_id, name) values ($1, $2, $3, $3) returning id::text',
    [shopId, accountId, w.name],
  );
  const made = await tx.query<{ id: string }>(
    `insert into conversations (shop_id, channel_account_id, shopper_id, next_seq, created_at, last_shopper_at)
     values ($1, $2, $3, $4, $5, $5) returning id::text`,
    [shopId, accountId, shopper.rows[0]!.id, w.said.length + 1, first],
  );
  const id = made.rows[0]!.id;
  for (const [i, [time, who, text]] of w.said.entries()) {
    const agent = typeof who === 'string' ? null : who.agent;
    await tx.query(
      'insert into messages (shop_id, conversation_id, seq, author, author_id, text, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
      [shopId, id, i + 1, agent === null ? who : 'agent', agent, text, yesterday(time)],
    );
    if (time === w.rejects)
      await tx.query(
        `insert into turns (shop_id, conversation_id, first_seq, last_seq, state, due_at, created_at, done_at, receipt)
         values ($1, $2, $3, $3, 'done', $4, $4, $4, '{"rejects": true}')`,
        [shopId, id, i + 1, yesterday(time)],
      );
  }
  if (w.handoff) {
    const { reason, team, queued, accepted, resolved, stars } = w.handoff;
    const handoff = await tx.query<{ id: string }>(
      `insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, state, summary, packet, queued_at, due_at,
         accepted_by, accepted_at, first_reply_at, resolved_at)
       values ($1, $2, $3, 'none', 5, $4, 'resolved', '', '{}', $5, $5, $6, $7, $7, $8) returning id::text`,
      [
        shopId,
        id,
        reason,
        team,
        yesterday(queued),
        accepted?.by ?? null,
        accepted ? yesterday(accepted.at) : null,
        yesterday(resolved),
      ],
    );
    if (accepted)
      await tx.query(
        `insert into assignments (shop_id, handoff_id, agent_id, started_at, accepted_at, ended_at, outcome)
         values ($1, $2, $3, $4, $4, $5, 'resolved')`,
        [shopId, handoff.rows[0]!.id, accepted.by, yesterday(accepted.at), yesterday(resolved)],
      );
    if (stars !== undefined)
      await tx.query(
        `insert into csat (handoff_id, shop_id, conversation_id, agent_id, asked_at, score, rated_at)
         values ($1, $2, $3, $4, $5::timestamptz, $6::smallint, case when $6::smallint is not null then $5::timestamptz end)`,
        [handoff.rows[0]!.id, shopId, id, accepted?.by ?? null, yesterday(resolved), stars],
      );
  }
  return id;
}
