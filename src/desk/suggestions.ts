// The drafts of a conversation as rows: keeping the newest, reading them, and what the agent made of them.
import type { Draft, LabelOutcome, Suggestions } from '../contract/assist.ts';
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { EmotionName } from '../contract/decision.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { labelOf } from './label.ts';
import type { KeptTalk } from './whose-talk.ts';

/** What was looked at, kept beside the drafts it brought. */
export interface MadeSet {
  forSeq: number;
  drafts: Draft[];
  failed: boolean;
  /** `hard`: so bad that it wears down whoever reads it. */
  mood: { name: EmotionName; strength: number; hard: boolean } | null;
  talk: KeptTalk | null;
}

const FEEL = `update handoffs set mood = jsonb_build_object('name', $2::text, 'strength', $3::float8, 'before', mood->>'name',
    'hard', $4::bool or coalesce((mood->>'hard')::bool, false))
  where conversation_id = $1 and state = 'with-agent'`;

/**
 * Keeps a set of drafts, unless one for the same or a later message is there. `seenSeq`: everything up to it needs no
 * further look, with or without drafts. True when readers have something new.
 */
export async function keepSuggestions(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  made: { seenSeq: number; set: MadeSet | null },
): Promise<boolean> {
  return inShop(pool, shopId, async (tx) => {
    await tx.query(
      `update handoffs set assisted_seq = greatest(assisted_seq, $2) where conversation_id = $1 and state = 'with-agent'`,
      [conversationId, made.seenSeq],
    );
    if (made.set === null) return false;
    const { rowCount } = await tx.query(
      `insert into suggestions (shop_id, conversation_id, for_seq, drafts, failed, talk)
       select $1, $2, $3, $4::jsonb, $5, $6::jsonb where not exists (
         select from suggestions s where s.conversation_id = $2 and s.for_seq >= $3)
       on conflict do nothing`,
      [
        shopId,
        conversationId,
        made.set.forSeq,
        JSON.stringify(made.set.drafts),
        made.set.failed,
        made.set.talk === null ? null : JSON.stringify(made.set.talk),
      ],
    );
    const { mood } = made.set;
    if (rowCount === 1 && mood !== null) await tx.query(FEEL, [conversationId, mood.name, mood.strength, mood.hard]);
    return rowCount === 1;
  });
}

/** Only for whoever does not care for such matters themselves; a complaint stays where it is, whatever it comes to speak of. */
const ELSEWHERE = `(select jsonb_build_object('team', s.talk->>'team', 'about', s.talk->>'label')
    from handoffs h join staff a on a.id = h.accepted_by
    where h.conversation_id = s.conversation_id and h.state = 'with-agent' and h.transfer is null and h.team not in ('complaint', s.talk->>'team')
      and cardinality(a.teams) > 0 and not (s.talk->>'team') = any(a.teams))`;

const NEWEST = `select s.for_seq, s.drafts, s.failed, ${ELSEWHERE} as elsewhere, exists (select from messages m where m.conversation_id = s.conversation_id
    and m.seq > s.for_seq and m.author in ('agent', 'platform_agent') and m.kind = 'text') as answered
  from suggestions s where s.conversation_id = $1 order by s.for_seq desc limit 1`;

interface NewestRow {
  for_seq: string;
  drafts: Draft[];
  failed: boolean;
  answered: boolean;
  elsewhere: Suggestions['elsewhere'];
}

/** The newest set; empty for a conversation that has none, or is not the shop's. */
export async function readSuggestions(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<Suggestions> {
  const { rows } = await shopQuery<NewestRow>(pool, shopId, NEWEST, [conversationId]);
  const row = rows[0];
  return row
    ? {
        forSeq: Number(row.for_seq),
        answered: row.answered,
        failed: row.failed,
        drafts: row.drafts,
        elsewhere: row.elsewhere,
      }
    : { forSeq: null, answered: false, failed: false, drafts: [], elsewhere: null };
}

/** What a reply was made of: carried by the message, so that measuring knows an assisted reply. */
export interface ReplyOrigin {
  forSeq: number;
  /** 1 is the first draft; null: written without. */
  draft: number | null;
  draftId: string | null;
  outcome: LabelOutcome;
  distance: number;
}

const ID = /^(\d{1,15})-([1-9])$/;

/**
 * Judges a reply by the drafts it names (`suggestionId`), or by those in view when it names none. Null when there was
 * nothing to choose from. The caller holds the conversation's lock.
 */
export async function judgeReply(
  tx: PoolClient,
  conversationId: ConversationId,
  reply: { text: string; suggestionId: string | null },
): Promise<ReplyOrigin | null> {
  const [, seq, n] = reply.suggestionId === null ? [] : (ID.exec(reply.suggestionId) ?? []);
  const { rows } = await tx.query<NewestRow>(
    seq === undefined
      ? NEWEST
      : 'select for_seq, drafts, failed, false as answered, null as elsewhere from suggestions where conversation_id = $1 and for_seq = $2',
    seq === undefined ? [conversationId] : [conversationId, seq],
  );
  const row = rows[0];
  if (!row || row.answered || row.drafts.length === 0) return null;
  const draft = n === undefined ? undefined : row.drafts[Number(n) - 1];
  const { outcome, distance } = labelOf(draft?.text ?? null, reply.text);
  const kept = outcome === 'ignored' ? undefined : draft;
  return {
    forSeq: Number(row.for_seq),
    draft: kept ? Number(n) : null,
    draftId: kept?.id ?? null,
    outcome,
    distance,
  };
}

/** The first word about a set counts, except that a draft may still be used after a reply of the agent's own. */
export async function keepLabel(
  tx: PoolClient,
  conversationId: ConversationId,
  origin: ReplyOrigin,
  reply: { seq: number; agentId: StaffId },
): Promise<void> {
  await tx.query(
    `update suggestions set outcome = $3, draft = $4, distance = $5, reply_seq = $6, agent_id = $7
     where conversation_id = $1 and for_seq = $2 and (outcome is null or (outcome = 'ignored' and $3 <> 'ignored'))`,
    [conversationId, origin.forSeq, origin.outcome, origin.draft, origin.distance, reply.seq, reply.agentId],
  );
}

export interface LabelRow {
  conversationId: ConversationId;
  forSeq: number;
  outcome: LabelOutcome;
  draft: number | null;
  distance: number;
  replySeq: number;
  agent: { id: StaffId; name: string };
  drafts: Draft[];
  at: string;
}

/** Labels, newest first. */
export async function readLabels(pool: Pool, shopId: ShopId, limit: number): Promise<LabelRow[]> {
  const { rows } = await shopQuery<{ label: LabelRow }>(
    pool,
    shopId,
    `select jsonb_build_object('conversationId', s.conversation_id::text, 'forSeq', s.for_seq, 'outcome', s.outcome, 'draft', s.draft,
       'distance', s.distance, 'replySeq', s.reply_seq, 'agent', jsonb_build_object('id', a.id::text, 'name', a.name),
       'drafts', s.drafts, 'at', s.made_at) as label
     from suggestions s join staff a on a.id = s.agent_id where s.outcome is not null order by s.made_at desc limit $1`,
    [limit],
  );
  return rows.map((r) => r.label);
}
