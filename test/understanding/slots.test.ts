// Slots: what the shop's catalogue calls its things, and what everybody calls numbers, sizes and colours.
import { describe, expect, it } from 'vitest';
import { compileGoods } from '../../src/understanding/goods-words.ts';
import { readSlots } from '../../src/understanding/slots.ts';

const goods = compileGoods([
  { title: '云朵连帽卫衣', colours: ['奶白', '雾蓝'], sizes: ['S', 'M', 'L', 'XL'] },
  { title: '基础纯棉T恤', colours: ['白色', '黑色'], sizes: ['S', 'M', 'XXL'], names: ['短袖'] },
  { title: '纯棉四件套', colours: ['雾霾蓝', '燕麦条纹'], sizes: ['1.5m床', '1.8m床'] },
  { title: '羊羔绒毛毯', colours: ['焦糖'], sizes: ['150x200'] },
  { title: '随行充电宝10000mAh', colours: ['白色'], sizes: ['10000mAh'], names: ['充电宝'] },
  { title: '大容量充电宝20000mAh', colours: ['黑色'], sizes: ['20000mAh'], names: ['充电宝'] },
]);

describe('by the catalogue', () => {
  it.each([
    ['云朵连帽卫衣还有吗', { product: ['云朵连帽卫衣'] }],
    ['卫衣雾蓝的有L码吗', { product: ['云朵连帽卫衣'], color: ['雾蓝'], size: ['L'] }],
    ['短袖有XXL吗', { product: ['基础纯棉T恤'], size: ['XXL'] }],
    ['短袖有2xl吗', { product: ['基础纯棉T恤'], size: ['XXL'] }],
    ['t恤要黑的', { product: ['基础纯棉T恤'], color: ['黑色'] }],
    ['四件套1米8的多少钱', { product: ['纯棉四件套'], size: ['1.8m床'] }],
    ['毛毯150*200够盖吗', { product: ['羊羔绒毛毯'], size: ['150x200'] }],
    ['卫衣和毛毯一起发吗', { product: ['云朵连帽卫衣', '羊羔绒毛毯'] }],
  ])('%s', (text, slots) => {
    expect(readSlots(text, goods)).toEqual(slots);
  });

  it('a word that fits several products names them all, and one of them where another word does', () => {
    expect(readSlots('充电宝能上飞机吗', goods).product).toHaveLength(2);
    expect(readSlots('大容量充电宝20000mah那个充电宝', goods).product).toEqual(['大容量充电宝20000mAh']);
  });

  it('what another shop sells is no slot here', () => {
    expect(readSlots('雾霾蓝的沙发有吗', compileGoods([{ title: '餐桌', colours: ['原木'], sizes: [] }]))).toEqual({});
    expect(readSlots('奶白的还有吗')).toEqual({});
  });
});

describe('by the general patterns, with and without a catalogue', () => {
  it.each([
    ['身高165体重110斤穿多大', { height: ['165'], weight: ['55'] }],
    ['订单MH2026112200058到哪了', { order: ['MH2026112200058'] }],
    ['单号 SF1592260478813', { tracking: ['SF1592260478813'] }],
    ['要两件，深蓝色的', { quantity: ['2'], color: ['深蓝'] }],
    ['有3XL吗', { size: ['3XL'] }],
    ['XXXL有吗', { size: ['3XL'] }],
    ['发到成都几天', { city: ['成都'] }],
    ['色差大吗，红色差别明显不', {}],
  ])('%s', (text, slots) => {
    expect(readSlots(text, goods)).toEqual(slots);
    expect(readSlots(text)).toEqual(slots);
  });

  it('reads a text in the time of its length, whatever the catalogue holds', () => {
    const many = compileGoods(
      Array.from({ length: 20_000 }, (_, i) => ({ title: `第${i}号手工羊毛围巾`, colours: [`色号${i}`], sizes: [] })),
    );
    // a word that thousands share names none of them
    expect(readSlots('羊毛围巾有吗', many)).toEqual({});
    expect(readSlots('第777号手工羊毛围巾有吗', many)).toEqual({ product: ['第777号手工羊毛围巾'] });
  });
});
