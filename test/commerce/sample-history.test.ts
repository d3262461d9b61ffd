// The sample week: the same for the same moment, nothing of it in the future, and no shopper in two visits at once.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeHistory } from '../../src/commerce/sample/history/make-history.ts';
import type { Topic } from '../../src/commerce/sample/history/story.ts';

const TOPICS = parse(
  readFileSync(new URL('../../src/commerce/sample/history/topics.yaml', import.meta.url), 'utf8'),
) as Topic[];
const HOURS = ['2026-11-27T01:00:00Z', '2026-11-27T10:00:00Z', '2026-11-26T16:00:01Z'].map((at) => Date.parse(at));
const DAY_MS = 86_400_000;

test.each(HOURS)('at %d', (now) => {
  const history = makeHistory(TOPICS, now);
  expect(makeHistory(TOPICS, now)).toEqual(history);
  const visits = history.shoppers.flatMap((s) => s.visits);
  expect(visits.length).toBeGreaterThan(300);
  for (const { visits: own } of history.shoppers) {
    let last = Number.NEGATIVE_INFINITY;
    for (const message of own.flatMap((v) => v.messages)) {
      expect(message.at).toBeGreaterThanOrEqual(last);
      last = message.at;
    }
    expect(last).toBeLessThan(now);
  }
  const first = Math.min(...visits.map((v) => v.messages[0]!.at));
  expect(now - first).toBeLessThan(8 * DAY_MS);
  expect(now - first).toBeGreaterThan(6 * DAY_MS);
  const handed = visits.flatMap((v) => v.handoff ?? []);
  for (const { accepted, queuedAt, resolvedAt } of handed) {
    expect(resolvedAt).toBeGreaterThan(queuedAt);
    if (accepted) expect([accepted.firstReplyAt > accepted.at, accepted.at > queuedAt]).toEqual([true, true]);
  }
  expect(handed.some((h) => h.accepted === null)).toBe(true);
  expect(history.waiting.map((w) => w.dueS - w.waitedS > 0)).toEqual([true, true, true, false]);
});
