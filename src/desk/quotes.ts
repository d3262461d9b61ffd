// A business asks for an offer: a ticket with what it wants to buy, the same facts in the packet of the case, and a word to the shopper.
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { putMessage, readConversation } from '../conversations/store.ts';
import { SEND_LEASE_MS } from '../conversations/turns.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { maskPersonalData } from '../policy/mask.ts';
import { phoneIn } from '../policy/phone.ts';
import { addNote, changeAsked, insertTicket, lockAsked } from '../tickets/store.ts';
import type { DeskDeps } from './desk.ts';
import { BORN } from './say.ts';

/** Filled in, or said in one's own words. */
export type QuoteWish =
  | { kind: 'form'; product: string; quantity: string; company: string; contact: string }
  | { kind: 'words'; text: string };

export const QUOTE_WORDS = '报价需求已收到，销售同事会按您填的内容核算，然后在这里或按您留的联系方式回复您。';

interface Read {
  facts: Record<string, string>;
  detail: string;
  contact: string | null;
}

const LABELS: Record<string, string> = { product: '商品', quantity: '数量', company: '公司', words: '顾客原话' };
const DETAIL_MAX = 2_000;

/** The contact is kept apart: the facts are read by everybody who works on the case. */
function readWish(wish: QuoteWish): Read {
  const said: Record<string, string> =
    wish.kind === 'words'
      ? { words: maskPersonalData(wish.text) }
      : {
          product: wish.product.trim(),
          quantity: wish.quantity.trim(),
          ...(wish.company.trim() === '' ? {} : { company: wish.company.trim() }),
        };
  const lines = Object.entries(said).map(([name, value]) => `${LABELS[name]}：${value}`);
  return {
    facts: said,
    detail: lines.join('\n').slice(0, DETAIL_MAX),
    contact: wish.kind === 'words' ? phoneIn(wish.text) : wish.contact.trim(),
  };
}

/** Sent again, it changes what was said. @throws AppError `not_found`, `wrong_state` outside of a case for a person */
export async function askQuote(
  desk: DeskDeps,
  shopId: ShopId,
  conversationId: ConversationId,
  wish: QuoteWish,
  tell: boolean,
): Promise<void> {
  const view = await readConversation(desk.pool, shopId, conversationId);
  if (view === null) throw new AppError('not_found', '没有这个会话');
  const channel = desk.channelOf(view.accountId);
  const { facts, detail, contact } = readWish(wish);
  const slots = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, [value]]));
  const outboxId = await inShop(desk.pool, shopId, async (tx) => {
    await tx.query('select 1 from conversations where id = $1 for no key update', [conversationId]);
    // the packet is what whoever takes the case finds first
    const { rows } = await tx.query<{ team: string; owner: string | null }>(
      `update handoffs set packet = jsonb_set(packet, '{slots}', coalesce(packet->'slots', '{}') || $2::jsonb)
       where conversation_id = $1 and state <> 'resolved' returning team, accepted_by::text as owner`,
      [conversationId, JSON.stringify(slots)],
    );
    const open = rows[0];
    if (open === undefined) throw new AppError('wrong_state', '请先说要批量采购，我们转给销售同事后再填');
    const title = `企业报价 ${facts.product ?? ''} ${facts.quantity ?? ''}`.trim().slice(0, 80);
    const there = await lockAsked(tx, conversationId, 'quote');
    const asked = { title, detail, dueAt: there?.dueAt ?? null, phone: contact, facts };
    const more = {
      priority: 'normal',
      conversationId,
      orderId: null,
      team: open.team,
      assigneeId: open.owner,
    } as const;
    const { phone: _, ...rest } = asked;
    const id =
      there?.id ??
      (await insertTicket(tx, shopId, null, {
        kind: 'quote',
        ...more,
        ...rest,
        ...(contact === null ? {} : { phone: contact }),
      }));
    if (there !== null) await changeAsked(tx, id, asked);
    await addNote(tx, shopId, id, { by: null, what: there === null ? 'created' : 'changed', text: detail });
    await tx.query(`select append_event($1, 'desk', 'ticket', $2::jsonb)`, [
      shopId,
      JSON.stringify({ kind: 'ticket', ticketId: id, conversationId }),
    ]);
    if (!tell) return null;
    const put = await putMessage(tx, {
      shopId,
      conversationId,
      author: 'system',
      authorId: null,
      kind: 'notice',
      text: QUOTE_WORDS,
      payload: {},
      clientId: null,
      born: BORN[channel.delivery],
      leaseMs: SEND_LEASE_MS,
    });
    return channel.delivery === 'push' ? put.outboxId : null;
  });
  if (tell) desk.onChange({ shopId, conversationId, outboxId, desk: true });
}
