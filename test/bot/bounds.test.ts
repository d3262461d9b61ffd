// The shop's system in trouble: a question that only wanted to know the order is answered by its words, in time.
import { describe, expect, it } from 'vitest';
import { situationFor } from '../../src/bot/orders.ts';
import { createShelves } from '../../src/bot/shelf.ts';
import { think } from '../../src/bot/think.ts';
import type { Commerce, Product } from '../../src/commerce/commerce.ts';
import type { ShopId } from '../../src/contract/conversation.ts';
import { claimedTurn, entry, hit, judgement, knowledgeOf, turnDeps } from './turn-parts.ts';

const SHOP = 'shop' as ShopId;
const never = <T>(): Promise<T> => new Promise(() => {});
const broken = <T>(): Promise<T> => Promise.reject(new Error('down'));
const about = { shopId: SHOP, customerId: 'c', orderId: null, focusOrderId: null, now: new Date() };

describe('orders', () => {
  it.each([
    ['hangs', never],
    ['fails', broken],
  ])('that nobody tells (%s) are unknown, within a second and a bit', async (_, orders) => {
    const started = performance.now();
    const commerce = { orders } as unknown as Commerce;
    expect((await situationFor(commerce, about)).state).toBe('unknown');
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('of a visitor whom nobody knows are not asked for', async () => {
    const commerce = { orders: () => expect.unreachable() } as unknown as Commerce;
    expect((await situationFor(commerce, { ...about, customerId: null })).state).toBe('unknown');
  });
});

describe('a turn', () => {
  it('is answered by its words when orders and catalogue hang, and the receipt says that nobody knew', async () => {
    const knowledge = {
      ...knowledgeOf(
        [entry('ships-when', '什么时候发货', '当天发', 'eta')],
        judgement({
          text: '什么时候发货',
          intents: [{ intent: 'eta', label: '发货', score: 0.9 }],
          faqs: [hit('ships-when', '什么时候发货', 0.95)],
        }),
      ),
    };
    const plain = knowledge.intent;
    knowledge.intent = (name) => ({ ...plain(name)!, byOrder: { paid: 'order_status' } });
    const commerce = { orders: never, products: never } as unknown as Commerce;
    const deps = { ...turnDeps(knowledge, null), commerce, shelves: createShelves(commerce) };
    const turn = claimedTurn('什么时候发货', { shopper: { id: 's', platformId: 'p', name: null, customerId: 'c' } });
    const started = performance.now();
    const { outcome } = await think(deps, turn);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(outcome.parts[0]!.text).toContain('当天发');
    expect(outcome.receipt.stage).toEqual({ stage: 'unknown', order: 'unknown', orderId: null });
  });
});

describe('a catalogue', () => {
  const product: Product = { id: 'P1', title: '卫衣', price: 1, colours: [], sizes: [], material: '' };

  it('that once was there stays when the system goes', async () => {
    let answer: () => Promise<Product[]> = async () => [product];
    const shelves = createShelves({ products: () => answer() });
    expect((await shelves.of(SHOP)).product('卫衣')?.id).toBe('P1');
    answer = broken;
    expect((await shelves.of(SHOP)).product('P1')?.title).toBe('卫衣');
  });

  it('is waited for once: the next message does not wait again, and a late answer is taken', async () => {
    let tell: (products: Product[]) => void = () => {};
    const shelves = createShelves({ products: () => new Promise((resolve) => (tell = resolve)) });
    expect((await shelves.of(SHOP)).products).toEqual([]);
    const started = performance.now();
    expect((await shelves.of(SHOP)).products).toEqual([]);
    expect(performance.now() - started).toBeLessThan(100);
    tell([product]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await shelves.of(SHOP)).products).toHaveLength(1);
  });
});
