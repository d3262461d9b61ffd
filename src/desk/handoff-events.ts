// A handoff told as Bot Framework events, from its rows: what was handed over with which words, who accepted, how it ended.
import { conversationReference, outgoingToActivity, toActivity } from '../channels/activity.ts';
import { type HandoffFact, handoffEvents } from '../channels/handoff-events.ts';
import type { ChannelAccount, ConversationId, HandoffId, ShopId } from '../contract/conversation.ts';
import type { Packet } from '../contract/handoff.ts';
import { readMessages, type StoredMessage } from '../conversations/store.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';

interface Told {
  conversationId: ConversationId;
  account: ChannelAccount;
  shopper: { platformId: string; name: string | null };
  packet: Packet;
  queuedAt: string;
  acceptedAt: string | null;
  acceptedBy: string | null;
  resolvedAt: string | null;
  disposition: string | null;
}

const QUERY = `select jsonb_build_object('conversationId', c.id::text,
    'account', jsonb_build_object('id', a.id::text, 'shopId', a.shop_id::text, 'kind', a.kind, 'name', a.name),
    'shopper', jsonb_build_object('platformId', s.platform_id, 'name', s.name), 'packet', h.packet,
    'queuedAt', h.queued_at, 'acceptedAt', h.accepted_at, 'resolvedAt', h.resolved_at, 'disposition', h.disposition,
    'acceptedBy', (select st.name from assignments x join staff st on st.id = x.agent_id
      where x.handoff_id = h.id and x.accepted_at is not null order by x.id limit 1)) as told
  from handoffs h join conversations c on c.id = h.conversation_id join channel_accounts a on a.id = c.channel_account_id
    join shoppers s on s.id = c.shopper_id where h.id = $1`;

/** More than this is no transcript anybody reads; the newest before the handoff are kept. */
const TRANSCRIPT_MAX = 200;

function transcriptOf({ account, shopper, conversationId }: Told, messages: readonly StoredMessage[]) {
  const { conversation, channelId } = conversationReference(account, shopper.platformId);
  return messages.map((m) => {
    const id = `${conversationId}-${m.seq}`;
    if (m.author === 'shopper') {
      const name = shopper.name === null ? {} : { shopperName: shopper.name };
      const said = { externalId: id, shopperId: shopper.platformId, text: m.text, payload: m.payload, sentAt: m.at };
      return toActivity({ ...said, ...name }, account);
    }
    const { seq, author, text, payload, at } = m;
    const spoken = { id, conversationId, seq, author, text, payload, shopperId: shopper.platformId, inReplyTo: [], at };
    return { ...outgoingToActivity(spoken), conversation, channelId };
  });
}

function factsOf(told: Told, messages: readonly StoredMessage[]): HandoffFact<Packet>[] {
  const { packet, queuedAt, acceptedAt, acceptedBy, resolvedAt, disposition } = told;
  const facts: HandoffFact<Packet>[] = [
    { at: queuedAt, what: { kind: 'initiated', packet, transcript: transcriptOf(told, messages) } },
  ];
  if (acceptedAt !== null)
    facts.push({ at: acceptedAt, what: { kind: 'accepted', ...(acceptedBy === null ? {} : { message: acceptedBy }) } });
  if (resolvedAt === null) return facts;
  const end =
    acceptedAt === null
      ? ({ kind: 'failed', message: '顾客没有等到人工客服，会话回到了机器人' } as const)
      : ({ kind: 'completed', ...(disposition === null ? {} : { message: disposition }) } as const);
  return [...facts, { at: resolvedAt, what: end }];
}

/** @throws AppError `not_found` */
export async function readHandoffEvents(pool: Pool, shopId: ShopId, id: HandoffId) {
  const { rows } = await shopQuery<{ told: Told }>(pool, shopId, QUERY, [id]);
  const told = rows[0]?.told;
  if (!told) throw new AppError('not_found', '没有这个接待请求');
  const { fromSeq, toSeq } = told.packet.transcript;
  const after = Math.max(fromSeq - 1, toSeq - TRANSCRIPT_MAX);
  const messages = await readMessages(pool, shopId, told.conversationId, after, 'shopper', TRANSCRIPT_MAX);
  const { conversation } = conversationReference(told.account, told.shopper.platformId);
  return handoffEvents(
    id,
    conversation!.id,
    factsOf(
      told,
      messages.filter((m) => m.seq <= toSeq),
    ),
  );
}
