// What stands beside the open conversation and is used by the box and by the right column alike: drafts of the bot, who the
// shopper is, orders, canned responses, and the way into the box.
import { createContext, type ReactNode, type RefObject, useContext, useMemo } from 'react';
import type { Ask } from '../staff/ask.ts';
import type { StaffUser } from '../wire.ts';
import type { ComposerHandle } from './composer-handle.ts';
import { useKeys } from './keys.ts';
import { type Loaded, useLoaded } from './loaded.ts';
import { ownership } from './ownership.ts';
import type { Phrase, Values } from './phrases.ts';
import type { OrderDetail, ShopperCard } from './shopper-data.ts';
import { type Suggested, useSuggested } from './suggested.ts';
import type { Thread } from './thread.ts';
import type { TicketView } from './ticket-data.ts';

export interface Beside {
  ask: Ask;
  me: StaffUser;
  conversationId: string;
  thread: Thread;
  canReply: boolean;
  composer: RefObject<ComposerHandle | null>;
  suggested: Suggested;
  shopper: Loaded<ShopperCard>;
  orders: Loaded<OrderDetail[]>;
  phrases: Loaded<Phrase[]>;
  /** Opens the sheet in which canned responses are kept. */
  managePhrases(): void;
  /** For the variables of canned responses. */
  values: Values;
  /** Puts one of the bot's drafts into the box; the reply carries which it was. */
  adopt(n: number): void;
  open(conversationId: string): void;
  tickets(view: TicketView): void;
  /** The sheet of tickets lies over the desk; when it goes, they may have changed. */
  ticketsOpen: boolean;
  /** For this conversation, with what is known filled in. */
  newTicket(): void;
}

const BesideContext = createContext<Beside | null>(null);

export function useBeside(): Beside {
  const beside = useContext(BesideContext);
  if (beside === null) throw new Error('useBeside needs a BesideProvider above it');
  return beside;
}

function valuesOf(thread: Thread, me: StaffUser, orders: readonly OrderDetail[]): Values {
  const name = thread.detail?.shopper.name;
  const order = orders[0];
  return {
    客服姓名: me.name,
    ...(name && { 顾客昵称: name }),
    ...(order && { 订单号: order.id }),
    ...(order?.items[0] && { 商品名: order.items[0].title }),
    ...(order?.logistics && { 快递公司: order.logistics.courier, 快递单号: order.logistics.trackingNo }),
    ...(order?.logistics?.lastEvent && { 物流进度: order.logistics.lastEvent }),
  };
}

interface BesideProps {
  ask: Ask;
  me: StaffUser;
  conversationId: string;
  thread: Thread;
  composer: RefObject<ComposerHandle | null>;
  /** Before something goes into the box: what lies over it closes. */
  onAdopt(): void;
  open(conversationId: string): void;
  managePhrases(): void;
  tickets(view: TicketView): void;
  ticketsOpen: boolean;
  children: ReactNode;
}

const TITLE_MAX = 80;

export function BesideProvider({ children, onAdopt, ...given }: BesideProps) {
  const { ask, me, conversationId, thread, composer, tickets } = given;
  const owned = ownership(thread, me.id);
  const canReply = owned.by === 'me';
  const params = { id: conversationId };
  const state = thread.detail?.state;

  const suggested = useSuggested(ask, conversationId, thread);
  const shopper = useLoaded(conversationId, state, () => ask('GET /api/conversations/:id/shopper', { params }));
  const orders = useLoaded(conversationId, state, async () => {
    const { items } = await ask('GET /api/conversations/:id/orders', { params });
    return items;
  });
  const phrases = useLoaded(me.id, null, async () => (await ask('GET /api/phrases', { query: {} })).items);

  const adopt = (n: number) => {
    const draft = suggested.drafts[n - 1];
    if (!draft || !canReply) return;
    onAdopt();
    composer.current?.choose('reply');
    composer.current?.insert(draft.text, draft.id ?? undefined);
  };
  const newTicket = () =>
    tickets({
      kind: 'new',
      conversationId,
      orderId: orders.data?.[0]?.id ?? '',
      title: (thread.handoff?.packet.summary[0] ?? '').slice(0, TITLE_MAX),
    });
  useKeys({ use1: () => adopt(1), use2: () => adopt(2), use3: () => adopt(3), ticket: newTicket });

  const values = useMemo(() => valuesOf(thread, me, orders.data ?? []), [thread, me, orders.data]);
  const known = { suggested, shopper, orders, phrases, values };
  const beside: Beside = { ...given, ...known, canReply, adopt, newTicket };
  return <BesideContext value={beside}>{children}</BesideContext>;
}
