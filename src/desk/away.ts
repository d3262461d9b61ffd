// The words of an agent who is away, said once to each of their waiting shoppers per absence. Marked as automatic: they answer nothing.
import { channelIfOn } from '../channels/channel.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { QUOTA_RESERVE } from '../conversations/quota.ts';
import { putMessage } from '../conversations/store.ts';
import { SEND_LEASE_MS } from '../conversations/turns.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { checkOutgoing } from '../policy/check.ts';
import type { Staff } from '../staff/accounts.ts';
import type { DeskDeps } from './desk.ts';
import { hasRoom } from './room.ts';
import { BORN } from './say.ts';

/** Promises nothing and claims nothing that nobody knows: the message is there, and nobody has read it. */
export const AWAY_WORDS = '您好，客服暂时离开了座位，您的消息已经收到，回来后会尽快回复您，请稍等。';

interface AbsentRow {
  agent_id: string;
  name: string;
  words: string | null;
  account_id: string;
}

const ABSENT = `select s.id::text as agent_id, s.name, s.away_words as words, c.channel_account_id::text as account_id
  from conversations c join handoffs h on h.conversation_id = c.id and h.state = 'with-agent' join staff s on s.id = h.accepted_by
  where c.id = $1 and h.awaiting_since is not null and s.presence = 'away'
    and not exists (select from messages m where m.conversation_id = c.id and m.author_id = s.id and m.kind = 'notice'
      and m.payload->>'auto' = 'away' and m.created_at >= s.presence_since)`;

/** Says them if the owner is away, the shopper waits, and they have not been said in this absence. Safe to call at any time. */
export async function sayAway(deps: DeskDeps, shopId: ShopId, conversationId: ConversationId): Promise<boolean> {
  const put = await inShop(deps.pool, shopId, async (tx) => {
    await tx.query('select from conversations where id = $1 for no key update', [conversationId]);
    const { rows } = await tx.query<AbsentRow>(ABSENT, [conversationId]);
    const absent = rows[0];
    if (!absent) return null;
    const channel = channelIfOn(deps.channelOf, absent.account_id);
    if (channel === null) return null;
    const own = absent.words ?? AWAY_WORDS;
    const isFit = checkOutgoing(own, { channel: channel.kind, author: 'agent', allowedHosts: [] }).ok;
    const text = isFit ? own : AWAY_WORDS;
    if (!(await hasRoom(tx, channel, conversationId, { text, payload: {} }, QUOTA_RESERVE))) return null;
    const { outboxId } = await putMessage(tx, {
      shopId,
      conversationId,
      author: 'agent',
      authorId: absent.agent_id,
      kind: 'notice',
      text,
      payload: { agentName: absent.name, auto: 'away' },
      clientId: null,
      born: BORN[channel.delivery],
      leaseMs: SEND_LEASE_MS,
    });
    return { outboxId: channel.delivery === 'push' ? outboxId : null };
  });
  if (put === null) return false;
  deps.onChange({ shopId, conversationId, outboxId: put.outboxId, desk: false });
  return true;
}

/** Conversations in which somebody waits for an agent who has just left. */
export async function waitingFor(deps: DeskDeps, staff: Pick<Staff, 'id' | 'shopId'>): Promise<ConversationId[]> {
  const { rows } = await shopQuery<{ id: string }>(
    deps.pool,
    staff.shopId,
    `select conversation_id::text as id from handoffs where state = 'with-agent' and accepted_by = $1 and awaiting_since is not null`,
    [staff.id],
  );
  return rows.map((r) => r.id);
}

/** Null brings the default sentence back. @throws AppError `invalid_request` when the words break a rule of any channel */
export async function saveAwayWords(deps: DeskDeps, staff: Staff, words: string | null): Promise<void> {
  const checked =
    words === null ? null : checkOutgoing(words, { channel: 'webhook', author: 'agent', allowedHosts: [] });
  if (checked?.ok === false) {
    const why = checked.findings.map((f) => `「${f.evidence}」${f.why}`).join('；');
    throw new AppError('invalid_request', `离开时的自动回复没有保存：${why}。请修改后再存。`, {
      findings: checked.findings,
    });
  }
  await inShop(deps.pool, staff.shopId, (tx) =>
    tx.query('update staff set away_words = $2 where id = $1', [staff.id, words]),
  );
}
