// What holds for every history: rounds never overlap, nothing is lost, days add up, and the order of the rows does not matter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricItem } from '../../src/metrics/history.ts';
import { nextMidnight } from '../../src/metrics/local-time.ts';
import { measure } from '../../src/metrics/measure.ts';
import { rateWithin } from '../../src/metrics/measures.ts';
import { configureProfile, headlineOf, type Profile } from '../../src/metrics/profile.ts';
import { GENERIC } from '../../src/metrics/profiles/generic.ts';
import { PROFILES } from '../../src/metrics/profiles/table.ts';
import { TAOBAO } from '../../src/metrics/profiles/taobao.ts';
import { buildRounds, readTimeline } from '../../src/metrics/rounds.ts';
import { at, story } from './story.ts';

const SPOKEN = ['shopper', 'shopper', 'shopper', 'card', 'agent', 'agent', 'shuai', 'assist', 'bot', 'platform-agent'];
const UNHEARD = ['notice', 'note', 'greeting', 'system', 'system-card', 'spam', 'blacklisted'];
const HAPPENED = ['handed-off', 'left-message', 'assigned', 'transferred', 'blocks-shop', 'closed'];
const GAPS_MS = [
  0, 0, 1_000, 20_000, 30_000, 100_000, 180_000, 181_000, 600_000, 1_900_000, 3_600_000, 32_400_000, 43_200_000,
];

const START = at('2026-11-20 00:00:00');
const LATER = at('2026-12-20 12:00:00');

/** One conversation of up to thirty lines, from any minute of the first day. */
const conversation = (words: readonly string[]) => (conversationId: string) =>
  fc
    .record({
      from: fc.nat(24 * 60 - 1),
      lines: fc.array(fc.record({ gap: fc.constantFrom(...GAPS_MS), word: fc.constantFrom(...words) }), {
        maxLength: 30,
      }),
    })
    .map(({ from, lines }) => {
      let now = START + from * 60_000;
      // only the order and the kind come from the story: its times are replaced
      const items = story(
        lines.map(({ word }) => `00:00:00 ${word}`),
        { conversationId, shopperId: 'somebody' },
      );
      return items.map((item, n): MetricItem => {
        now += lines[n]!.gap;
        return { ...item, at: now };
      });
    });

const histories = (words: readonly string[]) =>
  fc.tuple(conversation(words)('c1'), conversation(words)('c2')).map(([a, b]) => [...a, ...b]);

const anything = histories([...SPOKEN, ...UNHEARD, ...HAPPENED]);

const endless = (profile: Profile): Profile =>
  configureProfile(profile, { metrics: Object.fromEntries(profile.metrics.map((row) => [row.id, { days: 100 }])) });

/** What can be added up: shoppers who came on two days are two only day by day, and means only as sums. */
const sums = (profile: Profile, items: readonly MetricItem[]) =>
  measure(endless(profile), items, [], LATER)
    .filter((figure) => figure.id !== 'customer_cnt')
    .map((figure) => {
      switch (figure.kind) {
        case 'share':
          return [figure.hits, figure.of];
        case 'duration':
          return [figure.totalMs, figure.of];
        case 'count':
          return [figure.count, 0];
        default:
          return figure satisfies never;
      }
    });

