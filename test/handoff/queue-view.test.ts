// Whose case goes before whose, and which cases may wait for the morning: the rules without rows.
import { describe, expect, it } from 'vitest';
import type { RiskSignal } from '../../src/contract/decision.ts';
import { isOrdinary } from '../../src/handoff/guards.ts';
import type { Desk, InLine } from '../../src/handoff/queue-store.ts';
import { goesBefore, placesOf } from '../../src/handoff/queue-view.ts';

const desk = (teams: string[], online = true): Desk => ({ teams, online, capacity: 4, load: 0 });

describe('a case of another team', () => {
  it('goes before when everybody who serves this team serves that one too', () => {
    const both = [desk(['insale', 'aftersale']), desk([])];
    expect(goesBefore(both, 'insale', 'aftersale')).toBe(true);
    expect(goesBefore([...both, desk(['insale'])], 'insale', 'aftersale')).toBe(false);
    expect(goesBefore([...both, desk(['insale'])], 'aftersale', 'insale')).toBe(true);
  });

  it('is judged by who is online; while nobody is, by all', () => {
    const staff = [desk(['insale'], false), desk(['insale', 'aftersale'])];
    expect(goesBefore(staff, 'insale', 'aftersale')).toBe(true);
    expect(
      goesBefore(
        staff.map((s) => ({ ...s, online: false })),
        'insale',
        'aftersale',
      ),
    ).toBe(false);
  });

  it('does not count where nobody serves the team', () => {
    expect(goesBefore([], 'insale', 'aftersale')).toBe(false);
    expect(goesBefore([], 'insale', 'insale')).toBe(true);
    expect(goesBefore([desk(['aftersale'])], 'insale', 'aftersale')).toBe(false);
  });
});

it('places are counted along the line, among what goes before', () => {
  const inLine = (team: string) => ({ team, weight: 1 }) as InLine;
  const view = (team: string) => ({
    sight: { agentsOnline: 1, isOpen: true, backAt: null },
    pace: { waits: [], free: 0, perHour: null },
    goesBefore: (other: string) => team === 'b' || other === team,
  });
  const places = placesOf([inLine('a'), inLine('b'), inLine('a'), inLine('b')], view);
  expect(places.map((p) => p.position)).toEqual([1, 2, 2, 4]);
  expect(places[3]!.range()).toBeNull();
});

describe('an ordinary case', () => {
  const signal = (kind: RiskSignal['kind'], level: RiskSignal['level']): RiskSignal => ({
    rule: kind,
    level,
    kind,
    evidence: '…',
    score: 1,
  });
  const ask = signal('asks_for_human', 'R2');

  it('is a question without an answer, and who only asked for a person', () => {
    expect(isOrdinary({ risk: 'R3', reason: 'low_confidence', signals: [] })).toBe(true);
    expect(isOrdinary({ risk: 'none', reason: 'policy', signals: [] })).toBe(true);
    expect(isOrdinary({ risk: 'R2', reason: 'asked_for_human', signals: [ask] })).toBe(true);
  });

  it.each(['safety', 'law', 'complaint', 'scam'] as const)('is never one with a sign of %s in it', (kind) => {
    expect(isOrdinary({ risk: 'R2', reason: 'asked_for_human', signals: [ask, signal(kind, 'R2')] })).toBe(false);
    expect(isOrdinary({ risk: 'R1', reason: 'risk', signals: [signal(kind, 'R1')] })).toBe(false);
  });

  it('is no complaint, however it was found, and nothing above R3', () => {
    expect(isOrdinary({ risk: 'R3', reason: 'complaint', signals: [] })).toBe(false);
    expect(isOrdinary({ risk: 'R2', reason: 'authority', signals: [signal('authority', 'R2')] })).toBe(false);
  });
});
