// A reply that did not reach the shopper, or may not have: a person gets to see it. Never sends it again.
import type { Packet } from '../contract/handoff.ts';
import type { Sending, SendResult } from '../conversations/outbox.ts';
import type { Pool } from '../db/database.ts';
import { replyDueMs, riskRank } from '../handoff/queue-order.ts';
import { openHandoff } from '../handoff/store.ts';
import type { Live } from '../queue/live.ts';

/** Opens a handoff if the bot still had the conversation; the desk marks the message itself in every case. */
export async function reportTrouble(
  deps: { pool: Pool; live: Live },
  sending: Sending,
  result: SendResult,
): Promise<void> {
  const { shopId, conversationId } = sending;
  const what = result.state === 'unknown' ? '有一条回复不确定是否送达' : '有一条回复没有送达';
  const summary = [what, `内容：${sending.text.slice(0, 80)}`];
  const packet: Packet = {
    reason: 'bot_failed',
    detail: `delivery_${result.state}${'error' in result ? `: ${result.error}` : ''}`.slice(0, 300),
    risk: 'R3',
    signals: [],
    summary,
    intent: null,
    slots: {},
    orders: [],
    botSaid: [sending.text],
    suggestions: [],
    transcript: { conversationId, fromSeq: sending.seq, toSeq: sending.seq },
  };
  const opened = await openHandoff(deps.pool, shopId, conversationId, {
    reason: 'bot_failed',
    risk: 'R3',
    rank: riskRank('R3'),
    team: 'insale',
    summary: summary.join('\n'),
    dueMs: replyDueMs('R3'),
    packet,
  });
  deps.live.touch(`conversation:${conversationId}`);
  if (opened) deps.live.touch(`desk:${shopId}`);
}
