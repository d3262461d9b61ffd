// The same words before and after buying, and what an answer still needs: both pure, both only from what the shop's system said.
import { describe, expect, it } from 'vitest';
import { needsOrders } from '../../src/bot/by-order.ts';
import { decide } from '../../src/bot/decide.ts';
import {
  type DecideInput,
  EMPTY_SHELF,
  type IntentFacts,
  type Situation,
  UNKNOWN_SITUATION,
} from '../../src/bot/decision.ts';
import { EMPTY_MEMORY, pickBySlots, pickChoice } from '../../src/bot/memory.ts';
import { angerRises, keepMood, trendOf } from '../../src/bot/mood.ts';
import { stockShelf } from '../../src/bot/shelf.ts';
import { situationOf, stageOf } from '../../src/bot/stage.ts';
import type { Order, OrderStatus } from '../../src/commerce/commerce.ts';
import type { RouteCase } from '../../src/contract/routing.ts';
import { routeCase } from '../../src/handoff/routing.ts';
import { hit, judgement } from './turn-parts.ts';

const ROUTE: RouteCase = {
  risk: 'R2',
  reason: 'asked_for_human',
  stage: null,
  order: 'unknown',
  intent: null,
  intentTeam: null,
  channel: 'web',
  language: 'zh',
  vip: false,
  senior: false,
  again: false,
};
const NOW = new Date('2026-11-24T10:00:00+08:00');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

function order(id: string, status: OrderStatus, more: Partial<Order> = {}): Order {
  return {
    id,
    customerId: 'c',
    status,
    placedAt: daysAgo(3),
    paidAt: status === 'unpaid' ? null : daysAgo(3),
    shippedAt: null,
    signedAt: ['delivered', 'completed'].includes(status) ? daysAgo(2) : null,
    items: [{ productId: 'P1', title: '卫衣', sku: '雾蓝 M', quantity: 1, price: 159 }],
    amount: 159,
    courier: null,
    trackingNo: null,
    ...more,
  };
}
const situation = (...orders: Order[]): Situation =>
  situationOf(orders, { orderId: null, focusOrderId: null, now: NOW });

const INTENTS: Record<string, Omit<IntentFacts, 'name' | 'label'>> = {
  eta: { stage: 'presale', then: 'answer', slots: [], byOrder: { paid: 'status', shipped: 'track' } },
  returns: { stage: 'presale', then: 'answer', slots: [], byOrder: { paid: 'cancel-it', signed: 'send_back' } },
  send_back: { stage: 'aftersale', then: 'answer', slots: [] },
  status: { stage: 'insale', then: { act: 'order-status' }, slots: ['order'] },
  track: { stage: 'insale', then: { act: 'track-logistics' }, slots: ['order'] },
  wash: { stage: 'aftersale', then: 'answer', slots: ['product'] },
  change: {
    stage: 'insale',
    then: 'answer',
    slots: ['order', 'sku'],
    asks: { slots: ['order', 'sku'], when: ['paid'], then: { handoff: 'insale' } },
  },
};
const ENTRIES: Record<string, { intent: string; products: string[] }> = {
  'ships-when': { intent: 'eta', products: [] },
  'returns-before': { intent: 'returns', products: [] },
  'returns-after': { intent: 'send_back', products: [] },
  'cancel-it': { intent: 'cancel', products: [] },
  'wash-hoodie': { intent: 'wash', products: ['P1'] },
  'wash-blanket': { intent: 'wash', products: ['P2'] },
  'wash-all': { intent: 'wash', products: [] },
  'change-sku': { intent: 'change', products: [] },
};
const shelf = stockShelf([
  { id: 'P1', title: '卫衣', price: 159, colours: ['雾蓝', '奶白'], sizes: ['S', 'M', 'L', 'XL'], material: '棉' },
  { id: 'P2', title: '毛毯', price: 129, colours: ['焦糖'], sizes: ['150x200'], material: '绒' },
]);

const input = (text: string, intent: string, entryId: string, more: Partial<DecideInput> = {}): DecideInput => ({
  judgement: judgement({
    text,
    intents: [{ intent, label: intent, score: 0.9 }],
    faqs: [hit(entryId, entryId, 0.9)],
  }),
  policy: { version: 't', wrongAtMost: 0.02, answerMin: 0.6, clarifyMin: 0.1, actMin: 0.5, evaluation: {} },
  memory: EMPTY_MEMORY,
  ownerKind: 'bot',
  picked: null,
  asked: null,
  productId: null,
  situation: UNKNOWN_SITUATION,
  shelf,
  intent: (name) => (INTENTS[name] ? { name, label: name, ...INTENTS[name] } : undefined),
  hasEntry: (id) => id in ENTRIES,
  entriesOf: (name) => Object.keys(ENTRIES).filter((id) => ENTRIES[id]!.intent === name),
  intentOf: (id) => ENTRIES[id]?.intent,
  productsOf: (id) => ENTRIES[id]?.products ?? [],
  ...more,
});
const asked = (text: string, intent: string, entryId: string, orders: Situation, more: Partial<DecideInput> = {}) =>
  decide(input(text, intent, entryId, { situation: orders, ...more }));

