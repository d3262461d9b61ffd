// Which clock has run out when, and when clocks rest.
import { describe, expect, it } from 'vitest';
import { CLOCK_LIMITS, type ClockSight, runOut } from '../../src/handoff/clocks.ts';

const T0 = Date.parse('2026-11-27T02:00:00Z');
const sight = (now: number, more: Partial<ClockSight> = {}): ClockSight => ({
  id: '1',
  conversationId: '1',
  state: 'waiting',
  risk: 'none',
  team: 'insale',
  owner: null,
  ownerName: null,
  queuedAt: T0,
  dueAt: T0 + 180_000,
  firstReplyAt: null,
  awaitingSince: T0,
  now: T0 + now,
  ...more,
});
const names = (s: ClockSight, there = true) => runOut(s, CLOCK_LIMITS, there).map((r) => r.clock);

describe('the first reply', () => {
  it('is due at its moment, whoever holds the case, until a person has said something', () => {
    expect(names(sight(179_999))).toEqual([]);
    expect(names(sight(180_000))).toEqual(['first-reply']);
    expect(names(sight(180_000, { state: 'offered' }))).toEqual(['first-reply']);
    expect(names(sight(180_000, { state: 'with-agent', firstReplyAt: T0 + 60_000, awaitingSince: null }))).toEqual([]);
  });
});

describe('the next reply', () => {
  const held = { state: 'with-agent', firstReplyAt: T0 } as const;
  it('reminds the owner after 100 s and is late after three minutes', () => {
    expect(names(sight(99_999, held))).toEqual([]);
    expect(names(sight(100_000, held))).toEqual(['slow-reply']);
    expect(names(sight(180_000, held))).toEqual(['slow-reply', 'next-reply']);
  });
  it('reminds before the first reply too, without being late twice for the same', () => {
    expect(names(sight(200_000, { state: 'with-agent' }))).toEqual(['first-reply', 'slow-reply']);
  });
  it('rests while the shopper does not wait', () => {
    expect(names(sight(600_000, { ...held, awaitingSince: null }))).toEqual([]);
  });
});

describe('all clocks', () => {
  it('end with 24 hours', () => {
    const day = 24 * 3_600_000;
    const held = { state: 'with-agent', firstReplyAt: T0, awaitingSince: null } as const;
    expect(names(sight(day - 1, held))).toEqual([]);
    expect(names(sight(day, held))).toEqual(['resolution']);
  });
  it('rest while a case is deferred or over', () => {
    expect(names(sight(1e9, { state: 'deferred' }))).toEqual([]);
    expect(names(sight(1e9, { state: 'resolved' }))).toEqual([]);
  });
  it('rest while the team is away, but not for a danger, a legal matter or a complaint', () => {
    for (const risk of ['R3', 'R4', 'none'] as const) expect(names(sight(1e6, { risk }), false)).toEqual([]);
    for (const risk of ['R0', 'R1', 'R2'] as const) expect(names(sight(1e6, { risk }), false)).toEqual(['first-reply']);
  });
});
