// Orders and parcels of a Taobao shop behind the Commerce port, by their numbers; everything else is asked of the system behind it. Reads only.
import type { ShopId } from '../../contract/conversation.ts';
import { idText, isRecord } from '../../providers/exact-json.ts';
import { readTopTime, type TopClient, TopError } from '../../providers/top.ts';
import type { Commerce, Logistics, Order, OrderItem, OrderStatus, TraceEvent } from '../commerce.ts';

/** Fields of taobao.trade.fullinfo.get that an order is made of; jaq-doc.alibaba.com/docs/api.htm?apiId=54 */
const FIELDS =
  'tid,status,payment,created,pay_time,consign_time,end_time,buyer_nick,buyer_open_uid,orders.num_iid,orders.title,orders.sku_properties_name,orders.num,orders.price,orders.refund_status,orders.logistics_company,orders.invoice_no';

/** Numbers of trades have 15 to 20 digits; shorter ones belong to whoever is behind. */
const TID = /^\d{15,20}$/;

const STATUS: Readonly<Record<string, OrderStatus>> = {
  TRADE_NO_CREATE_PAY: 'unpaid',
  WAIT_BUYER_PAY: 'unpaid',
  PAY_PENDING: 'unpaid',
  WAIT_SELLER_SEND_GOODS: 'paid',
  SELLER_CONSIGNED_PART: 'shipped',
  WAIT_BUYER_CONFIRM_GOODS: 'shipped',
  TRADE_BUYER_SIGNED: 'delivered',
  TRADE_FINISHED: 'completed',
  TRADE_CLOSED: 'cancelled',
  TRADE_CLOSED_BY_TAOBAO: 'cancelled',
};
const REFUND_UNDER_WAY = new Set(['WAIT_SELLER_AGREE', 'WAIT_BUYER_RETURN_GOODS', 'WAIT_SELLER_CONFIRM_GOODS']);

type Fields = Record<string, unknown>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (idText(value) ?? ''));
const timeOf = (value: unknown): Date | null => {
  const ms = readTopTime(textOf(value));
  return ms === null ? null : new Date(ms);
};
const listIn = (value: unknown, name: string): Fields[] => {
  const list = isRecord(value) ? value[name] : value;
  return (Array.isArray(list) ? list : []).filter(isRecord);
};
const yuan = (value: unknown): number => {
  const amount = Number(value);
  return Number.isFinite(amount) ? amount : 0;
};

/** `颜色分类:雾蓝;尺码:L` as a person would say it. */
const skuOf = (properties: string): string =>
  properties
    .split(';')
    .map((one) => one.split(':').at(-1)!.trim())
    .filter((one) => one !== '')
    .join(' ');

const itemOf = (line: Fields): OrderItem => ({
  productId: textOf(line.num_iid),
  title: textOf(line.title),
  sku: skuOf(textOf(line.sku_properties_name)),
  quantity: Math.max(1, yuan(line.num)),
  price: yuan(line.price),
});

/** What the lines' refunds make of it goes before the trade's own state. */
function statusOf(status: string, lines: readonly Fields[]): OrderStatus | null {
  const refunds = lines.map((line) => textOf(line.refund_status));
  if (refunds.some((refund) => REFUND_UNDER_WAY.has(refund))) return 'refunding';
  if (refunds.length > 0 && refunds.every((refund) => refund === 'SUCCESS')) return 'refunded';
  return STATUS[status] ?? null;
}

/** @throws Error for a state this version does not know: nothing is guessed about somebody's money */
export function readTrade(trade: Fields): Order {
  const lines = listIn(trade.orders, 'order');
  const status = statusOf(textOf(trade.status), lines);
  if (status === null) throw new Error(`taobao: the trade state ${textOf(trade.status)} is not known`);
  const shipped = lines.find((line) => textOf(line.invoice_no) !== '');
  const signed = status === 'delivered' || status === 'completed' ? timeOf(trade.end_time) : null;
  return {
    id: textOf(trade.tid_str) || textOf(trade.tid),
    customerId: textOf(trade.buyer_open_uid) || textOf(trade.buyer_nick),
    status,
    placedAt: timeOf(trade.created) ?? new Date(0),
    paidAt: timeOf(trade.pay_time),
    shippedAt: timeOf(trade.consign_time),
    signedAt: signed,
    items: lines.map(itemOf),
    amount: yuan(trade.payment),
    courier: shipped ? textOf(shipped.logistics_company) || null : null,
    trackingNo: shipped ? textOf(shipped.invoice_no) : null,
  };
}

/** Answer of taobao.logistics.trace.search; api.alidayu.com/docs/api.htm?apiId=10463. Null while there is no parcel. */
export function readTrace(answer: Fields): Logistics | null {
  const trackingNo = textOf(answer.out_sid);
  if (trackingNo === '') return null;
  const trace = listIn(answer.trace_list, 'transit_step_info').flatMap((step): TraceEvent[] => {
    const at = timeOf(step.status_time);
    return at === null ? [] : [{ at, text: textOf(step.status_desc) }];
  });
  trace.sort((a, b) => b.at.getTime() - a.at.getTime());
  return { courier: textOf(answer.company_name), trackingNo, trace };
}

/** Words of the platform for “there is no such thing”; every other refusal is a failure that has to be told. */
const NOTHING = /not-?exist|not-?found|no-?trade|invalid-parameter/i;

async function orNothing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof TopError && error.trouble === 'refused' && NOTHING.test(error.subCode)) return null;
    throw error;
  }
}

/** For one shop: the authorisation is that shop's. Others, and what is no number of a trade, are asked of `behind`. */
export function createTaobaoCommerce(top: TopClient, ofShop: ShopId, behind: Commerce): Commerce {
  const isOurs = (shopId: ShopId, id: string): boolean => shopId === ofShop && TID.test(id);
  async function order(id: string): Promise<Order | null> {
    const answer = await orNothing(top.call('taobao.trade.fullinfo.get', { fields: FIELDS, tid: id }));
    return isRecord(answer?.trade) ? readTrade(answer.trade) : null;
  }
  return {
    ...behind,
    order: (shopId, id) => (isOurs(shopId, id) ? order(id) : behind.order(shopId, id)),
    async logistics(shopId, id) {
      if (!isOurs(shopId, id)) return behind.logistics(shopId, id);
      const answer = await orNothing(top.call('taobao.logistics.trace.search', { tid: id }));
      return answer === null ? null : readTrace(answer);
    },
    async findOrders(shopId, words) {
      if (!isOurs(shopId, words)) return behind.findOrders(shopId, words);
      const found = await order(words);
      return found === null ? [] : [found];
    },
  };
}
