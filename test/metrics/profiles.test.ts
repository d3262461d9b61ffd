// Profiles as data: complete, sourced, and set by the shop only where there is something to set.
import { describe, expect, it } from 'vitest';
import { isWithin } from '../../src/metrics/local-time.ts';
import { configureProfile, headlineOf } from '../../src/metrics/profile.ts';
import { GENERIC } from '../../src/metrics/profiles/generic.ts';
import { PROFILES, profileOf } from '../../src/metrics/profiles/table.ts';
import { TAOBAO } from '../../src/metrics/profiles/taobao.ts';
import { at } from './story.ts';

describe.each(PROFILES.map((p) => [p.id, p] as const))('%s', (id, profile) => {
  it('is found by its id, and each metric has a name and a source of its own', () => {
    expect(profileOf(id)).toBe(profile);
    expect(new Set(profile.metrics.map((row) => row.id)).size).toBe(profile.metrics.length);
    for (const row of profile.metrics) {
      expect(row.name).toMatch(/[\u4e00-\u9fff]/);
      expect(row.source.length).toBeGreaterThan(8);
    }
  });

  it('leads with a rate it has', () => {
    expect(headlineOf(profile)?.id ?? null).toBe(profile.headline);
  });
});

it('an unknown profile is refused with those that are there', () => {
  expect(() => profileOf('amazon')).toThrow('taobao');
});

describe('what a shop sets', () => {
  it('changes the profile it gets and not the one that is shared', () => {
    const mine = configureProfile(TAOBAO, {
      round: { transfer: 'goes-on' },
      metrics: { 'three-minute-rate': { target: 0.9, days: 7 } },
    });
    expect(mine.round).toEqual({ ...TAOBAO.round, transfer: 'goes-on' });
    expect(headlineOf(mine)).toMatchObject({ target: 0.9, days: 7, limitMs: 180_000 });
    expect(headlineOf(TAOBAO)).toMatchObject({ target: null, days: 30 });
  });

  it.each([
    ['a metric that is not there', { metrics: { 'two-minute-rate': {} } }, 'two-minute-rate'],
    ['a key that the metric does not have', { metrics: { 'three-minute-rate': { capMs: 1 } } }, 'capMs'],
    ['a lead that is no rate', { headline: 'average-response' }, 'average-response'],
  ])('%s is refused', (_what, settings, named) => {
    expect(() => configureProfile(TAOBAO, settings)).toThrow(named);
  });

  it('unanswered rounds cannot count as a cap that is not there', () => {
    expect(() => configureProfile(GENERIC, { metrics: { 'average-response': { unanswered: 'cap' } } })).toThrow('cap');
  });
});

it('hours are those of Asia/Shanghai at every instant', () => {
  const hour = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' });
  for (let t = at('2026-01-01 00:00:00'); t < at('2026-12-31 00:00:00'); t += 5_000_000) {
    const h = Number(hour.format(t));
    expect(isWithin({ fromMinute: 8 * 60, untilMinute: 23 * 60 }, t)).toBe(h >= 8 && h < 23);
  }
});
