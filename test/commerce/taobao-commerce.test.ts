// Orders and parcels of a Taobao shop: numbers of 19 digits, states, refunds, and whose they are.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Commerce } from '../../src/commerce/commerce.ts';
import { createTaobaoCommerce, readTrade } from '../../src/commerce/taobao/taobao-commerce.ts';
import { createTopClient, TopError } from '../../src/providers/top.ts';
import { type FakeTop, openFakeTop } from '../channels/fake-top.ts';
import { toThisMachine } from '../channels/harnesses.ts';
import { TOP_PARTY } from '../channels/taobao-client.ts';

const TID = '1234567890123456789';
let top: FakeTop;
let asked: string[];
beforeAll(async () => {
  top = await openFakeTop(TOP_PARTY);
});
afterAll(() => top.close());

/** Whoever is behind: says only that it was asked. */
const behind = new Proxy({} as Commerce, {
  ownKeys: () => [],
  get: (_target, name) => async () => {
    asked.push(String(name));
    return name === 'findOrders' ? [] : null;
  },
});
function open(): Commerce {
  asked = [];
  const client = createTopClient({
    ...TOP_PARTY,
    session: 's',
    apiBase: top.url,
    outgoing: toThisMachine,
    now: Date.now,
  });
  return createTaobaoCommerce(client, '1', behind);
}

const line = (more: Record<string, unknown> = {}) => ({
  num_iid: 627853928123,
  title: '纯棉卫衣',
  sku_properties_name: '颜色分类:雾蓝;尺码:L',
  num: 2,
  price: '99.00',
  refund_status: 'NO_REFUND',
  logistics_company: '中通快递',
  invoice_no: '7531234567890',
  ...more,
});
const trade = (more: Record<string, unknown> = {}, lines = [line()]) =>
  `{"trade_fullinfo_get_response":{"trade":{"tid":${TID},${JSON.stringify({
    status: 'WAIT_BUYER_CONFIRM_GOODS',
    payment: '198.00',
    created: '2026-11-25 10:00:00',
    pay_time: '2026-11-25 10:01:00',
    consign_time: '2026-11-26 09:00:00',
    buyer_open_uid: 'AAGq-xyz',
    orders: { order: lines },
    ...more,
  }).slice(1)}}}`;

describe('an order', () => {
  test('by its number, with every digit of it', async () => {
    top.answerNext(trade());
    expect(await open().order('1', TID)).toEqual({
      id: TID,
      customerId: 'AAGq-xyz',
      status: 'shipped',
      placedAt: new Date('2026-11-25T02:00:00Z'),
      paidAt: new Date('2026-11-25T02:01:00Z'),
      shippedAt: new Date('2026-11-26T01:00:00Z'),
      signedAt: null,
      items: [{ productId: '627853928123', title: '纯棉卫衣', sku: '雾蓝 L', quantity: 2, price: 99 }],
      amount: 198,
      courier: '中通快递',
      trackingNo: '7531234567890',
    });
    const { params } = top.of('taobao.trade.fullinfo.get').at(-1)!;
    expect(params).toMatchObject({ tid: TID, session: 's', fields: expect.stringContaining('orders.refund_status') });
  });

  test.each([
    ['WAIT_BUYER_PAY', 'NO_REFUND', 'unpaid'],
    ['WAIT_SELLER_SEND_GOODS', 'NO_REFUND', 'paid'],
    ['WAIT_SELLER_SEND_GOODS', 'WAIT_SELLER_AGREE', 'refunding'],
    ['TRADE_BUYER_SIGNED', 'NO_REFUND', 'delivered'],
    ['TRADE_FINISHED', 'CLOSED', 'completed'],
    ['TRADE_CLOSED', 'SUCCESS', 'refunded'],
    ['TRADE_CLOSED_BY_TAOBAO', 'NO_REFUND', 'cancelled'],
  ])('%s with %s is %s', (status, refund, expected) => {
    const orders = { order: [line({ refund_status: refund })] };
    expect(readTrade({ tid: TID, status, orders }).status).toBe(expected);
  });

  test('a state that nobody knows is not guessed', () => {
    expect(() => readTrade({ tid: TID, status: 'NEWLY_INVENTED' })).toThrow(/NEWLY_INVENTED/);
  });

  test('one that does not exist is none; a session that ended is a failure', async () => {
    const error = (more: object) => top.answerNext(JSON.stringify({ error_response: { code: 15, msg: 'x', ...more } }));
    error({ sub_code: 'isv.trade-not-exist' });
    expect(await open().order('1', TID)).toBeNull();
    error({ code: 27, sub_code: 'invalid-sessionkey' });
    await expect(open().order('1', TID)).rejects.toThrow(TopError);
  });
});

describe('a parcel', () => {
  test('newest word first', async () => {
    const steps = [
      { status_time: '2026-11-26 10:00:00', status_desc: '已揽收', action: 'GOT' },
      { status_time: '2026-11-27 08:00:00', status_desc: '派送中', action: 'SENT_SCAN' },
    ];
    top.answerNext(
      JSON.stringify({
        logistics_trace_search_response: {
          out_sid: '7531234567890',
          company_name: '中通快递',
          trace_list: { transit_step_info: steps },
        },
      }),
    );
    const parcel = await open().logistics('1', TID);
    expect(parcel).toMatchObject({ courier: '中通快递', trackingNo: '7531234567890' });
    expect(parcel!.trace.map(({ text }) => text)).toEqual(['派送中', '已揽收']);
  });

  test('none yet', async () => {
    top.answerNext('{"logistics_trace_search_response":{"tid":1}}');
    expect(await open().logistics('1', TID)).toBeNull();
  });
});

describe('whose it is', () => {
  test('another shop, and what is no number of a trade, is asked of whoever is behind', async () => {
    const before = top.calls.length;
    const commerce = open();
    await commerce.order('2', TID);
    await commerce.logistics('1', 'E1001');
    await commerce.findOrders('1', '8000');
    expect(asked).toEqual(['order', 'logistics', 'findOrders']);
    expect(top.calls.length).toBe(before);
    top.answerNext(trade());
    expect((await commerce.findOrders('1', TID)).map(({ id }) => id)).toEqual([TID]);
  });
});
