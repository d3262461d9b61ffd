// 旺旺: the three-minute rate and the average response, by the worked example and at their edges.
import { describe, expect, it } from 'vitest';
import { configureProfile } from '../../src/metrics/profile.ts';
import { TAOBAO } from '../../src/metrics/profiles/taobao.ts';
import { buildRounds } from '../../src/metrics/rounds.ts';
import { at, figure, story } from './story.ts';

const rate = (lines: string[], profile = TAOBAO, asOf?: string) =>
  figure(profile, 'three-minute-rate', story(lines), asOf ? { asOf } : {});
const average = (lines: string[], profile = TAOBAO) => figure(profile, 'average-response', story(lines));

describe('the worked example', () => {
  const first = ['10:10:15 shopper', '10:15:20 shopper', '10:18:10 agent'];
  const then = [...first, '10:18:30 shopper', '10:19:00 agent'];

  it('two questions and one late reply are one round, missed', () => {
    expect(rate(first)).toBe('0/1');
    const [round] = buildRounds(story(first), TAOBAO, at('10:18:10'));
    expect(round).toMatchObject({
      questions: 2,
      state: 'answered',
      responder: 'agent',
      agentId: 'mei',
      day: '2026-11-23',
    });
    expect(round!.waitedMs).toBe(475_000);
  });

  it('the next question, answered at once, makes it one of two', () => {
    expect(rate(then)).toBe('1/2');
    expect(average(then)).toBe('252.5 s over 2');
  });
});

describe('the three-minute rate', () => {
  it.each([
    ['10:03:00', '1/1'],
    ['10:03:01', '0/1'],
  ])('a reply at %s to a question at 10:00:00 is %s', (time, expected) => {
    expect(rate(['10:00:00 shopper', `${time} agent`])).toBe(expected);
  });

  it.each([
    ['07:59:59', '0/0'],
    ['08:00:00', '1/1'],
    ['22:59:59', '1/1'],
    ['23:00:00', '0/0'],
  ])('a question at %s counts as %s', (time, expected) => {
    expect(rate([`${time} shopper`, `${time} agent`])).toBe(expected);
  });

  it('a question before the hours, answered inside them, is not looked at', () => {
    expect(rate(['07:59:59 shopper', '08:00:30 agent'])).toBe('0/0');
  });

  it('asked before the hours and again inside them, the wait is counted from inside', () => {
    const lines = ['07:50:00 shopper', '08:01:00 shopper', '08:02:00 agent'];
    expect(rate(lines)).toBe('1/1');
    expect(average(lines)).toBe('60 s over 1');
  });

  it('where the sources disagree the shop decides: until midnight, and answered inside the hours', () => {
    const late = configureProfile(TAOBAO, { window: { fromMinute: 480, untilMinute: 1440 } });
    expect(rate(['23:30:00 shopper', '23:31:00 agent'], late)).toBe('1/1');
    const either = configureProfile(TAOBAO, { windowBy: 'message-or-reply' });
    expect(rate(['07:59:00 shopper', '08:00:30 agent'], either)).toBe('1/1');
    expect(rate(['07:50:00 shopper', '07:51:00 agent'], either)).toBe('0/0');
    expect(rate(['07:59:00 shopper', '08:05:00 transferred', '08:06:00 shuai'], either)).toBe('1/1');
  });

  it('unanswered until midnight is a miss, whatever follows', () => {
    const lines = [
      '22:59:00 shopper',
      '2026-11-24 00:00:01 agent',
      '2026-11-24 09:00:00 shopper',
      '2026-11-24 09:01:00 agent',
    ];
    expect(rate(['22:59:00 shopper'])).toBe('0/1');
    expect(rate(lines, TAOBAO, '2026-11-24 10:00:00')).toBe('1/2');
    expect(buildRounds(story(lines), TAOBAO, at('2026-11-24 10:00:00')).map((r) => [r.day, r.endedBy])).toEqual([
      ['2026-11-23', 'midnight'],
      ['2026-11-24', 'reply'],
    ]);
  });

  it('asked again after midnight is a round of the new day', () => {
    const lines = ['22:00:00 shopper', '2026-11-24 08:00:00 shopper', '2026-11-24 08:01:00 agent'];
    expect(rate(lines, TAOBAO, '2026-11-24 12:00:00')).toBe('1/2');
  });

  it('only the last thirty days count', () => {
    const lines = ['2026-10-24 10:00:00 shopper', '2026-10-25 10:00:00 shopper', '10:00:00 shopper', '10:01:00 agent'];
    expect(rate(lines, TAOBAO, '23:59:59')).toBe('1/2');
  });

  it('what can still be answered in time is not counted yet, what cannot is a miss already', () => {
    expect(rate(['10:00:00 shopper'], TAOBAO, '10:03:00')).toBe('0/0');
    expect(rate(['10:00:00 shopper'], TAOBAO, '10:03:01')).toBe('0/1');
  });

  it('a transfer without a reply is an unanswered round of the first agent; the second one has a clock of his own', () => {
    const lines = ['10:00:00 shopper', '10:02:00 transferred', '10:04:00 shuai'];
    expect(rate(lines)).toBe('1/2');
    const rounds = buildRounds(story(lines), TAOBAO, at('12:00:00'));
    expect(rounds.map((r) => [r.agentId, r.state, r.endedBy, r.waitedMs])).toEqual([
      ['mei', 'unanswered', 'transfer', 120_000],
      ['shuai', 'answered', 'reply', 120_000],
    ]);
  });

  it('a word before the transfer saves the round', () => {
    expect(rate(['10:00:00 shopper', '10:01:00 agent', '10:02:00 transferred', '10:10:00 shuai'])).toBe('1/1');
  });

  it.each([
    ['shopper', '0/1'],
    ['card', '0/1'],
    ['system-card', '0/0'],
    ['spam', '0/0'],
    ['blacklisted', '0/0'],
  ])('an unanswered %s counts as %s', (word, expected) => {
    expect(rate([`10:00:00 ${word}`])).toBe(expected);
  });

  it('the clock starts with the shopper’s own words, not with the system card before them', () => {
    expect(average(['10:00:00 system-card', '10:05:00 shopper', '10:06:00 agent'])).toBe('60 s over 1');
    expect(average(['10:05:00 shopper', '10:05:30 system-card', '10:06:00 agent'])).toBe('60 s over 1');
  });

  it('a shopper who blocks the shop cannot be answered, and nothing is missed', () => {
    expect(rate(['10:00:00 shopper', '10:01:00 blocks-shop'])).toBe('0/0');
    expect(rate(['10:00:00 shopper', '10:01:00 blocks-shop', '11:00:00 shopper', '11:00:10 agent'])).toBe('1/1');
  });

  it('closing the conversation here ends no wait there', () => {
    expect(rate(['10:00:00 shopper', '10:01:00 closed', '10:02:00 agent'])).toBe('1/1');
    expect(rate(['10:00:00 shopper', '10:01:00 closed', '10:04:00 agent'])).toBe('0/1');
  });

  it('what is excluded stays a round, and says why', () => {
    const items = story([
      '10:00:00 system-card',
      '10:01:00 agent',
      '10:02:00 spam',
      '10:03:00 shopper',
      '10:04:00 blocks-shop',
    ]);
    expect(buildRounds(items, TAOBAO, at('12:00:00')).map((r) => [r.excluded, r.endedBy])).toEqual([
      ['system-card', 'reply'],
      ['spam', 'replaced'],
      ['blocked', 'blocked'],
    ]);
  });

  it('who is assigned while the shopper waits has missed the round', () => {
    const items = story(['10:00:00 shopper', '10:00:30 assigned']);
    expect(buildRounds(items, TAOBAO, at('2026-11-24 00:00:00'))).toMatchObject([
      { agentId: 'mei', state: 'unanswered' },
    ]);
  });

  it('a person in the platform’s own application is a person', () => {
    expect(rate(['10:00:00 shopper', '10:01:00 platform-agent'])).toBe('1/1');
  });
});

