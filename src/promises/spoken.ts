// Messages in which a promise is looked for after they are there, and what was found in them. Knows no desk and no clock of its own.
import type { Commitment } from '../contract/commitment.ts';
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { announce } from './announce.ts';
import { detectPromises, type FoundPromise } from './detect.ts';
import { insertCommitment } from './ledger.ts';

interface Spoken {
  conversationId: ConversationId;
  seq: number;
  author: 'agent' | 'bot' | 'platform_agent';
  authorId: StaffId | null;
  text: string;
  at: string;
  /** In focus: named by the bot's memory, else by the shopper's last card, else the first of the packet. */
  orderId: string | null;
}

const UNREAD = `select jsonb_build_object('conversationId', p.conversation_id::text, 'seq', m.seq, 'author', m.author,
    'authorId', m.author_id::text, 'text', m.text, 'at', m.created_at,
    'orderId', coalesce(nullif(c.memory->>'focusOrderId', ''),
      (select o.payload->>'orderId' from messages o where o.conversation_id = m.conversation_id and o.author = 'shopper'
        and o.payload ? 'orderId' order by o.seq desc limit 1),
      (select h.packet->'orders'->0->>'id' from handoffs h where h.conversation_id = m.conversation_id and h.state <> 'resolved'))) as spoken
  from promise_checks p join messages m on m.conversation_id = p.conversation_id and m.seq = p.message_seq
  join conversations c on c.id = p.conversation_id
  where p.read_at is null order by p.created_at, m.seq limit $1`;

/** Small enough that nothing waits behind it. */
const AT_ONCE = 100;

/** The bot says 我帮您登记 all day; what it says binds the shop where it names a time. */
const binds = (spoken: Spoken, found: FoundPromise): boolean => spoken.author !== 'bot' || found.dueAt !== null;

/**
 * Looks at what was said and not looked at yet, and writes what it promises as suggestions: each message once, in whatever
 * process. Returns how many suggestions are new; `more` says that not all was looked at.
 */
export async function readSpoken(pool: Pool, shopId: ShopId): Promise<{ suggested: number; more: boolean }> {
  const { rows } = await shopQuery<{ spoken: Spoken }>(pool, shopId, UNREAD, [AT_ONCE]);
  if (rows.length === 0) return { suggested: 0, more: false };
  const found = rows.flatMap(({ spoken }) =>
    detectPromises(spoken.text, { now: new Date(spoken.at) })
      .filter((promise) => binds(spoken, promise))
      .map((promise) => ({ spoken, promise })),
  );
  const suggested = await inShop(pool, shopId, async (tx) => {
    let fresh = 0;
    for (const { spoken, promise } of found) {
      const saidBy: Commitment['saidBy'] = spoken.author;
      const holderId = spoken.author === 'agent' ? spoken.authorId : null;
      const { conversationId, orderId } = spoken;
      const made = await insertCommitment(tx, shopId, {
        conversationId,
        messageSeq: spoken.seq,
        place: promise.offset,
        orderId,
        holderId,
        saidBy,
        kind: promise.kind,
        evidence: promise.evidence,
        subject: promise.subject ?? null,
        state: 'suggested',
        dueAt: promise.dueAt,
      });
      if (made === null) continue;
      fresh += 1;
      // nobody's desk has to move for what the bot said: it stands in the list, the packet and the morning's patrol
      if (holderId === null) continue;
      const { id } = made;
      const { dueAt } = promise;
      await announce(tx, shopId, 'suggested', { id, holderId, conversationId, orderId, dueAt, state: 'suggested' });
    }
    await tx.query(
      `update promise_checks p set read_at = now() from jsonb_to_recordset($1::jsonb) as x (conversation bigint, seq bigint)
       where p.conversation_id = x.conversation and p.message_seq = x.seq and p.read_at is null`,
      [JSON.stringify(rows.map(({ spoken }) => ({ conversation: spoken.conversationId, seq: spoken.seq })))],
    );
    return fresh;
  });
  return { suggested, more: rows.length === AT_ONCE };
}

/** What was looked at long ago is not kept. */
export async function forgetSpoken(pool: Pool, shopId: ShopId): Promise<void> {
  await inShop(pool, shopId, (tx) => tx.query(`delete from promise_checks where read_at < now() - interval '7 days'`));
}
