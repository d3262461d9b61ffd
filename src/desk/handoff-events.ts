// A handoff told as Bot Framework events, from its rows: what was handed over with which words, who accepted, how it ended; to the staff, and to those outside.
import { conversationReference, outgoingToActivity, toActivity } from '../channels/activity.ts';
import type { HandoffPlace, SeenHandoff } from '../channels/channel.ts';
import {
  type HandoffFact,
  handoffEvents,
  outside,
  type ProtocolActivity,
  type Routing,
  transcriptOutside,
} from '../channels/handoff-events.ts';
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
  team: string;
  queuedAt: string;
  acceptedAt: string | null;
  acceptedBy: string | null;
  resolvedAt: string | null;
  disposition: string | null;
}

const QUERY = `select jsonb_build_object('conversationId', c.id::text,
    'account', jsonb_build_object('id', a.id::text, 'shopId', a.shop_id::text, 'kind', a.kind, 'name', a.name),
    'shopper', jsonb_build_object('platformId', s.platform_id, 'name', s.name), 'packet', h.packet,
    'team', h.team, 'queuedAt', h.queued_at, 'acceptedAt', h.accepted_at, 'resolvedAt', h.resolved_at, 'disposition', h.disposition,
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

interface Start<T> {
  packet: T;
  transcript: ProtocolActivity[];
}

/** What is told of a start differs by who reads it; an end says how it came to those of the house alone. */
function factsOf<T>({ queuedAt, acceptedAt, acceptedBy, resolvedAt, disposition }: Told, start: Start<T>) {
  const facts: HandoffFact<T>[] = [{ at: queuedAt, what: { kind: 'initiated', ...start } }];
  if (acceptedAt !== null)
    facts.push({ at: acceptedAt, what: { kind: 'accepted', ...(acceptedBy === null ? {} : { message: acceptedBy }) } });
  if (resolvedAt === null) return facts;
  const end =
    acceptedAt === null
      ? ({ kind: 'failed', message: '顾客没有等到人工客服，会话回到了机器人' } as const)
      : ({ kind: 'completed', ...(disposition === null ? {} : { message: disposition }) } as const);
  return [...facts, { at: resolvedAt, what: end }];
}

/** The words the packet points at. */
async function saidBefore(pool: Pool, shopId: ShopId, { conversationId, packet }: Told): Promise<StoredMessage[]> {
  const { fromSeq, toSeq } = packet.transcript;
  const after = Math.max(fromSeq - 1, toSeq - TRANSCRIPT_MAX);
  const messages = await readMessages(pool, shopId, conversationId, after, 'shopper', TRANSCRIPT_MAX);
  return messages.filter((m) => m.seq <= toSeq);
}

async function readTold(pool: Pool, shopId: ShopId, id: HandoffId): Promise<Told | null> {
  const { rows } = await shopQuery<{ told: Told }>(pool, shopId, QUERY, [id]);
  return rows[0]?.told ?? null;
}

const placeOf = ({ account, shopper }: Told): string =>
  conversationReference(account, shopper.platformId).conversation!.id;

/** All of it, for the staff. @throws AppError `not_found` */
export async function readHandoffEvents(pool: Pool, shopId: ShopId, id: HandoffId): Promise<ProtocolActivity[]> {
  const told = await readTold(pool, shopId, id);
  if (told === null) throw new AppError('not_found', '没有这个接待请求');
  const transcript = transcriptOf(told, await saidBefore(pool, shopId, told));
  return handoffEvents(id, placeOf(told), factsOf(told, { packet: told.packet, transcript }));
}

const SPEAKER = { shopper: 'user', bot: 'bot', system: 'bot', agent: 'agent', platform_agent: 'agent' } as const;

const STAGE: Readonly<Record<HandoffFact<unknown>['what']['kind'], number>> = {
  initiated: 1,
  accepted: 2,
  completed: 3,
  failed: 3,
};

/** The same as it may leave the house; nothing of a handoff that is not there. */
export async function readHandoffOutside(pool: Pool, shopId: ShopId, id: HandoffId): Promise<SeenHandoff[]> {
  const told = await readTold(pool, shopId, id);
  if (told === null) return [];
  const spoken = (await saidBefore(pool, shopId, told)).map(({ seq, author, text, payload, at }) => {
    const name = author === 'agent' ? (payload.agentName ?? '') : '';
    return { id: `${told.conversationId}-${seq}`, from: SPEAKER[author], name, text, at };
  });
  const packet: Routing = { handoffId: id, reason: told.packet.reason, team: told.team };
  const transcript = transcriptOutside(placeOf(told), spoken);
  return factsOf({ ...told, disposition: null }, { packet, transcript }).flatMap((fact) =>
    handoffEvents(id, placeOf(told), [fact]).map((event) => ({
      place: { handoffId: id, stage: STAGE[fact.what.kind] },
      at: event.timestamp!.toISOString(),
      activity: outside(event),
    })),
  );
}

const STAGE_OF_ROW = 'case when resolved_at is not null then 3 when accepted_at is not null then 2 else 1 end';

/** What happened to the handoffs of a conversation after a place; those of one conversation follow each other. */
export async function readHappened(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  after: HandoffPlace | null,
): Promise<SeenHandoff[]> {
  const { handoffId = '0', stage = 0 } = after ?? {};
  // asked every few seconds for every open line, and nearly always there is nothing
  const { rows } = await shopQuery<{ id: HandoffId }>(
    pool,
    shopId,
    `select id::text from handoffs where conversation_id = $1 and id >= $2 and (id > $2 or ${STAGE_OF_ROW} > $3)
     order by handoffs.id`,
    [conversationId, handoffId, stage],
    { name: 'handoffs-after' },
  );
  const seen: SeenHandoff[] = [];
  for (const { id } of rows) seen.push(...(await readHandoffOutside(pool, shopId, id)));
  return seen.filter(({ place }) => place.handoffId !== handoffId || place.stage > stage);
}