describe('robots', () => {
  it('in assist mode they count for the rate and not for the average', () => {
    const lines = ['10:00:00 shopper', '10:00:02 assist', '10:01:00 shopper', '10:02:00 agent'];
    expect(rate(lines)).toBe('2/2');
    expect(average(lines)).toBe('60 s over 1');
  });

  it('alone they are in neither, unless the shop says that they miss', () => {
    const lines = ['10:00:00 shopper', '10:00:00 bot', '10:01:00 shopper', '10:02:00 agent'];
    expect(rate(lines)).toBe('1/1');
    expect(average(lines)).toBe('60 s over 1');
    const strict = configureProfile(TAOBAO, { metrics: { 'three-minute-rate': { by: { bot: 'miss' } } } });
    expect(rate(lines, strict)).toBe('1/2');
  });

  it('a person who hands over again leaves the shopper waiting for the next one', () => {
    const lines = [
      '10:00:00 shopper',
      '10:00:10 agent',
      '10:05:00 shopper',
      '10:05:00 handed-off',
      '10:05:01 bot',
      '10:09:00 shuai',
    ];
    expect(rate(lines)).toBe('1/2');
  });

  it('once a person is asked for, the robot’s words end no wait', () => {
    const lines = ['10:00:00 shopper', '10:00:01 handed-off', '10:00:01 notice', '10:01:00 bot', '10:04:00 agent'];
    expect(rate(lines)).toBe('0/1');
  });
});

describe('the average response', () => {
  it('no round counts for more than ten minutes', () => {
    expect(average(['10:00:00 shopper', '10:10:00 agent'])).toBe('600 s over 1');
    expect(average(['10:00:00 shopper', '11:30:00 agent', '12:00:00 shopper', '12:00:20 agent'])).toBe('310 s over 2');
  });

  it('what stayed unanswered that day is left out, or is ten minutes, as the shop sets it', () => {
    const lines = ['10:00:00 shopper', '10:00:20 agent', '22:00:00 shopper'];
    expect(average(lines)).toBe('20 s over 1');
    const strict = configureProfile(TAOBAO, { metrics: { 'average-response': { unanswered: 'cap' } } });
    expect(average(lines, strict)).toBe('310 s over 2');
  });
});
