// A choice picked by its number, its place or its words, as people type them where nothing can be tapped.
import { describe, expect, test } from 'vitest';
import { EMPTY_MEMORY, HUMAN_CHOICE, type Memory, pickChoice } from '../../src/bot/memory.ts';

const memory: Memory = {
  ...EMPTY_MEMORY,
  choices: [
    { value: 'faq:return', label: '七天无理由怎么退？' },
    { value: 'faq:refund', label: '退款多久到账（Visa）' },
    HUMAN_CHOICE,
  ],
};
const picked = (text: string) => pickChoice(memory, undefined, text);

describe('the second of three', () => {
  test.each([
    '2',
    '２',
    '二',
    '②',
    '2.',
    '2。',
    '2、',
    ' 2 ',
    '选2',
    '我选2',
    '选二',
    '选项2',
    '第二个',
    '第2个',
    '选第二个',
    '我要第二个',
    '2号',
    '第二个吧',
    '退款多久到账（Visa）',
    '退款多久到账(visa)',
    '2. 退款多久到账（Visa）',
  ])('%s', (text) => expect(picked(text)).toEqual({ kind: 'faq', entryId: 'refund' }));
});

test.each(['3', '三', '最后一个', '转人工客服'])('%s is the last', (text) =>
  expect(picked(text)).toEqual({ kind: 'human' }),
);

test.each([
  '4',
  '九',
  '0',
  '12',
  '22',
  '2026112800012345',
  '20261128',
  '2件',
  '要2件',
  '买2个一样的',
  '2天了还没到',
  '第二次了',
  '二维码',
  '1008611',
  '订单2',
])('%s is a message and no pick', (text) => expect(picked(text)).toBeNull());

test('without choices on the table a number is a message', () =>
  expect(pickChoice(EMPTY_MEMORY, undefined, '2')).toBeNull());

test('a tap is a pick whatever is on the table, and one that nobody offered is none', () => {
  expect(pickChoice(EMPTY_MEMORY, 'human', '转人工')).toEqual({ kind: 'human' });
  expect(pickChoice(memory, 'nonsense', '2')).toBeNull();
});