describe('the stage of the order', () => {
  it.each([
    [[], 'presale', 'none'],
    [[order('a', 'cancelled')], 'presale', 'none'],
    [[order('a', 'unpaid')], 'insale', 'unpaid'],
    [[order('a', 'paid')], 'insale', 'paid'],
    [[order('a', 'shipped'), order('b', 'completed')], 'insale', 'shipped'],
    [[order('a', 'delivered')], 'aftersale', 'signed'],
    [[order('a', 'refunding', { signedAt: daysAgo(20) })], 'aftersale', 'signed'],
    [[order('a', 'completed', { signedAt: daysAgo(200) })], 'presale', 'none'],
  ] as const)('%#', (orders, stage, state) => {
    expect(stageOf(situation(...orders))).toMatchObject({ stage, order: state });
  });

  it('is that of the order that is named, or talked about', () => {
    const orders = [order('a', 'paid'), order('b', 'delivered')];
    const about = (orderId: string | null, focusOrderId: string | null) =>
      situationOf(orders, { orderId, focusOrderId, now: NOW }).state;
    expect(about('b', 'a')).toBe('signed');
    expect(about(null, 'b')).toBe('signed');
    expect(about('somebody else’s', null)).toBe('paid');
  });

  it('routes: a parcel that has left is for after-sales, a shopper without an order for pre-sales', () => {
    const team = (
      state: 'none' | 'paid' | 'shipped' | 'signed' | 'unknown',
      stage: 'presale' | 'handoff' = 'handoff',
    ) => routeCase({ ...ROUTE, stage, order: state }).team;
    expect([team('none'), team('paid'), team('shipped'), team('signed'), team('unknown')]).toEqual([
      'presale',
      'insale',
      'aftersale',
      'aftersale',
      'insale',
    ]);
    expect(team('shipped', 'presale')).toBe('presale');
    expect(routeCase({ ...ROUTE, risk: 'R1', reason: 'risk', order: 'shipped', intentTeam: 'insale' }).team).toBe(
      'complaint',
    );
  });
});

describe('the same words', () => {
  it('mean the order when there is one, and what the words say when nobody knows', () => {
    const when = (orders: Situation) => asked('什么时候发货', 'eta', 'ships-when', orders).decision;
    expect(when(situation(order('a', 'paid')))).toMatchObject({ kind: 'act', action: 'order-status', orderId: 'a' });
    expect(when(situation(order('a', 'shipped')))).toMatchObject({ kind: 'act', action: 'track-logistics' });
    for (const orders of [situation(), situation(order('a', 'delivered')), UNKNOWN_SITUATION])
      expect(when(orders)).toMatchObject({ kind: 'answer', entryId: 'ships-when' });
  });

  it('keep the other meaning one tap away, and say in the reasons why they were turned round', () => {
    const decided = asked('能退吗', 'returns', 'returns-before', situation(order('a', 'paid')));
    expect(decided.decision).toMatchObject({
      kind: 'answer',
      entryId: 'cancel-it',
      options: [{ entryId: 'returns-before' }],
    });
    expect(decided.reasons).toEqual(['by order:paid', 'means:cancel-it']);
  });

  it('are asked about when several orders would be answered differently; the tapped order decides', () => {
    const orders = [order('a', 'paid'), order('b', 'delivered')];
    const which = asked('能退吗', 'returns', 'returns-before', situation(...orders)).decision;
    expect(which).toMatchObject({ kind: 'clarify', why: 'which_order', asking: { intent: 'returns', slot: 'order' } });
    expect(which.kind === 'clarify' && which.options.map((o) => o.kind === 'slot' && o.value)).toEqual(['a', 'b']);
    const more = {
      asked: { intent: 'returns', slot: 'order' as const, text: '能退吗', slots: { order: ['b'] } },
      picked: { kind: 'slot' as const, slot: 'order' as const, value: 'b' },
    };
    const tapped = situationOf(orders, { orderId: 'b', focusOrderId: null, now: NOW });
    expect(asked('能退吗', 'returns', 'returns-before', tapped, more).decision).toMatchObject({
      entryId: 'returns-after',
    });
  });

  it.each([
    '还没下单，先问下能退吗',
    '七天无理由能退吗',
    '如果买了不喜欢能退吗',
    '一般能退吗',
    '衣服洗过一次吊牌也剪掉了这种情况的话能退吗',
  ])('that settle it themselves are left alone: %s', (text) => {
    expect(asked(text, 'returns', 'returns-before', situation(order('a', 'paid'))).decision).toMatchObject({
      entryId: 'returns-before',
    });
  });

  it('the shop’s system is asked only where the answer can change something', () => {
    const needs = (text: string, intent: string, entryId: string, more: Partial<DecideInput> = {}) =>
      needsOrders(input(text, intent, entryId, more));
    expect(needs('能退吗', 'returns', 'returns-before')).toBe(true);
    expect(needs('换个尺码', 'change', 'change-sku')).toBe(true);
    expect(needs('七天无理由能退吗', 'returns', 'returns-before')).toBe(false);
    expect(needs('怎么洗', 'wash', 'wash-all')).toBe(false);
    expect(needs('能退吗', 'returns', 'returns-before', { productId: 'P1' })).toBe(false);
    expect(needs('能退吗', 'returns', 'returns-before', { ownerKind: 'agent' })).toBe(false);
    const cross = { rule: 'complaint', level: 'R2', kind: 'complaint', evidence: '投诉', score: 1 } as const;
    const risky = input('能退吗', 'returns', 'returns-before');
    expect(needsOrders({ ...risky, judgement: { ...risky.judgement, risks: [cross] } })).toBe(false);
  });
});

