// How the bot did: received, kept, solved, handed over, and what it should have handed over.
import { describe, expect, it } from 'vitest';
import { type BotRule, botOutcome } from '../../src/metrics/bot.ts';
import type { MetricItem } from '../../src/metrics/history.ts';
import { GENERIC } from '../../src/metrics/profiles/generic.ts';
import { readTimeline } from '../../src/metrics/rounds.ts';
import { at, rating, story } from './story.ts';

const HOUR = 3_600_000;
const RULE: BotRule = { againWithinMs: 24 * HOUR, badScoreMax: 2, complaintIntents: new Set(['complaint']) };

const about = (intent: string, items: readonly MetricItem[]): MetricItem[] =>
  items.map((item) => (item.kind === 'message' && item.author === 'shopper' ? { ...item, intent } : item));

const outcome = (
  items: readonly MetricItem[],
  asOf: string,
  ratings = [] as ReturnType<typeof rating>[],
  rule = RULE,
) => botOutcome(readTimeline(items, GENERIC, at(asOf)).sessions, ratings, rule, at(asOf));

const kept = (conversationId: string, intent = 'track', time = '10:00') =>
  about(intent, story([`${time}:00 shopper`, `${time}:01 bot`], { conversationId }));

describe('what the bot kept', () => {
  it('is solved once a day has passed and nobody came back', () => {
    expect(outcome(kept('c1'), '20:00:00').resolved).toMatchObject({ hits: 0, of: 0 });
    expect(outcome(kept('c1'), '2026-11-24 10:00:02').resolved).toMatchObject({ hits: 1, of: 1 });
  });

  it('is not solved when the shopper comes back with the same matter, at once and wherever', () => {
    const again = about(
      'track',
      story(['18:00:00 shopper', '18:00:01 agent'], { conversationId: 'c2', shopperId: 'of-c1' }),
    );
    expect(outcome([...kept('c1'), ...again], '20:00:00').resolved).toMatchObject({ hits: 0, of: 1 });
    const other = about('size', story(['18:00:00 shopper'], { conversationId: 'c2', shopperId: 'of-c1' }));
    expect(outcome([...kept('c1'), ...other], '2026-11-24 12:00:00').resolved).toMatchObject({ hits: 1, of: 1 });
  });

  it('coming back after the time is a new matter', () => {
    const late = about('track', story(['2026-11-24 11:00:00 shopper'], { conversationId: 'c2', shopperId: 'of-c1' }));
    const items = [...kept('c1'), ...late];
    expect(outcome(items, '2026-11-24 12:00:00').resolved).toMatchObject({ hits: 1, of: 1 });
    expect(outcome(items, '2026-11-24 12:00:00', [], { ...RULE, againWithinMs: 72 * HOUR }).resolved).toMatchObject({
      hits: 0,
      of: 1,
    });
  });

  it('is not solved when it was rated badly, and should have been handed over', () => {
    const bad = rating(2, { at: at('10:05:00'), responder: 'bot' });
    expect(outcome([...kept('c1'), ...kept('c2')], '2026-11-24 12:00:00', [bad])).toMatchObject({
      resolved: { hits: 1, of: 2 },
      missed: { hits: 1, of: 2 },
    });
  });

  it('a rating belongs to the session in which it was given', () => {
    const again = kept('c1', 'size', '12:00');
    const items = [...kept('c1'), ...again.map((item) => ({ ...item, ...('seq' in item && { seq: item.seq + 2 }) }))];
    const solved = (time: string) =>
      outcome(items, '2026-11-25 12:00:00', [rating(1, { at: at(time), responder: 'bot' })]).resolved.hits;
    expect([solved('09:00:00'), solved('11:59:59'), solved('12:00:00'), solved('13:00:00')]).toEqual([2, 1, 1, 1]);
    const bad = [rating(1, { at: at('13:00:00') })];
    expect(outcome(items, '2026-11-23 13:30:00', bad).resolved).toMatchObject({ hits: 0, of: 1 });
  });

  it('a complaint it kept should have been handed over', () => {
    expect(outcome([...kept('c1', 'complaint'), ...kept('c2')], '20:00:00').missed).toMatchObject({ hits: 1, of: 2 });
  });
});

it('received, alone and handed over, by reason', () => {
  const handed = story(['10:00:00 shopper', '10:00:01 bot', '10:01:00 shopper', '10:01:01 handed-off'], {
    conversationId: 'c2',
  });
  const person = story(['10:00:00 shopper', '10:00:30 agent'], { conversationId: 'c3' });
  expect(outcome([...kept('c1'), ...handed, ...person], '10:20:00')).toMatchObject({ received: { hits: 1, of: 2 } });
  expect(outcome([...kept('c1'), ...handed, ...person], '20:00:00')).toMatchObject({
    received: { hits: 2, of: 3 },
    alone: { hits: 1, of: 2 },
    handedOver: { asked_for_human: 1 },
  });
});
