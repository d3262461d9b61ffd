// What is left when nobody is there: cases that still wait at closing time become messages, and their shoppers hear who takes them up.
import { awayWords, CLOSED_MEANWHILE, takenUpWords } from '../bot/scripts.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { shopQuery } from '../db/transaction.ts';
import { ALIVE_MS, GRACE_MS, isOrdinary } from '../handoff/guards.ts';
import { move } from '../handoff/moves.ts';
import { isSomebodyThere, noteTakenUp } from '../handoff/queue-store.ts';
import { isAway, type PlaceInLine } from '../handoff/queue-view.ts';
import type { Live } from '../queue/live.ts';
import { type NoticeDeps, sayNotice } from './notices.ts';

export interface MessageDeps extends NoticeDeps {
  live: Live;
  now(): Date;
}

/**
 * Goes over the line once: an ordinary case of a team that is closed, when nobody has been there for longer than a broken
 * line is forgiven, waits for the next opening, and its shopper need not.
 */
export async function deferAtClosing(deps: MessageDeps, shopId: ShopId, line: readonly PlaceInLine[]): Promise<number> {
  const left = line.filter((place) => isAway(place) && isOrdinary(place));
  let deferred = 0;
  for (const team of new Set(left.map((place) => place.team))) {
    if (await isSomebodyThere(deps.pool, shopId, team, ALIVE_MS + GRACE_MS)) continue;
    for (const place of left) if (place.team === team && (await deferOne(deps, shopId, place))) deferred += 1;
  }
  return deferred;
}

async function deferOne(deps: MessageDeps, shopId: ShopId, place: PlaceInLine): Promise<boolean> {
  const result = await move(deps.pool, shopId, { handoff: place.handoffId }, { kind: 'defer' });
  if (result.status !== 'moved') return false;
  deps.live.touch(`conversation:${place.conversationId}`, `desk:${shopId}`);
  // who never asked for a person, or has left a message already, is not waiting for a word
  if (place.toldPosition === null) return true;
  await sayNotice(deps, shopId, place, {
    author: 'bot',
    text: `${CLOSED_MEANWHILE}${awayWords({ ...place, now: deps.now() })}`,
    async stands(tx) {
      const { rowCount } = await tx.query(`select 1 from handoffs where id = $1 and state = 'deferred'`, [
        place.handoffId,
      ]);
      return rowCount === 1;
    },
  });
  deps.live.touch(`conversation:${place.conversationId}`);
  return true;
}

/** After a person took a conversation: whoever had left a message hears who has it, once, unless the person spoke first. */
export async function tellTakenUp(
  deps: NoticeDeps & { live: Live },
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<void> {
  const { rows } = await shopQuery<{ accountId: string; name: string }>(
    deps.pool,
    shopId,
    `select c.channel_account_id::text as "accountId", s.name from handoffs h join conversations c on c.id = h.conversation_id
       join staff s on s.id = h.accepted_by
     where h.conversation_id = $1 and h.state = 'with-agent' and h.message_since is not null and h.taken_told_at is null`,
    [conversationId],
  );
  const taken = rows[0];
  if (taken === undefined) return;
  const said = await sayNotice(
    deps,
    shopId,
    { conversationId, accountId: taken.accountId },
    { author: 'system', text: takenUpWords(taken.name), stands: (tx) => noteTakenUp(tx, conversationId) },
  );
  if (said) deps.live.touch(`conversation:${conversationId}`);
}
