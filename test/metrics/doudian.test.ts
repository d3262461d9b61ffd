// 飞鸽: the human reply rate, the first human words from the handoff on, who was not served, and bad ratings.
import { describe, expect, it } from 'vitest';
import { configureProfile } from '../../src/metrics/profile.ts';
import { DOUDIAN } from '../../src/metrics/profiles/doudian.ts';
import { buildRounds } from '../../src/metrics/rounds.ts';
import { at, figure, ownedBy, rating, story } from './story.ts';

const of = (id: string) => (lines: string[], asOf?: string) => figure(DOUDIAN, id, story(lines), asOf ? { asOf } : {});
const rate = of('three-minute-human-rate');
const first = of('average-first-human-response');
const notServed = of('not-served-rate');

describe('the three-minute human reply rate', () => {
  it.each([
    ['07:59:59', '0/0'],
    ['08:00:00', '0/1'],
    ['22:59:59', '0/1'],
    ['23:00:00', '0/0'],
  ])('an unanswered question at %s counts as %s', (time, expected) => {
    expect(rate([`${time} shopper`])).toBe(expected);
  });

  it('three minutes are in time, a second more is not', () => {
    expect(rate(['10:00:00 shopper', '10:03:00 agent', '11:00:00 shopper', '11:03:01 agent'])).toBe('1/2');
  });

  it('a question before the hours, answered inside them, is not looked at', () => {
    expect(rate(['07:59:00 shopper', '08:00:30 agent'])).toBe('0/0');
  });

  it('a person with the bot’s draft is a person, the bot alone is nobody', () => {
    expect(rate(['10:00:00 shopper', '10:00:05 assist', '10:05:00 shopper', '10:05:01 bot'])).toBe('1/1');
  });

  it('a transfer without a reply goes on with the same round and its clock', () => {
    expect(rate(['10:00:00 shopper', '10:02:00 transferred', '10:02:30 shuai'])).toBe('1/1');
    expect(rate(['10:00:00 shopper', '10:02:00 transferred', '10:03:30 shuai'])).toBe('0/1');
    const unanswered = buildRounds(story(['10:00:00 shopper', '10:02:00 transferred']), DOUDIAN, at('12:00:00'));
    expect(unanswered).toMatchObject([{ agentId: 'shuai', clockFrom: at('10:00:00') }]);
  });

  it('nobody is asked for any more on the next day', () => {
    const lines = ['22:00:00 shopper', '22:00:01 handed-off', '2026-11-24 10:00:00 shopper', '2026-11-24 10:00:01 bot'];
    expect(rate(lines, '2026-11-24 12:00:00')).toBe('0/1');
  });

  it('a card is a question', () => {
    expect(rate(['10:00:00 card', '10:01:00 agent'])).toBe('1/1');
  });
});

describe('the first human response', () => {
  it('starts when a person is asked for, not at the first message', () => {
    const lines = ['10:00:00 shopper', '10:00:01 bot', '10:05:00 shopper', '10:05:01 handed-off', '10:05:41 agent'];
    expect(first(lines)).toBe('40 s over 1');
  });

  it('is the mean over sessions; who was never answered is left out', () => {
    const a = story(['10:00:00 shopper', '10:00:00 handed-off', '10:00:20 agent', '10:01:00 closed']);
    const b = story(['11:00:00 shopper', '11:00:00 handed-off', '11:01:00 agent'], { conversationId: 'c2' });
    const c = story(['12:00:00 shopper', '12:00:00 handed-off'], { conversationId: 'c3' });
    expect(figure(DOUDIAN, 'average-first-human-response', [...a, ...b, ...c])).toBe('40 s over 2');
  });

  it('a welcome that goes out by itself is no response', () => {
    const lines = [
      '10:00:00 shopper',
      '10:00:00 handed-off',
      '10:00:05 assigned',
      '10:00:05 greeting',
      '10:00:30 agent',
    ];
    expect(first(lines)).toBe('30 s over 1');
  });

  it('a handoff outside the hours is not looked at', () => {
    expect(first(['23:10:00 shopper', '23:10:00 handed-off', '23:10:10 agent'])).toBe('none');
  });
});

describe('who was not served', () => {
  it.each([
    [
      'no agent was free and it became a message to leave',
      ['10:00:00 shopper', '10:00:01 handed-off', '10:00:02 left-message'],
      '1/1',
    ],
    [
      'left a message and was called back later',
      ['10:00:00 shopper', '10:00:02 left-message', '15:00:00 agent'],
      '1/1',
    ],
    [
      'assigned, but nothing was said besides the welcome',
      ['10:00:00 shopper', '10:00:01 assigned', '10:00:01 greeting'],
      '1/1',
    ],
    ['assigned and answered, however late', ['10:00:00 shopper', '10:00:01 assigned', '12:00:00 agent'], '0/1'],
    ['gave up in the queue', ['10:00:00 shopper', '10:00:01 handed-off', '10:20:00 closed'], '1/1'],
    ['the bot alone', ['10:00:00 shopper', '10:00:01 bot'], '0/0'],
    ['only a card, and no answer', ['10:00:00 card', '10:00:01 assigned'], '1/1'],
    ['outside the hours', ['23:00:00 shopper', '23:00:00 assigned'], '0/0'],
  ])('%s', (_what, lines, expected) => {
    expect(notServed(lines)).toBe(expected);
  });

  it('while the session goes on nothing is decided', () => {
    const lines = ['10:00:00 shopper', '10:00:01 assigned'];
    expect(notServed(lines, '10:20:00')).toBe('0/0');
    expect(notServed([...lines, '10:30:00 closed'], '10:31:00')).toBe('1/1');
  });

  it('an agent who still has the conversation from yesterday and says nothing today has not served today', () => {
    const lines = [
      '2026-11-22 20:00:00 shopper',
      '2026-11-22 20:00:10 assigned',
      '2026-11-22 20:01:00 agent',
      '10:00:00 shopper',
    ];
    expect(figure(DOUDIAN, 'not-served-rate', ownedBy('mei', story(lines)))).toBe('1/2');
  });
});

it('bad ratings are one and two stars, as the shop may set otherwise', () => {
  const ratings = [rating(1), rating(2), rating(3), rating(5), rating(null), rating(1, { responder: 'bot' })];
  expect(figure(DOUDIAN, 'dissatisfied-rate', [], { ratings })).toBe('2/4');
  expect(figure(DOUDIAN, 'dissatisfied-rate', [], { ratings: [rating(1, { at: at('23:30:00') })] })).toBe('1/1');
  expect(figure(DOUDIAN, 'dissatisfied-rate', [], { ratings, asOf: '11:59:59' })).toBe('0/0');
  const strict = configureProfile(DOUDIAN, { metrics: { 'dissatisfied-rate': { scores: [1, 2, 3] } } });
  expect(figure(strict, 'dissatisfied-rate', [], { ratings })).toBe('3/4');
  const old = [rating(1, { at: at('2026-10-01 12:00:00') })];
  expect(figure(DOUDIAN, 'dissatisfied-rate', [], { ratings: old })).toBe('0/0');
});
