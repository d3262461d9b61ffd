// 微信客服: the platform's own statistics under their official names, by natural day.
import { describe, expect, it } from 'vitest';
import { measure } from '../../src/metrics/measure.ts';
import { WECOM_KF } from '../../src/metrics/profiles/wecom-kf.ts';
import { readTimeline } from '../../src/metrics/rounds.ts';
import { at, figure, rating, story } from './story.ts';

const of = (id: string, lines: string[], asOf?: string) => figure(WECOM_KF, id, story(lines), asOf ? { asOf } : {});

it('carries the official field names, misspelling included', () => {
  expect(measure(WECOM_KF, [], [], at('12:00:00')).map((f) => f.id)).toEqual([
    'session_cnt',
    'customer_cnt',
    'customer_msg_cnt',
    'reply_rate',
    'first_reply_average_sec',
    'satisfaction_investgate_cnt',
    'satisfaction_participation_rate',
    'satisfied_rate',
    'middling_rate',
    'dissatisfied_rate',
    'ai_session_reply_cnt',
    'ai_transfer_rate',
  ]);
});

it('counts sessions that reached a servicer, customers once, and their messages', () => {
  const items = [
    ...story([
      '10:00:00 shopper',
      '10:00:05 card',
      '10:00:10 assigned',
      '10:01:00 closed',
      '11:00:00 shopper',
      '11:00:01 assigned',
    ]),
    ...story(['10:00:00 shopper', '10:00:01 bot'], { conversationId: 'c2' }),
  ];
  expect(figure(WECOM_KF, 'session_cnt', items)).toBe('2');
  expect(figure(WECOM_KF, 'customer_cnt', items)).toBe('1');
  expect(figure(WECOM_KF, 'customer_msg_cnt', items)).toBe('3');
  expect(figure(WECOM_KF, 'ai_session_reply_cnt', items)).toBe('1');
});

it('a session that the servicer opened is his as soon as the customer speaks, and one handed over is for a person', () => {
  expect(of('session_cnt', ['10:00:00 agent', '10:05:00 shopper'])).toBe('1');
  expect(of('reply_rate', ['10:00:00 agent', '10:05:00 shopper'])).toBe('0/1');
  const handed = readTimeline(story(['10:00:00 handed-off', '10:05:00 shopper']), WECOM_KF, at('12:00:00'));
  expect(handed.sessions).toMatchObject([{ humanAskedAt: at('10:05:00'), assignedAt: null }]);
});

describe('the reply rate', () => {
  it('a session assigned and answered the same day is answered, the next day it is not', () => {
    expect(of('reply_rate', ['23:50:00 shopper', '23:50:10 assigned', '23:59:59 agent'])).toBe('1/1');
    expect(of('reply_rate', ['23:50:00 shopper', '23:50:10 assigned', '2026-11-24 00:00:00 agent'])).toBe('0/1');
  });

  it('closed without a word is unanswered; a welcome is no word', () => {
    expect(
      of('reply_rate', ['10:00:00 shopper', '10:00:01 assigned', '10:00:01 greeting', '10:05:00 closed'], '11:00:00'),
    ).toBe('0/1');
  });

  it('counts at every hour', () => {
    expect(of('reply_rate', ['03:00:00 shopper', '03:00:01 assigned', '03:01:00 agent'], '04:00:00')).toBe('1/1');
  });
});

describe('the first reply', () => {
  it('runs from the message that the servicer found, not from what the bot had answered', () => {
    const lines = [
      '10:00:00 shopper',
      '10:00:01 bot',
      '10:02:00 shopper',
      '10:02:01 handed-off',
      '10:02:03 assigned',
      '10:02:17 agent',
    ];
    expect(of('first_reply_average_sec', lines, '12:00:00')).toBe('17 s over 1');
  });

  it('only the first one of a session, over the sessions that were answered', () => {
    const lines = [
      '10:00:00 shopper',
      '10:00:01 assigned',
      '10:00:10 agent',
      '10:01:00 shopper',
      '10:05:00 agent',
      '10:06:00 closed',
    ];
    const more = [
      ...lines,
      '11:00:00 shopper',
      '11:00:01 assigned',
      '11:00:30 agent',
      '11:01:00 closed',
      '12:00:00 shopper',
      '12:00:01 assigned',
    ];
    expect(of('first_reply_average_sec', more, '23:00:00')).toBe('20 s over 2');
  });

  it('a transfer before the first reply does not restart it', () => {
    const lines = ['10:00:00 shopper', '10:00:01 assigned', '10:01:00 transferred', '10:01:30 shuai'];
    expect(of('first_reply_average_sec', lines, '12:00:00')).toBe('90 s over 1');
  });
});

it('satisfaction is asked, answered, and of three kinds', () => {
  const ratings = [rating(5), rating(3), rating(1), rating(null), rating(4, { at: at('2026-11-22 12:00:00') })];
  const asked = (id: string) => figure(WECOM_KF, id, [], { ratings, asOf: '23:00:00' });
  expect(asked('satisfaction_investgate_cnt')).toBe('4');
  expect(asked('satisfaction_participation_rate')).toBe('3/4');
  expect([asked('satisfied_rate'), asked('middling_rate'), asked('dissatisfied_rate')]).toEqual(['1/3', '1/3', '1/3']);
});

it('handed over by the bot ÷ sessions of the bot', () => {
  const items = [
    ...story(['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper', '10:01:00 handed-off']),
    ...story(['10:00:00 shopper', '10:00:01 bot', '10:10:00 closed'], { conversationId: 'c2' }),
    ...story(['10:00:00 shopper', '10:00:01 assigned'], { conversationId: 'c3' }),
  ];
  expect(figure(WECOM_KF, 'ai_transfer_rate', items, { asOf: '12:00:00' })).toBe('1/2');
});