describe('what is missing', () => {
  const faqs = [hit('wash-hoodie', 'w1', 0.9), hit('wash-blanket', 'w2', 0.85)];
  const wash = (more: Partial<DecideInput> = {}, slots = {}) => {
    const one = input('怎么洗', 'wash', 'wash-hoodie', more);
    return decide({ ...one, judgement: { ...one.judgement, faqs, slots } }).decision;
  };

  it('an answer that each product has is asked for by the product’s name', () => {
    expect(wash()).toMatchObject({
      kind: 'clarify',
      why: 'which_product',
      options: [
        { entryId: 'wash-hoodie', label: '卫衣' },
        { entryId: 'wash-blanket', label: '毛毯' },
      ],
    });
  });

  it('what the shopper owns comes first', () => {
    const blanket = { productId: 'P2', title: '毛毯', sku: '焦糖 150x200', quantity: 1, price: 129 };
    const owned = wash({ situation: situation(order('a', 'delivered', { items: [blanket] })) });
    expect(owned).toMatchObject({ options: [{ label: '毛毯' }, { label: '卫衣' }] });
  });

  it('not when the product is named, the page shows it, or one entry is clearly nearer', () => {
    expect(wash({}, { product: ['卫衣'] })).toMatchObject({ kind: 'answer', entryId: 'wash-hoodie' });
    expect(wash({ productId: 'P1' })).toMatchObject({ kind: 'answer' });
    expect(wash({ shelf: EMPTY_SHELF })).toMatchObject({ kind: 'answer' });
    const far = input('怎么洗', 'wash', 'wash-hoodie');
    far.judgement.faqs = [hit('wash-hoodie', 'w', 0.9), hit('wash-blanket', 'w', 0.3)];
    expect(decide(far).decision).toMatchObject({ kind: 'answer' });
  });

  const change = (text: string, orders: Situation, slots = {}, more: Partial<DecideInput> = {}) => {
    const one = input(text, 'change', 'change-sku', { situation: orders, ...more });
    return decide({ ...one, judgement: { ...one.judgement, slots } }).decision;
  };

  it('goes with the answer: first the order, then the sizes of its product without the one that was bought', () => {
    const two = situation(order('a', 'paid'), order('b', 'paid'));
    expect(change('换个尺码', two)).toMatchObject({ kind: 'answer', asking: { slot: 'order' } });
    const one = change('换个尺码', situation(order('a', 'paid'), order('b', 'shipped')));
    expect(one).toMatchObject({ asking: { slot: 'size', known: { order: ['a'], product: ['卫衣'] } } });
    expect(one.kind === 'answer' && one.options?.map((o) => o.label)).toEqual(['S', 'L', 'XL']);
    const colour = change('换个颜色', situation(order('a', 'paid')));
    expect(colour.kind === 'answer' && colour.options?.map((o) => o.label)).toEqual(['奶白']);
  });

  it('is not asked when no order stands so, or when it is said: then a person is offered', () => {
    expect(change('换个尺码', situation(order('a', 'shipped')))).not.toHaveProperty('asking');
    expect(change('换成L', situation(order('a', 'paid')), { size: ['L'] })).toMatchObject({ offer: 'person' });
  });

  it('when the last of it is tapped a person has the case', () => {
    const slots = { order: ['a'], product: ['卫衣'], size: ['L'] };
    const more = {
      asked: { intent: 'change', slot: 'size' as const, text: '换个尺码', slots },
      picked: { kind: 'slot' as const, slot: 'size' as const, value: 'L' },
    };
    expect(change('换个尺码', situation(order('a', 'paid')), slots, more)).toMatchObject({
      kind: 'handoff',
      reason: 'policy',
      team: 'insale',
    });
  });
});

