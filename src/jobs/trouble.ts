// A reply that did not reach the shopper, or may not have: a person gets to see it. Never sends it again.
import type { Packet } from '../contract/handoff.ts';
import type { Sending, SendResult } from '../conversations/outbox.ts';
import type { Pool } from '../db/database.ts';
import { move } from '../handoff/moves.ts';
import { replyDueMs, riskRank } from '../handoff/queue-order.ts';
import type { Live } from '../queue/live.ts';

/** Opens a handoff, which the shopper's next message may end before anybody has taken it, if the bot still had the conversation; the desk marks the message itself in every case. */
export async function reportTrouble(
  deps: { pool: Pool; live: Live },
  sending: Sending,
  result: SendResult,
): Promise<void> {
  const { shopId, conversationId } = sending;
  const what = result.state === 'unknown' ? '有一条回复不确定是否送达' : '有一条回复没有送达';
  // after its code an error is a sentence for people
  const why = 'error' in result ? result.error.replace(/^[\w.-]+: /, '') : '';
  const summary = [what, ...(why === '' ? [] : [`原因：${why.slice(0, 120)}`]), `内容：${sending.text.slice(0, 80)}`];
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
    ...(result.state === 'failed' && result.untilShopper ? { untilShopper: true } : {}),
    suggestions: [],
    transcript: { conversationId, fromSeq: sending.seq, toSeq: sending.seq },
  };
  const open = {
    reason: 'bot_failed' as const,
    risk: 'R3' as const,
    rank: riskRank('R3'),
    team: 'insale',
    summary: summary.join('\n'),
    dueMs: replyDueMs('R3'),
    packet,
  };
  const moved = await move(
    deps.pool,
    shopId,
    { conversation: conversationId },
    { kind: 'hand-off', team: open.team, away: false },
    { open },
  );
  deps.live.touch(`conversation:${conversationId}`);
  if (moved.status === 'moved') deps.live.touch(`desk:${shopId}`);
}
