// A shopper asks to be called back: when that is possible, and the ticket with its reminder that comes of it. The telephone is kept in the ticket alone.
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { BookedCall, CallWindow } from '../contract/ticket.ts';
import { putMessage, readConversation } from '../conversations/store.ts';
import { SEND_LEASE_MS } from '../conversations/turns.ts';
import type { PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { callWindows, hoursOf, sayWindow } from '../handoff/hours.ts';
import { maskPhone, phoneIn } from '../policy/phone.ts';
import { announce } from '../promises/announce.ts';
import { insertCommitment, lockCommitment, writeCommitment } from '../promises/ledger.ts';
import { addNote, changeAsked, insertTicket, lockAsked } from '../tickets/store.ts';
import type { LedgerDeps } from './commitments.ts';
import { BORN } from './say.ts';

export interface CallDeps {
  ledger: LedgerDeps;
  serviceHours: { from: number; until: number };
  now(): Date;
}

/** Where a call is asked for: a case about to be handed to a team, or a conversation that waits already. */
export type CallPlace = { team: string } | { conversationId: ConversationId };

export interface CallDesk {
  /** In the hours of those who would call; empty when nobody is planned. */
  windows(shopId: ShopId, place: CallPlace): Promise<CallWindow[]>;
  /**
   * Agrees on a call; asking again changes it. `from` null: the next time that is possible. With `tell` the shopper reads it
   * as a notice. @throws AppError `invalid_request`, `not_found`
   */
  book(
    shopId: ShopId,
    conversationId: ConversationId,
    asked: { phone: string; from: string | null; tell: boolean },
  ): Promise<BookedCall>;
  /** What is agreed on and not done yet. */
  booked(shopId: ShopId, conversationId: ConversationId): Promise<BookedCall | null>;
}

export const bookedWords = ({ phone, ...window }: BookedCall, now: Date): string =>
  `已为您预约电话回访：${sayWindow(window, now)}，我们会拨打 ${phone}。不用一直等在这里；要改时间或号码，重新预约一次就行。`;

interface Asked {
  window: CallWindow;
  phone: string;
}

/** The lock of the conversation makes two clicks one call. */
async function write(
  tx: PoolClient,
  shopId: ShopId,
  conversationId: ConversationId,
  { window, phone }: Asked,
): Promise<{ commitmentId: string; remindAt: Date | null }> {
  const { rows } = await tx.query<{ owner: string | null; team: string | null; orderId: string | null }>(
    `select case c.owner_kind when 'agent' then c.owner_id::text end as owner, nullif(c.memory->>'focusOrderId', '') as "orderId",
       (select h.team from handoffs h where h.conversation_id = c.id and h.state <> 'resolved') as team
     from conversations c where c.id = $1 for no key update of c`,
    [conversationId],
  );
  const { owner, team, orderId } = rows[0]!;
  const dueAt = new Date(window.until);
  const title = `电话回访 ${sayWindow(window, null)}`;
  const detail = `顾客希望接到电话。约定时间：${sayWindow(window, null)}`;
  const said = `${title}（${maskPhone(phone)}）`;
  const there = await lockAsked(tx, conversationId, 'callback');
  const promise = there?.commitmentId ? await lockCommitment(tx, there.commitmentId) : null;
  if (there !== null && promise !== null) {
    await changeAsked(tx, there.id, { title, detail, dueAt, phone, facts: { from: window.from } });
    await addNote(tx, shopId, there.id, { by: null, what: 'changed', text: said });
    const { remindAt } = await writeCommitment(tx, promise, { state: 'open', dueAt, task: title });
    return { commitmentId: promise.id, remindAt };
  }
  const made = await insertCommitment(tx, shopId, {
    conversationId,
    messageSeq: null,
    place: null,
    orderId,
    holderId: owner,
    saidBy: 'bot',
    kind: 'reply',
    evidence: title,
    subject: null,
    state: 'open',
    dueAt,
  });
  const { id, remindAt } = made!; // without a place in a message nothing is there already
  const ticketId = await insertTicket(tx, shopId, null, {
    kind: 'callback',
    title,
    detail,
    priority: 'normal',
    conversationId,
    orderId,
    team,
    assigneeId: owner,
    dueAt,
    phone,
    commitmentId: id,
    facts: { from: window.from },
  });
  await addNote(tx, shopId, ticketId, { by: null, what: 'created', text: said });
  await announce(tx, shopId, 'added', { id, state: 'open', holderId: owner, conversationId, orderId, dueAt });
  return { commitmentId: id, remindAt };
}

export function createCallDesk({ ledger, serviceHours, now }: CallDeps): CallDesk {
  const { desk } = ledger;

  async function windows(shopId: ShopId, place: CallPlace): Promise<CallWindow[]> {
    const { rows } = await shopQuery<{ hours: unknown }>(
      desk.pool,
      shopId,
      `select t.hours from teams t where t.name = coalesce($1, (select h.team from handoffs h
         where h.conversation_id = $2 and h.state <> 'resolved'))`,
      'team' in place ? [place.team, null] : [null, place.conversationId],
    );
    return callWindows(hoursOf(rows[0]?.hours ?? null, serviceHours), now());
  }

  return {
    windows,
    async book(shopId, conversationId, { phone: given, from, tell }) {
      const phone = phoneIn(given);
      if (phone === null) throw new AppError('invalid_request', '号码不对，请填 11 位手机号，或带区号的座机号');
      const offered = await windows(shopId, { conversationId });
      const window = from === null ? offered[0] : offered.find((one) => one.from === from);
      if (window === undefined) throw new AppError('invalid_request', '这个时间约不上了，请换一个时间');
      const view = await readConversation(desk.pool, shopId, conversationId);
      if (view === null) throw new AppError('not_found', '没有这个会话');
      const channel = desk.channelOf(view.accountId);
      const call = { ...window, phone: maskPhone(phone) };
      const { commitmentId, remindAt, outboxId } = await inShop(desk.pool, shopId, async (tx) => {
        const written = await write(tx, shopId, conversationId, { window, phone });
        if (!tell) return { ...written, outboxId: null };
        const put = await putMessage(tx, {
          shopId,
          conversationId,
          author: 'system',
          authorId: null,
          kind: 'notice',
          text: bookedWords(call, now()),
          payload: {},
          clientId: null,
          born: BORN[channel.delivery],
          leaseMs: SEND_LEASE_MS,
        });
        return { ...written, outboxId: channel.delivery === 'push' ? put.outboxId : null };
      });
      ledger.onChange(shopId);
      if (remindAt) ledger.remindAt(shopId, commitmentId, remindAt);
      if (tell) desk.onChange({ shopId, conversationId, outboxId, desk: true });
      return call;
    },
    async booked(shopId, conversationId) {
      const { rows } = await shopQuery<{ from: string; until: Date; phone: string }>(
        desk.pool,
        shopId,
        `select t.facts->>'from' as from, t.due_at as until, t.phone from tickets t where t.conversation_id = $1
           and t.kind = 'callback' and t.created_by is null and t.state in ('open', 'doing') order by t.id desc limit 1`,
        [conversationId],
      );
      const call = rows[0];
      return call ? { from: call.from, until: call.until.toISOString(), phone: maskPhone(call.phone) } : null;
    },
  };
}