describe('a reply in the shopper’s own words', () => {
  const choices = [
    { value: 'order:a', label: '卫衣（11月20日下单，已付款，待发货）' },
    { value: 'order:b', label: '毛毯（11月21日下单，已签收）' },
    { value: 'human', label: '转人工客服' },
  ];
  const waiting = {
    ...EMPTY_MEMORY,
    choices,
    asked: { intent: 'returns', slot: 'order' as const, text: '能退吗', slots: {} },
  };
  const theOrder = (value: string) => ({ kind: 'slot', slot: 'order', value });

  it.each([
    ['2', theOrder('b')],
    ['第一个', theOrder('a')],
    ['第2个吧', theOrder('b')],
    ['最后一个', { kind: 'human' }],
    ['转人工客服', { kind: 'human' }],
    ['第九个', null],
    ['一件', null],
    ['第一次买', null],
  ])('%s picks its place', (text, picked) => {
    expect(pickChoice(waiting, undefined, text)).toEqual(picked);
  });

  it('names what is in the order, or the order, and nothing when it could be both or is a new message', () => {
    expect(pickBySlots(waiting, { product: ['毛毯'] }, '毛毯那个')).toEqual(theOrder('b'));
    expect(pickBySlots(waiting, { order: ['a'] }, 'a')).toEqual(theOrder('a'));
    expect(pickBySlots(waiting, { product: ['毛毯', '卫衣'] }, '毛毯和卫衣')).toBeNull();
    expect(pickBySlots(waiting, {}, '算了')).toBeNull();
    expect(pickBySlots(waiting, { product: ['毛毯'] }, '对了我还想问一下你们家毛毯能不能机洗，会不会掉毛')).toBeNull();
    expect(pickBySlots(waiting, { product: ['毛毯'] }, '毛毯能机洗吗')).toBeNull();
    expect(pickBySlots(EMPTY_MEMORY, { product: ['毛毯'] }, '毛毯那个')).toBeNull();
  });
});

describe('the mood over the turns', () => {
  const felt = (name: 'neutral' | 'happy' | 'anxious' | 'angry' | 'sarcastic', strength = 0.6) => ({ name, strength });

  it('rises from worry to anger, and not from calm to anger or from anger to calm', () => {
    expect(angerRises([felt('anxious')], felt('angry'))).toBe(true);
    expect(angerRises([felt('angry')], felt('sarcastic', 0.8))).toBe(true);
    expect(angerRises([felt('neutral', 0)], felt('angry'))).toBe(false);
    expect(angerRises([felt('angry', 0.9)], felt('angry', 0.4))).toBe(false);
    expect(angerRises([felt('angry')], felt('anxious'))).toBe(false);
    expect(angerRises([], felt('angry'))).toBe(false);
    expect(trendOf([felt('angry')], felt('happy'))).toBe('easing');
  });

  it('keeps five', () => {
    let moods = keepMood([], felt('happy'));
    for (let i = 0; i < 9; i++) moods = keepMood(moods, felt('anxious', i / 10));
    expect(moods.map((m) => m.strength)).toEqual([0.4, 0.5, 0.6, 0.7, 0.8]);
  });

  it('ends at a person for the second cross turn, with care', () => {
    const cross = input('凭什么还不发货', 'eta', 'ships-when', {
      memory: { ...EMPTY_MEMORY, moods: [felt('anxious')] },
    });
    cross.judgement.emotion = { name: 'angry', strength: 0.6, evidence: '凭什么', by: 'hostile' };
    expect(decide(cross).decision).toMatchObject({ kind: 'handoff', reason: 'emotion', script: 'soothe' });
    expect(decide({ ...cross, memory: EMPTY_MEMORY }).decision).toMatchObject({ kind: 'answer' });
  });
});
