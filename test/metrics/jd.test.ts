// 咚咚: sessions judged by their start and their first answer, 留言 judged apart.
import { describe, expect, it } from 'vitest';
import { JD } from '../../src/metrics/profiles/jd.ts';
import { buildRounds, readTimeline } from '../../src/metrics/rounds.ts';
import { at, figure, rating, story } from './story.ts';

const of = (id: string) => (lines: string[], asOf?: string) => figure(JD, id, story(lines), asOf ? { asOf } : {});
const first = of('first-thirty-seconds-rate');
const average = of('average-response');

describe('the first thirty seconds', () => {
  it.each([
    ['10:00:30', '1/1'],
    ['10:00:31', '0/1'],
  ])('a first answer at %s to a question at 10:00:00 is %s', (time, expected) => {
    expect(first(['10:00:00 shopper', `${time} agent`])).toBe(expected);
  });

  it('only the first answer of a session is judged', () => {
    expect(first(['10:00:00 shopper', '10:00:20 agent', '10:01:00 shopper', '10:09:00 agent'])).toBe('1/1');
  });

  it.each([
    ['08:59:59', '0/0'],
    ['09:00:00', '1/1'],
    ['22:59:59', '1/1'],
    ['23:00:00', '0/0'],
  ])('a session begun at %s counts as %s', (time, expected) => {
    expect(first([`${time} shopper`, `${time} agent`])).toBe(expected);
  });

  it('begun at 8:56 and answered at 9:01 it does not count, nor does anything later in it', () => {
    const lines = ['08:56:00 shopper', '09:01:00 agent', '09:02:00 shopper', '09:02:10 agent'];
    expect(first(lines)).toBe('0/0');
    expect(average(lines)).toBe('none');
  });

  it('begun at 22:59 its later rounds count after 23:00', () => {
    expect(average(['22:59:00 shopper', '22:59:10 agent', '23:10:00 shopper', '23:10:30 agent'])).toBe('20 s over 2');
  });

  it('the answer of the robot is not the first human one', () => {
    expect(first(['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper', '10:01:31 agent'])).toBe('0/1');
    expect(first(['10:00:00 shopper', '10:00:01 bot'])).toBe('0/0');
    expect(first(['10:00:00 shopper', '10:00:20 assist'])).toBe('1/1');
  });

  it('within ten minutes after its end it is the same session, later a new one', () => {
    const until = ['10:00:00 shopper', '10:00:10 agent', '10:05:00 closed'];
    expect(first([...until, '10:15:00 shopper', '10:16:00 agent'])).toBe('1/1');
    expect(first([...until, '10:15:01 shopper', '10:16:00 agent'])).toBe('1/2');
  });

  it('while a person has the conversation no silence ends it', () => {
    expect(first(['10:00:00 shopper', '10:00:10 agent', '11:00:00 shopper', '11:05:00 agent'])).toBe('1/1');
  });

  it('who waits and asks again is in one session', () => {
    const { sessions } = readTimeline(
      story(['10:00:00 shopper', '11:00:00 shopper', '11:00:10 agent']),
      JD,
      at('12:00:00'),
    );
    expect(sessions).toMatchObject([{ questions: 2, humanReplies: [{ since: at('10:00:00') }] }]);
  });

  it('closed without an answer it was not answered', () => {
    const lines = ['10:00:00 shopper', '10:00:10 closed'];
    expect(first(lines)).toBe('0/1');
    expect(buildRounds(story(lines), JD, at('12:00:00'))[0]).toMatchObject({ state: 'unanswered', endedBy: 'closed' });
  });

  it('a transfer without a reply keeps the first clock', () => {
    expect(first(['10:00:00 shopper', '10:00:20 transferred', '10:00:29 shuai'])).toBe('1/1');
    expect(first(['10:00:00 shopper', '10:00:20 transferred', '10:00:40 shuai'])).toBe('0/1');
  });

  it('unanswered until midnight is a miss, and the morning is another session', () => {
    const lines = ['22:50:00 shopper', '2026-11-24 09:00:00 shopper', '2026-11-24 09:00:05 agent'];
    expect(first(lines, '2026-11-24 12:00:00')).toBe('1/2');
  });

  it('a card of the system starts no session', () => {
    const items = story(['08:50:00 system-card', '09:00:00 shopper', '09:00:10 agent']);
    expect(figure(JD, 'first-thirty-seconds-rate', items)).toBe('1/1');
    expect(readTimeline(items, JD, at('12:00:00')).sessions.map((s) => s.startedAt)).toEqual([at('09:00:00')]);
  });
});

describe('留言', () => {
  const night = ['10:00:00 shopper', '10:00:01 left-message', '10:20:00 shopper', '14:00:00 agent'];

  it('is not judged by seconds, and what follows the answer is again', () => {
    expect(first(night)).toBe('0/0');
    expect(average(night)).toBe('none');
    expect(average([...night, '14:01:00 shopper', '14:01:15 agent'])).toBe('15 s over 1');
  });

  it('lasts until somebody is there, the conversation is closed, or the day is over', () => {
    const left = ['10:00:00 shopper', '10:00:00 bot', '10:00:01 left-message'];
    expect(first([...left, '10:20:00 shopper', '10:25:00 agent'])).toBe('0/0');
    expect(first([...left, '10:10:00 assigned', '10:20:00 shopper', '10:20:10 agent'])).toBe('1/1');
    expect(first([...left, '10:05:00 closed', '11:00:00 shopper', '11:00:10 agent'])).toBe('1/1');
    const morning = [...left, '2026-11-24 09:30:00 shopper', '2026-11-24 09:30:10 agent'];
    expect(first(morning, '2026-11-24 12:00:00')).toBe('1/1');
  });

  it('is a share of all who asked for a person; sessions begun at night are 留言', () => {
    const served = story(['10:00:00 shopper', '10:00:05 agent'], { conversationId: 'c2' });
    const late = story(['23:30:00 shopper', '23:30:00 handed-off'], { conversationId: 'c3' });
    const byBot = story(['23:40:00 shopper', '23:40:01 bot'], { conversationId: 'c4' });
    const all = [...story(night), ...served, ...late, ...byBot];
    expect(figure(JD, 'left-message-rate', all)).toBe('2/3');
  });
});

it('answered ÷ asked is without 留言', () => {
  const one = (conversationId: string, ...lines: string[]) => story(['10:00:00 shopper', ...lines], { conversationId });
  const all = [
    ...one('c1', '10:00:01 handed-off', '10:30:00 agent'),
    ...one('c2', '10:00:01 handed-off', '10:20:00 closed'),
    ...one('c3', '10:00:01 left-message'),
    ...one('c4', '10:00:01 bot'),
  ];
  expect(figure(JD, 'reply-rate', all)).toBe('1/2');
  const reopened = one('c1', '10:00:01 assigned', '10:02:00 closed', '10:05:00 shopper');
  expect(figure(JD, 'reply-rate', reopened, { asOf: '10:03:00' })).toBe('0/1');
  expect(figure(JD, 'reply-rate', reopened, { asOf: '10:06:00' })).toBe('0/0');
});

it('satisfied are four and five stars', () => {
  expect(figure(JD, 'satisfied-rate', [], { ratings: [rating(5), rating(4), rating(3), rating(null)] })).toBe('2/3');
});
