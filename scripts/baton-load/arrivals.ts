// Shoppers who wait for a person: admitted, their turn taken and committed as a handoff, by the product's own functions in the database, without thinking.
import type { ShopId } from '../../src/contract/conversation.ts';
import type { Packet } from '../../src/contract/handoff.ts';
import { createAdmission } from '../../src/conversations/admit.ts';
import { createTurns } from '../../src/conversations/turns.ts';
import type { Pool } from '../../src/db/database.ts';

export const TEAMS = ['presale', 'insale', 'aftersale', 'complaint'] as const;
const AT_ONCE = 16;
let shoppers = 0;

const packet = (conversationId: string): Packet => ({
  reason: 'asked_for_human',
  risk: 'none',
  signals: [],
  summary: ['想找人工客服'],
  intent: null,
  slots: {},
  orders: [],
  botSaid: [],
  suggestions: [],
  transcript: { conversationId, fromSeq: 1, toSeq: 1 },
});

async function arriveOne(pool: Pool, shopId: ShopId, accountId: string): Promise<void> {
  const n = ++shoppers;
  const account = { id: accountId, shopId, kind: 'web' as const, name: 'default' };
  const message = { externalId: `load-${n}`, shopperId: `load-${n}`, text: '转人工', payload: {} };
  const { conversationId } = await createAdmission(pool).admit(account, message, 0);
  const turns = createTurns(pool);
  const turn = await turns.claim(shopId, conversationId);
  if (turn.status !== 'claimed') throw new Error(`the turn of shopper ${n} was ${turn.status}`);
  const complaint = n % 10 === 0;
  const outcome = {
    receipt: {},
    parts: [],
    memory: {},
    handoff: {
      reason: complaint ? ('complaint' as const) : ('asked_for_human' as const),
      risk: complaint ? ('R2' as const) : ('none' as const),
      riskRank: complaint ? 2 : 5,
      priority: 0,
      team: complaint ? 'complaint' : TEAMS[n % 3]!,
      state: 'waiting' as const,
      rule: 'load',
      skills: [],
      language: 'zh',
      weight: complaint ? 2 : 1,
      summary: '想找人工客服',
      intent: null,
      dueMs: 180_000,
      position: 1,
      packet: packet(conversationId),
    },
  };
  const done = await turns.commit(turn, outcome, 'sent');
  if (done.status !== 'done') throw new Error(`shopper ${n} was not handed over: ${done.status}`);
}

export async function arrive(pool: Pool, shopId: ShopId, count: number): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(`select id::text from find_account('web', 'default')`);
  let left = count;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
      while (left > 0) {
        left -= 1;
        await arriveOne(pool, shopId, rows[0]!.id);
      }
    }),
  );
}
