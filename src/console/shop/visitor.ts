// Who the shopper is on this device: the visitor token, kept between visits, one per shop.
import type { Card } from '../../contract/conversation.ts';
import { call } from '../api.ts';
import { keep, kept } from '../kept.ts';
import type { Customer } from '../wire.ts';

/** What the page that embeds us says about the shopper; from the address. */
export interface Arrival {
  shop: string | null;
  name: string | null;
  orderId: string | null;
  productId: string | null;
  /** The site whose widget holds the page; null elsewhere. */
  host: string | null;
}

export interface Visitor {
  token: string;
  conversationId: string;
  name: string | null;
  shopName: string | null;
  /** The shop knows them: they have orders to ask about. */
  isCustomer: boolean;
  /** What they were looking at. */
  product: Card | null;
  /** People of the sample shop one may be; empty outside of the demo. */
  customers: Customer[];
}

export function readArrival(search: string): Arrival {
  const query = new URLSearchParams(search);
  return {
    shop: query.get('shop'),
    name: query.get('name'),
    orderId: query.get('order'),
    productId: query.get('product'),
    host: query.get('host'),
  };
}

const keyOf = (arrival: Arrival): string => `jiebang.visitor.${arrival.shop ?? 'default'}`;

export function keptVisitor(arrival: Arrival): Visitor | null {
  try {
    const stored = JSON.parse(kept(keyOf(arrival)) ?? 'null') as Visitor | null;
    if (!stored?.token) return null;
    // a page that names somebody else means somebody else
    return arrival.name !== null && arrival.name !== stored.name ? null : stored;
  } catch {
    return null;
  }
}

export const forgetVisitor = (arrival: Arrival): void => keep(keyOf(arrival), null);

interface VisitorAnswer {
  token: string;
  conversationId: string;
  shopName?: string;
  isCustomer?: boolean;
  product?: Card;
  customers?: Customer[];
}

async function ask(arrival: Arrival, name: string | null): Promise<Visitor> {
  const body = {
    ...(arrival.shop !== null && { shop: arrival.shop }),
    ...(name !== null && { name }),
    ...(arrival.orderId !== null && { orderId: arrival.orderId }),
    ...(arrival.productId !== null && { productId: arrival.productId }),
  };
  const answer = await call<VisitorAnswer>('/api/shop/visitors', { method: 'POST', body });
  const { token, conversationId, customers = [], shopName = null, isCustomer = false, product = null } = answer;
  return { token, conversationId, name, customers, shopName, isCustomer, product };
}

/** A new visitor. In the demo somebody who did not say a name becomes the first sample customer, who has a parcel on its way. */
export async function newVisitor(arrival: Arrival, name: string | null): Promise<Visitor> {
  let visitor = await ask(arrival, name);
  const first = visitor.customers[0];
  if (name === null && first !== undefined) {
    const { customers } = visitor;
    visitor = await ask(arrival, first.name);
    if (visitor.customers.length === 0) visitor.customers = customers;
  }
  keep(keyOf(arrival), JSON.stringify(visitor));
  return visitor;
}
