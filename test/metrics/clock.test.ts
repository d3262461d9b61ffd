// The clocks of one conversation: who waits since when, the reminder after a hundred seconds, and the next deadline of each platform.
import { describe, expect, it } from 'vitest';
import { countdown, waitingSince } from '../../src/metrics/clock.ts';
import { configureProfile } from '../../src/metrics/profile.ts';
import { DOUDIAN } from '../../src/metrics/profiles/doudian.ts';
import { JD } from '../../src/metrics/profiles/jd.ts';
import { PINDUODUO } from '../../src/metrics/profiles/pinduoduo.ts';
import { TAOBAO } from '../../src/metrics/profiles/taobao.ts';
import { WECOM_KF } from '../../src/metrics/profiles/wecom-kf.ts';
import { at, story } from './story.ts';

const since = (lines: string[], now = '12:00:00') => waitingSince(story(lines), at(now));
const clock = (profile: typeof TAOBAO, lines: string[], now: string) => countdown(profile, story(lines), at(now));

describe('since when the shopper waits', () => {
  it.each([
    ['nobody has spoken', [], null],
    ['the first unanswered message', ['10:00:00 shopper', '10:01:00 shopper', '10:02:00 card'], '10:00:00'],
    ['answered', ['10:00:00 shopper', '10:01:00 agent'], null],
    ['answered, and asked again', ['10:00:00 shopper', '10:01:00 agent', '10:02:00 shopper'], '10:02:00'],
    ['answered by the bot while it has the conversation', ['10:00:00 shopper', '10:00:01 bot'], null],
    [
      'asked for a person; the bot only reassures',
      ['10:00:00 shopper', '10:00:01 handed-off', '10:00:01 notice', '10:01:00 bot'],
      '10:00:00',
    ],
    [
      'a note, a notice and a welcome answer nothing',
      ['10:00:00 shopper', '10:01:00 note', '10:01:01 notice', '10:01:02 greeting'],
      '10:00:00',
    ],
    ['a transfer keeps the age', ['10:00:00 shopper', '10:01:00 transferred'], '10:00:00'],
    ['closed', ['10:00:00 shopper', '10:01:00 closed'], null],
    ['spam and cards of the system wait for nobody', ['10:00:00 spam', '10:01:00 system-card'], null],
    ['the shopper blocked the shop', ['10:00:00 shopper', '10:01:00 blocks-shop'], null],
    ['left a message while nobody was there', ['10:00:00 shopper', '10:00:05 left-message'], '10:00:00'],
  ])('%s', (_what, lines, expected) => {
    expect(since(lines)).toBe(expected === null ? null : at(expected));
  });

  it('midnight answers nobody', () => {
    expect(since(['23:50:00 shopper'], '2026-11-24 09:00:00')).toBe(at('23:50:00'));
  });

  it('what has not happened yet is not known yet', () => {
    const lines = ['10:00:00 shopper', '10:05:00 agent'];
    expect(since(lines, '10:04:59')).toBe(at('10:00:00'));
    expect(since(lines, '10:05:00')).toBeNull();
  });
});

describe('the countdown', () => {
  it('reminds at a hundred seconds and counts to three minutes', () => {
    const lines = ['10:00:00 shopper'];
    expect(clock(TAOBAO, lines, '10:01:39')).toMatchObject({ waitedMs: 99_000, isSlow: false, slowAt: at('10:01:40') });
    expect(clock(TAOBAO, lines, '10:01:40')).toMatchObject({ isSlow: true });
    expect(clock(TAOBAO, lines, '10:02:00')?.next).toEqual({
      metric: 'three-minute-rate',
      dueAt: at('10:03:00'),
      leftMs: 60_000,
    });
    expect(clock(TAOBAO, lines, '10:03:01')).toMatchObject({ next: null, deadlines: [{ leftMs: -1_000 }] });
  });

  it('is not there when nobody waits', () => {
    expect(clock(TAOBAO, ['10:00:00 shopper', '10:00:10 agent'], '10:01:00')).toBeNull();
  });

  it('outside the hours there is a shopper who waits, and no deadline', () => {
    const waiting = clock(TAOBAO, ['23:00:00 shopper'], '23:10:00');
    expect(waiting).toMatchObject({ since: at('23:00:00'), isSlow: true, deadlines: [], next: null });
  });

  it('after midnight the round is lost and the shopper still waits', () => {
    expect(clock(DOUDIAN, ['22:50:00 shopper'], '2026-11-24 08:00:00')).toMatchObject({
      since: at('22:50:00'),
      deadlines: [],
    });
  });

  it('the second agent has a clock of his own where the platform gives him one', () => {
    const lines = ['10:00:00 shopper', '10:02:00 transferred'];
    expect(clock(TAOBAO, lines, '10:02:30')?.next?.dueAt).toBe(at('10:05:00'));
    expect(clock(DOUDIAN, lines, '10:02:30')?.next?.dueAt).toBe(at('10:03:00'));
  });

  it('of several rates the earliest that has not passed comes first', () => {
    const lines = ['10:00:00 shopper'];
    expect(clock(PINDUODUO, lines, '10:01:00')?.deadlines.map((d) => d.dueAt)).toEqual(
      ['10:03:00', '10:05:00', '11:00:00'].map(at),
    );
    expect(clock(PINDUODUO, lines, '10:04:00')?.next?.metric).toBe('five-minute-rate');
  });

  it('thirty seconds are for the first human answer of a session only', () => {
    expect(clock(JD, ['10:00:00 shopper'], '10:00:10')?.next?.dueAt).toBe(at('10:00:30'));
    const byBot = ['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper'];
    expect(clock(JD, byBot, '10:01:10')?.next?.dueAt).toBe(at('10:01:30'));
    const second = ['10:00:00 shopper', '10:00:20 agent', '10:01:00 shopper'];
    expect(clock(JD, second, '10:01:10')).toMatchObject({ since: at('10:01:00'), deadlines: [] });
    expect(clock(JD, ['10:00:00 shopper', '10:00:05 left-message'], '10:00:10')?.deadlines).toEqual([]);
  });

  it('what is left out of the rates has no deadline', () => {
    const lenient = configureProfile(DOUDIAN, { round: { leftMessage: 'left-out' } });
    const lines = ['10:00:00 shopper', '10:00:05 left-message'];
    expect(clock(lenient, lines, '10:00:10')?.deadlines).toEqual([]);
    expect(clock(DOUDIAN, lines, '10:00:10')?.deadlines).toHaveLength(1);
  });

  it('where the platform has no rate there is the reminder alone', () => {
    expect(clock(WECOM_KF, ['10:00:00 shopper'], '10:02:00')).toMatchObject({
      isSlow: true,
      deadlines: [],
      next: null,
    });
  });

  it('the shop sets when it is slow', () => {
    const patient = configureProfile(TAOBAO, { slowReplyMs: 150_000 });
    expect(clock(patient, ['10:00:00 shopper'], '10:02:29')).toMatchObject({ isSlow: false });
  });
});
