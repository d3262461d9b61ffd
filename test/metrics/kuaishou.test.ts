// 快手: people who reached a person, minus those with a miss.
import { expect, it } from 'vitest';
import { KUAISHOU } from '../../src/metrics/profiles/kuaishou.ts';
import { at, figure, rating, story } from './story.ts';

const rate = (lines: string[], asOf?: string) =>
  figure(KUAISHOU, 'three-minute-human-rate', story(lines), asOf ? { asOf } : {});

it('one miss loses the person, however many answers were in time', () => {
  const good = ['10:00:00 shopper', '10:01:00 agent', '11:00:00 shopper', '11:01:00 assist'];
  expect(rate(good)).toBe('1/1');
  expect(rate([...good, '12:00:00 shopper', '12:03:01 agent'])).toBe('0/1');
});

it('two people are two, and the same person on two days too', () => {
  const mine = story(['10:00:00 shopper', '10:01:00 agent'], { conversationId: 'c1' });
  const other = story(['10:00:00 shopper'], { conversationId: 'c2' });
  const tomorrow = story(['2026-11-24 10:00:00 shopper', '2026-11-24 10:01:00 agent'], { conversationId: 'c2' });
  expect(
    figure(KUAISHOU, 'three-minute-human-rate', [...mine, ...other, ...tomorrow], { asOf: '2026-11-24 23:00:00' }),
  ).toBe('2/3');
});

it('who only met the robot is not among them', () => {
  expect(rate(['10:00:00 shopper', '10:00:01 bot'])).toBe('0/0');
});

it.each([
  ['07:59:59', '0/0'],
  ['08:00:00', '0/1'],
  ['22:59:59', '0/1'],
  ['23:00:00', '0/0'],
])('an unanswered question at %s counts as %s', (time, expected) => {
  expect(rate([`${time} shopper`])).toBe(expected);
});

it('a question before the hours, answered inside them, is not looked at', () => {
  expect(rate(['07:58:00 shopper', '08:05:00 agent'])).toBe('0/0');
});

it('unanswered until midnight is a miss', () => {
  expect(rate(['22:58:00 shopper', '2026-11-24 08:00:00 agent'], '2026-11-24 09:00:00')).toBe('0/1');
});

it('ratings count when their card went out inside the hours, and of people only', () => {
  const ratings = [rating(5), rating(2), rating(5, { at: at('23:30:00') }), rating(5, { responder: 'bot' })];
  expect(figure(KUAISHOU, 'good-rating-rate', [], { ratings })).toBe('1/2');
});
