// The waiting time a shopper is told holds: in simulated days of several kinds the true wait lies inside the range.
import { describe, expect, it } from 'vitest';
import { foresee, type PastWait, waitingRange } from '../../src/handoff/waiting-range.ts';
import { type Load, simulateDay, type Told } from './waiting-simulation.ts';

const HOUR = 3_600;
const LOADS: Record<string, Load> = {
  calm: { agents: 4, each: 3, hours: 12, perHour: () => 70, online: () => 4 },
  busy: { agents: 4, each: 3, hours: 12, perHour: () => 96, online: () => 4 },
  rush: { agents: 6, each: 4, hours: 6, perHour: (s) => (s > HOUR && s < 3 * HOUR ? 280 : 150), online: () => 6 },
  'agents leave': {
    agents: 6,
    each: 4,
    hours: 6,
    perHour: () => 165,
    online: (s) => (s > 2 * HOUR && s < 4 * HOUR ? 3 : 6),
  },
};
const SEEDS = Array.from({ length: 60 }, (_, i) => 5_001 + i);

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const figuresOf = (told: readonly Told[]) => ({
  n: told.length,
  inside: told.filter((t) => t.waitSeconds >= t.fromSeconds && t.waitSeconds <= t.toSeconds).length / told.length,
  width: median(told.map((t) => t.toSeconds - t.fromSeconds)),
  wait: median(told.map((t) => t.waitSeconds)),
});
const line = (name: string, { n, inside, width, wait }: ReturnType<typeof figuresOf>) =>
  `${name}: ${n} waits, ${(inside * 100).toFixed(1)} % inside, median width ${width.toFixed(0)} s, median wait ${wait.toFixed(0)} s`;

describe('in simulated days', () => {
  const days = Object.entries(LOADS).map(([name, load]) => ({
    name,
    told: SEEDS.flatMap((seed) => simulateDay(load, seed)),
  }));
  const queued = days.map(({ name, told }) => ({ name, told: told.filter((t) => !t.wasFree) }));

  it('eight of ten true waits lie inside the range, in every kind of day and over all of them', () => {
    for (const { name, told } of days) console.info(line(`${name}, everybody`, figuresOf(told)));
    for (const { name, told } of queued) {
      const figures = figuresOf(told);
      console.info(line(`${name}, nobody was free`, figures));
      expect(figures.n).toBeGreaterThan(1_000);
      expect(figures.inside, name).toBeGreaterThanOrEqual(0.8);
    }
    expect(figuresOf(days.flatMap((d) => d.told)).inside).toBeGreaterThanOrEqual(0.8);
  });

  it('the range of who has to wait is no wider than the wait itself', () => {
    const all = figuresOf(queued.flatMap((d) => d.told));
    console.info(line('all, nobody was free', all));
    expect(all.width).toBeLessThanOrEqual(all.wait);
    // one or two releases are a gamble whoever foretells them: a calm day's short queues are the exception
    for (const { name, told } of queued.filter((d) => d.name !== 'calm')) {
      const { width, wait } = figuresOf(told);
      expect(width, name).toBeLessThanOrEqual(wait);
    }
  });
});

describe('what is said', () => {
  const waits = (n: number, ms = 20_000): PastWait[] => Array.from({ length: n }, () => ({ ms, foreseen: null }));

  it('is nothing while nothing was measured', () => {
    expect(foresee(0, { waits: [], free: 3, perHour: null })).toBeNull();
    expect(foresee(0, { waits: waits(4), free: 3, perHour: 40 })).toBeNull();
    expect(foresee(5, { waits: waits(50), free: 0, perHour: null })).toBeNull();
    expect(foresee(5, { waits: waits(50), free: 0, perHour: 0 })).toBeNull();
  });

  it('follows the place, the free agents and their pace', () => {
    const seconds = (before: number, free: number, perHour: number) =>
      foresee(before, { waits: waits(50), free, perHour })!.seconds;
    expect(seconds(0, 1, 60)).toBe(20);
    expect(seconds(0, 0, 60)).toBe(80);
    expect(seconds(4, 2, 60)).toBe(20 + 3 * 60);
    expect(seconds(4, 0, 120)).toBe(20 + 5 * 30);
  });

  it('learns from how far off the last expectations were', () => {
    const late = Array.from({ length: 100 }, () => ({ ms: 400_000, foreseen: { seconds: 200, releases: 4 } }));
    const just = Array.from({ length: 100 }, () => ({ ms: 200_000, foreseen: { seconds: 200, releases: 4 } }));
    const foreseen = { seconds: 200, releases: 4 };
    expect(waitingRange(foreseen, late).toSeconds).toBeGreaterThan(waitingRange(foreseen, just).toSeconds);
    expect(waitingRange(foreseen, late).toSeconds).toBeGreaterThanOrEqual(400);
  });

  it('is rounded as people say it, and never empty', () => {
    for (let seconds = 1; seconds < 20_000; seconds = Math.ceil(seconds * 1.1)) {
      for (const releases of [0, 1, 4, 30, 200]) {
        const { fromSeconds, toSeconds } = waitingRange({ seconds, releases }, []);
        expect(fromSeconds).toBeLessThan(toSeconds);
        const step = (s: number) => (s < 60 ? 10 : s < 1_200 ? 60 : s < 3_600 ? 300 : 1_800);
        expect(toSeconds % step(toSeconds)).toBe(0);
        expect(fromSeconds % (toSeconds >= 60 && fromSeconds < 60 ? 30 : step(fromSeconds))).toBe(0);
      }
    }
  });
});
