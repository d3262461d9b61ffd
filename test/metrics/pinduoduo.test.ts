// 拼多多: by round and by hand, by inquiry and by anybody, by person and day.
import { describe, expect, it } from 'vitest';
import { PINDUODUO } from '../../src/metrics/profiles/pinduoduo.ts';
import { figure, rating, story } from './story.ts';

const of = (id: string) => (lines: string[], asOf?: string) =>
  figure(PINDUODUO, id, story(lines), asOf ? { asOf } : {});
const threeMinutes = of('three-minute-human-rate');
const fiveMinutes = of('five-minute-rate');
const effective = of('effective-reply-rate');

describe('the three-minute human rate', () => {
  it.each([
    ['07:59:59', '0/0'],
    ['08:00:00', '1/1'],
    ['22:59:59', '1/1'],
    ['23:00:00', '0/0'],
  ])('a question at %s counts as %s', (time, expected) => {
    expect(threeMinutes([`${time} shopper`, `${time} agent`])).toBe(expected);
  });

  it('a robot takes the round out, a person with its draft does not', () => {
    expect(threeMinutes(['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper', '10:01:05 assist'])).toBe('1/1');
  });

  it('unanswered until midnight is a miss', () => {
    expect(threeMinutes(['22:30:00 shopper', '2026-11-24 00:00:00 agent'], '2026-11-24 01:00:00')).toBe('0/1');
  });
});

describe('the five-minute rate', () => {
  it('asks of an inquiry only its first answer, and takes it from a robot', () => {
    const lines = ['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper', '10:09:00 agent'];
    expect(fiveMinutes(lines)).toBe('1/1');
  });

  it('five minutes are in time, a second more is not', () => {
    expect(fiveMinutes(['10:00:00 shopper', '10:05:00 agent'])).toBe('1/1');
    expect(fiveMinutes(['10:00:00 shopper', '10:05:01 agent'])).toBe('0/1');
  });

  it('half an hour after the robot’s last words it is another inquiry', () => {
    const lines = ['10:00:00 shopper', '10:00:01 bot', '10:30:02 shopper'];
    expect(fiveMinutes(lines)).toBe('1/2');
  });

  it('well rated answers of the robot are credited: a little is one, and never more than all', () => {
    const items = ['c1', 'c2', 'c3', 'c4'].flatMap((conversationId) => story(['10:00:00 shopper'], { conversationId }));
    const credited = (count: number, score = 5) =>
      figure(PINDUODUO, 'five-minute-rate', items, {
        ratings: Array.from({ length: count }, () => rating(score, { responder: 'bot' })),
      });
    expect(credited(0)).toBe('0/4');
    expect(credited(2)).toBe('1/4');
    expect(credited(10)).toBe('2/4');
    expect(credited(100)).toBe('4/4');
    expect(credited(10, 4)).toBe('0/4');
  });
});

describe('the effective reply rate', () => {
  it('one message unanswered for more than an hour loses the person for the day, however often', () => {
    const lines = ['10:00:00 shopper', '10:59:59 agent', '12:00:00 shopper', '13:00:01 agent', '15:00:00 shopper'];
    expect(effective(lines)).toBe('0/1');
    expect(effective(lines.slice(0, 2))).toBe('1/1');
  });

  it('counts each person once and each day by itself', () => {
    const good = story(['10:00:00 shopper', '10:30:00 agent', '11:00:00 shopper', '11:30:00 bot'], {
      conversationId: 'c1',
    });
    const bad = story(['10:00:00 shopper'], { conversationId: 'c2' });
    const yesterday = story(['2026-11-22 10:00:00 shopper'], { conversationId: 'c3' });
    expect(figure(PINDUODUO, 'effective-reply-rate', [...good, ...bad, ...yesterday], { asOf: '23:59:00' })).toBe(
      '1/2',
    );
    expect(figure(PINDUODUO, 'effective-reply-rate', yesterday, { asOf: '2026-11-22 23:59:00' })).toBe('0/1');
  });

  it('a person who can still be answered in time is not counted yet', () => {
    expect(effective(['10:00:00 shopper'], '10:59:00')).toBe('0/0');
    expect(effective(['10:00:00 shopper'], '11:00:01')).toBe('0/1');
  });
});
