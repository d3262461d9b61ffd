// The page's own rules that need no browser: cutting the stream, order of messages, slow replies, ownership, words.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinBySeq, stillOnItsWay } from '../../src/console/by-seq.ts';
import { ownership } from '../../src/console/desk/ownership.ts';
import { isSlow, SLOW_MS, trackWaits } from '../../src/console/desk/slow-reply.ts';
import { createEventCutter, type StreamEvent } from '../../src/console/event-stream.ts';
import { afterPause, stopwatch } from '../../src/console/time.ts';
import type { ConversationDetail, HandoffRow } from '../../src/console/wire.ts';

function cut(pieces: readonly string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const feed = createEventCutter((event) => events.push(event));
  for (const piece of pieces) feed(piece);
  return events;
}

describe('the event stream', () => {
  const text =
    ': heartbeat\n\nid: 7\nevent: message\ndata: {"a":1}\n\nevent: state\r\ndata: 你好\r\ndata: 第二行\r\n\r\ndata:bare\n\nevent: empty\n\n';
  const whole: StreamEvent[] = [
    { event: 'message', data: '{"a":1}', id: '7' },
    { event: 'state', data: '你好\n第二行', id: null },
    { event: 'message', data: 'bare', id: null },
  ];

  test('is cut the same wherever the network cuts it', () => {
    expect(cut([text])).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (places) => {
        const edges = [0, ...places.sort((a, b) => a - b), text.length];
        expect(cut(edges.slice(1).map((edge, i) => text.slice(edges[i], edge)))).toEqual(whole);
      }),
    );
  });

  test('an unfinished event is not told', () => {
    expect(cut(['data: half\n'])).toEqual([]);
  });
});

test('messages come in order, once, the latest copy', () => {
  const known = [
    { seq: 1, text: 'a' },
    { seq: 3, text: 'c' },
  ];
  expect(joinBySeq(known, [])).toBe(known);
  expect(
    joinBySeq(known, [
      { seq: 3, text: 'C' },
      { seq: 2, text: 'b' },
    ]),
  ).toEqual([
    { seq: 1, text: 'a' },
    { seq: 2, text: 'b' },
    { seq: 3, text: 'C' },
  ]);
});

test('a message that came back by the stream is not shown a second time', () => {
  const p = (text: string, status: 'sending' | 'failed', after: number) => ({ text, status, after });
  const first = p('好', 'sending', 4);
  const second = p('好', 'sending', 4);
  expect(stillOnItsWay([first, second], [{ seq: 5, text: '好' }])).toEqual([second]);
  expect(stillOnItsWay([first], [{ seq: 4, text: '好' }])).toEqual([first]);
  expect(stillOnItsWay([first], [{ seq: 5, text: '不好' }])).toEqual([first]);
  const failed = p('好', 'failed', 3);
  expect(stillOnItsWay([failed, first], [{ seq: 5, text: '好' }])).toEqual([failed]);
  expect(stillOnItsWay([failed], [{ seq: 5, text: '好' }])).toEqual([]);
});

describe('slow replies', () => {
  const NOW = Date.parse('2026-11-23T08:00:00Z');
  const row = (id: string, part: Partial<HandoffRow>): HandoffRow => ({
    id,
    conversationId: id,
    reason: 'complaint',
    risk: 'R2',
    priority: 0,
    team: 'complaint',
    state: 'waiting',
    waitingSince: '2026-11-23T07:58:00Z',
    dueAt: '2026-11-23T08:03:00Z',
    shopper: { id: '1', name: null },
    channel: 'web',
    summary: '',
    intent: null,
    owner: null,
    awaitingReply: true,
    deliveryTrouble: 0,
    ...part,
  });

  test('the wait of the queue goes on after the claim, ends with the reply, and begins anew', () => {
    const queued = trackWaits(new Map(), [row('1', {})], NOW);
    const claimed = trackWaits(queued, [row('1', { state: 'with-agent' })], NOW + 5_000);
    expect(claimed.get('1')).toBe(NOW - 120_000);
    const answered = trackWaits(claimed, [row('1', { state: 'with-agent', awaitingReply: false })], NOW + 10_000);
    expect(answered.has('1')).toBe(false);
    const again = trackWaits(answered, [row('1', { state: 'with-agent' })], NOW + 20_000);
    expect(again.get('1')).toBe(NOW + 20_000);
  });

  test('100 seconds are slow, 99.999 are not, an answered one never is', () => {
    expect(isSlow(NOW, NOW + SLOW_MS)).toBe(true);
    expect(isSlow(NOW, NOW + SLOW_MS - 1)).toBe(false);
    expect(isSlow(undefined, NOW)).toBe(false);
  });
});

test('who owns a conversation', () => {
  const detail = (part: Partial<ConversationDetail>): ConversationDetail => ({
    id: '1',
    state: 'with-bot',
    shopper: { name: null },
    ...part,
  });
  const of = (part: Partial<ConversationDetail>) => ownership({ detail: detail(part), handoff: null }, '7');
  expect(ownership({ detail: null, handoff: null }, '7')).toEqual({ by: 'unknown' });
  expect(of({})).toEqual({ by: 'bot' });
  expect(of({ state: 'waiting', handoff: { id: '5', state: 'waiting' } })).toEqual({ by: 'queue', handoffId: '5' });
  const mine = { state: 'with-agent', ownerId: '7', handoff: { id: '5', state: 'with-agent' } } as const;
  expect(of(mine)).toEqual({ by: 'me', handoffId: '5' });
  expect(of({ ...mine, ownerId: '8', ownerName: '小帅' })).toEqual({ by: 'other', name: '小帅' });
});

test('times', () => {
  expect([0, 999, 72_000, 3_725_000, -5].map(stopwatch)).toEqual(['0:00', '0:00', '1:12', '1:02:05', '0:00']);
  expect(afterPause(undefined, '2026-11-23T08:00:00Z')).toBe(true);
  expect(afterPause('2026-11-23T07:59:00Z', '2026-11-23T08:00:00Z')).toBe(false);
});

const WORDS = path.resolve(import.meta.dirname, '../../src/console/words');
const surfaces = readdirSync(WORDS).flatMap((file) => (file.endsWith('.zh.ts') ? [file.slice(0, -6)] : []));

test.for(surfaces)('English says everything of %s, without Chinese, with the same places', async (surface) => {
  const load = (file: string) => import(path.join(WORDS, file)) as Promise<Record<string, Record<string, string>>>;
  const zh = (await load(`${surface}.zh.ts`)).zh!;
  const en = (await load(`${surface}.en.ts`)).en!;
  const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  for (const [key, text] of Object.entries(zh)) {
    expect(places(en[key]!), key).toEqual(places(text));
    expect(en[key], key).not.toMatch(/\p{Script=Han}/u);
  }
});
