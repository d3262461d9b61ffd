// A conversation as its shopper sees it: messages, who came and went, the honest place in the line, the question how it was.
import { sayRange } from '../bot/clock-words.ts';
import { awayWords } from '../bot/scripts.ts';
import { type ConversationId, PICTURE_TEXT, type ShopId } from '../contract/conversation.ts';
import type { Csat, Mark, ShopMessage, ShopState } from '../contract/shop.ts';
import type { StoredMessage } from '../conversations/store.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { CSAT_OF_CONVERSATION } from '../feedback/store.ts';
import { cardText, offerText } from './cards.ts';
import type { HttpContext } from './context.ts';

export function toShopMessage(m: StoredMessage): ShopMessage {
  const { choices, source, agentName, attachments, card, form, generated } = m.payload;
  // words that only stand for a picture or a card, where nothing else can be shown
  const isShown =
    (attachments && m.text === PICTURE_TEXT) || (card && [cardText(card), offerText(card)].includes(m.text));
  return {
    seq: m.seq,
    from: m.author === 'platform_agent' ? 'agent' : m.author,
    kind: m.kind === 'notice' ? 'notice' : 'text',
    text: isShown ? '' : m.text,
    ...(choices && { choices }),
    ...(source && { source: { title: source.title, ...(source.reference && { reference: source.reference }) } }),
    ...(agentName && { agentName }),
    ...(generated && { generated }),
    ...(attachments && { attachments }),
    ...(card && { card }),
    ...(form && { form }),
    ...(m.helpful !== null && { helpful: m.helpful }),
    at: m.at,
  };
}

const MARKS_MAX = 20;

// One round trip, because every open page asks for it every few seconds. Who took up a message that was left is said by a notice.
const SIGHT = `select jsonb_build_object(
  'state', case when c.closed_at is not null then 'closed' when c.owner_kind = 'bot' then 'with-bot'
    when c.owner_kind = 'queue' then 'waiting' else 'with-agent' end,
  'typing', exists (select from viewers v where v.conversation_id = c.id and v.staff_id = c.owner_id and v.typing_until > now()),
  'marks', (select coalesce(jsonb_agg(m order by m.at), '[]') from (
    select x.kind, x.at, x.name from (
      select 'joined' as kind, a.accepted_at as at, s.name from handoffs h
        join assignments a on a.handoff_id = h.id join staff s on s.id = a.agent_id
        where h.conversation_id = c.id and a.accepted_at is not null and h.taken_told_at is null
      union all
      select 'ended', h.resolved_at, s.name from handoffs h join staff s on s.id = h.accepted_by
        where h.conversation_id = c.id and h.state = 'resolved' and h.disposition is not null
    ) x order by x.at desc limit ${MARKS_MAX}) m),
  'csat', ${CSAT_OF_CONVERSATION}) as sight
  from conversations c where c.id = $1`;

interface Sight {
  state: ShopState['state'];
  typing: boolean;
  marks: Mark[];
  csat: Csat | null;
}

/** @throws AppError `not_found` */
export async function readShopState(
  ctx: Pick<HttpContext, 'pool' | 'queue' | 'now'>,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<ShopState> {
  const { rows } = await shopQuery<{ sight: Sight }>(ctx.pool, shopId, SIGHT, [conversationId], { name: 'shop-sight' });
  if (rows[0] === undefined) throw new AppError('not_found', '会话不存在');
  const { state, typing, marks, csat } = rows[0].sight;
  const seen = { state, ...(typing && { typing }), ...(marks.length > 0 && { marks }), ...(csat && { csat }) };
  const wait = state === 'waiting' ? await ctx.queue.of(shopId, conversationId) : null;
  if (wait === null) return seen;
  const { mayLeave } = wait;
  if (wait.state === 'deferred') {
    const text = awayWords({ ...wait, now: ctx.now() });
    return { ...seen, message: { backAt: wait.backAt?.toISOString() ?? null, text }, mayLeave };
  }
  const { position, range } = wait;
  const etaSeconds = range === null ? null : Math.round((range.fromSeconds + range.toSeconds) / 2);
  const text = range === null ? null : sayRange(range);
  return { ...seen, queue: { position, etaSeconds, range, text }, mayLeave };
}