describe.each(PROFILES.map((p) => [p.id, p] as const))('%s', (_id, profile) => {
  it('rounds of a conversation follow each other, and only the last can be open', () => {
    fc.assert(
      fc.property(anything, fc.nat(4 * 24 * 60), (items, minutes) => {
        const asOf = START + minutes * 60_000;
        for (const id of ['c1', 'c2']) {
          const rounds = buildRounds(items, profile, asOf).filter((r) => r.conversationId === id);
          rounds.forEach((round, n) => {
            expect(round.clockFrom).toBeGreaterThanOrEqual(round.askedAt);
            expect(round.waitedMs).toBe((round.endedAt ?? asOf) - round.clockFrom);
            expect(round.waitedMs).toBeGreaterThanOrEqual(0);
            expect(round.endedAt === null).toBe(round.state === 'open');
            expect(round.responder !== null).toBe(round.state === 'answered');
            const next = rounds[n + 1];
            if (next) expect(round.endedAt).toBeLessThanOrEqual(next.clockFrom);
          });
        }
      }),
    );
  });

  it('every round is answered or not once its day is over, and every question is in one', () => {
    fc.assert(
      fc.property(histories([...SPOKEN, ...HAPPENED]), (items) => {
        const rounds = buildRounds(items, profile, LATER);
        const states = rounds.map((r) => r.state).filter((s) => profile.round.midnight === 'goes-on' || s !== 'open');
        expect(states).toHaveLength(rounds.length);
        const questions = items.filter((item) => item.kind === 'message' && item.author === 'shopper').length;
        expect(rounds.reduce((sum, r) => sum + r.questions, 0)).toBe(questions);
      }),
    );
  });

  it('the order of the rows does not matter: within one instant the sequence decides', () => {
    const shuffled = anything.chain((items) =>
      fc.shuffledSubarray(items, { minLength: items.length }).map((mixed) => ({ items, mixed })),
    );
    fc.assert(
      fc.property(shuffled, ({ items, mixed }) => {
        expect(readTimeline(mixed, profile, LATER)).toEqual(readTimeline(items, profile, LATER));
      }),
    );
  });

  it('what answers nothing and asks nothing changes no figure', () => {
    fc.assert(
      fc.property(histories([...SPOKEN, 'notice', 'note', 'greeting', 'system']), (items) => {
        const heard = items.filter(
          (item) => item.kind !== 'message' || (item.author !== 'system' && ['text', 'card'].includes(item.content)),
        );
        expect(sums(profile, items)).toEqual(sums(profile, heard));
      }),
    );
  });
});

describe.each(PROFILES.filter((p) => p.round.midnight === 'ends').map((p) => [p.id, p] as const))(
  '%s',
  (_id, profile) => {
    it('cut at any midnight, the two parts add up to the whole', () => {
      fc.assert(
        fc.property(anything, fc.nat(4), (items, day) => {
          const midnight = nextMidnight(START + day * 86_400_000);
          const before = sums(
            profile,
            items.filter((item) => item.at < midnight),
          );
          const after = sums(
            profile,
            items.filter((item) => item.at >= midnight),
          );
          expect(before.map((row, n) => row.map((value, k) => value + after[n]![k]!))).toEqual(sums(profile, items));
        }),
        { numRuns: 300 },
      );
    });
  },
);

const byTwo = histories(['shopper', 'agent']);
const limitOf = (profile: Profile) => headlineOf(profile)!;

it('generic: cut at a midnight at which nobody waits, the rounds add up', () => {
  fc.assert(
    fc.property(byTwo, fc.nat(4), (items, day) => {
      const midnight = nextMidnight(START + day * 86_400_000);
      const before = items.filter((item) => item.at < midnight);
      const rounds = buildRounds(before, GENERIC, midnight);
      fc.pre(rounds.every((r) => r.state === 'answered'));
      const after = buildRounds(
        items.filter((item) => item.at >= midnight),
        GENERIC,
        LATER,
      );
      const whole = rateWithin(buildRounds(items, GENERIC, LATER), limitOf(GENERIC));
      const parts = [rounds, after].map((part) => rateWithin(part, limitOf(GENERIC)));
      expect([parts[0]!.hits + parts[1]!.hits, parts[0]!.of + parts[1]!.of]).toEqual([whole.hits, whole.of]);
    }),
  );
});

/** The definition read aloud, for two speakers: each day and conversation by itself, the first question since the last answer. */
function readAloud(items: readonly MetricItem[]): { hits: number; of: number } {
  let hits = 0;
  let of = 0;
  const days = Map.groupBy(items, (item) => `${item.conversationId} ${nextMidnight(item.at)}`);
  for (const day of days.values()) {
    let asked: number | null = null;
    for (const item of day) {
      const isQuestion = item.kind === 'message' && item.author === 'shopper';
      const minute = (item.at - (nextMidnight(item.at) - 86_400_000)) / 60_000;
      const isLooked = minute >= 480 && minute < 1380;
      if (isQuestion && asked === null && isLooked) {
        asked = item.at;
        of += 1;
      } else if (!isQuestion) {
        if (asked !== null && item.at - asked <= 180_000) hits += 1;
        asked = null;
      }
    }
  }
  return { hits, of };
}

it('taobao: the rate is the definition read aloud', () => {
  fc.assert(
    fc.property(byTwo, (items) => {
      const { hits, of } = rateWithin(buildRounds(items, TAOBAO, LATER), limitOf(TAOBAO));
      expect({ hits, of }).toEqual(readAloud(items));
    }),
    { numRuns: 500 },
  );
});
