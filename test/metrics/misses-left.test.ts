// "N more misses today drop the 30-day rate below 80 %".
import { describe, expect, it } from 'vitest';
import { missesLeft } from '../../src/metrics/misses-left.ts';
import { KUAISHOU } from '../../src/metrics/profiles/kuaishou.ts';
import { TAOBAO } from '../../src/metrics/profiles/taobao.ts';
import { WECOM_KF } from '../../src/metrics/profiles/wecom-kf.ts';
import { buildRounds } from '../../src/metrics/rounds.ts';
import { at, story } from './story.ts';

const NOW = at('20:00:00');

const history = (hits: number, misses: number, day = '2026-11-23') =>
  Array.from({ length: hits + misses }, (_, n) =>
    story([`${day} 10:00:00 shopper`, `${day} 10:0${n < hits ? 1 : 5}:00 agent`], { conversationId: `${day}-${n}` }),
  ).flat();

const left = (hits: number, misses: number, target: number, profile = TAOBAO) =>
  missesLeft(profile, buildRounds(history(hits, misses), profile, NOW), target, NOW)!;

describe('misses left today', () => {
  it('nine of ten in time and 80 %: one more is fine, the second drops it', () => {
    expect(left(9, 1, 0.8)).toMatchObject({ metric: 'three-minute-rate', left: 1, dropsAt: 2, hitsToRecover: 0 });
  });

  it('exactly on the line the next one drops it', () => {
    expect(left(8, 2, 0.8)).toMatchObject({ left: 0, dropsAt: 1, hitsToRecover: 0 });
  });

  it('below it says how many answers in time bring it back', () => {
    expect(left(7, 3, 0.8)).toMatchObject({ left: 0, dropsAt: 0, hitsToRecover: 5 });
    expect(left(9, 1, 1)).toMatchObject({ left: 0, dropsAt: 0, hitsToRecover: null });
  });

  it('without any round the first miss drops it', () => {
    expect(left(0, 0, 0.8)).toMatchObject({ share: { rate: null }, left: 0, dropsAt: 1 });
  });

  it('counts the last thirty days and no older one', () => {
    const rounds = buildRounds([...history(90, 0, '2026-10-24'), ...history(9, 1, '2026-10-25')], TAOBAO, NOW);
    expect(missesLeft(TAOBAO, rounds, 0.8, NOW)).toMatchObject({ share: { hits: 9, of: 10 }, left: 1 });
  });

  it('who waits too long already is among the misses, who can still be answered is not', () => {
    const waiting = (from: string) => story([`${from} shopper`], { conversationId: from });
    const rounds = buildRounds([...history(9, 1), ...waiting('19:56:59'), ...waiting('19:57:00')], TAOBAO, NOW);
    expect(missesLeft(TAOBAO, rounds, 0.8, NOW)).toMatchObject({ share: { hits: 9, of: 11 }, left: 0, dropsAt: 1 });
  });

  it('by person, a miss may be of somebody who was in time so far', () => {
    expect(left(9, 1, 0.8, KUAISHOU)).toMatchObject({ left: 1, dropsAt: 2 });
    expect(left(95, 5, 0.8, KUAISHOU)).toMatchObject({ left: 15 });
    expect(left(95, 5, 0.8)).toMatchObject({ left: 18 });
  });

  it('a platform without a rate has none left to lose', () => {
    expect(missesLeft(WECOM_KF, [], 0.8, NOW)).toBeNull();
  });

  it('refuses a target that is no share', () => {
    expect(() => left(1, 0, 80)).toThrow('not 80');
  });

  it('the number is the last that keeps the target, for every history of forty rounds and every percentage', () => {
    const inTime = buildRounds(history(30, 0), TAOBAO, NOW);
    const late = buildRounds(history(0, 10, '2026-11-22'), TAOBAO, NOW);
    // whole numbers, so that no rounding decides
    const isRight = (hits: number, of: number, percent: number): boolean => {
      const keeps = (h: number, n: number) => n === 0 || h * 100 >= percent * n;
      const rounds = [...inTime.slice(0, hits), ...late.slice(0, of - hits)];
      const { left, dropsAt, hitsToRecover: more } = missesLeft(TAOBAO, rounds, percent / 100, NOW)!;
      if (keeps(hits, of)) return more === 0 && keeps(hits, of + left) && !keeps(hits, of + dropsAt);
      if (more === null) return percent === 100;
      return dropsAt === 0 && keeps(hits + more, of + more) && !keeps(hits + more - 1, of + more - 1);
    };
    const wrong: number[][] = [];
    for (let hits = 0; hits <= 30; hits++)
      for (let misses = 0; misses <= 10; misses++)
        for (let percent = 1; percent <= 100; percent++)
          if (!isRight(hits, hits + misses, percent)) wrong.push([hits, misses, percent]);
    expect(wrong).toEqual([]);
  });
});
