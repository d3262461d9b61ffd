// The page's own rules that need no browser: cutting the stream, order of messages, slow replies, ownership, words.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinBySeq, stillOnItsWay } from '../../src/console/by-seq.ts';
import { freezeRows } from '../../src/console/desk/freeze.ts';
import { joinPages, sameRows } from '../../src/console/desk/lists.ts';
import { ownership } from '../../src/console/desk/ownership.ts';
import { comboOf, comboText, DEFAULTS, writes } from '../../src/console/desk/shortcuts.ts';
import { createEventCutter, type StreamEvent } from '../../src/console/event-stream.ts';
import { joinTopics } from '../../src/console/shared-live.ts';
import { afterPause, stopwatch } from '../../src/console/time.ts';
import type { ConversationDetail } from '../../src/console/wire.ts';
import type { DeskRow } from '../../src/contract/routes/desk.ts';

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

describe('the list under the pointer', () => {
  const row = (conversationId: string, key: string, part: Partial<DeskRow> = {}): DeskRow =>
    ({ conversationId, key, unread: 0, ...part }) as DeskRow;
  const ids = (rows: readonly DeskRow[]) => rows.map((r) => r.conversationId);

  test('stands still: nothing comes, goes or changes its place, what is shown is news', () => {
    const stood = { rows: [row('a', '1'), row('b', '2')], more: false };
    const now = [row('x', '0'), row('b', '1'), row('a', '3', { unread: 2 }), row('y', '9')];
    const { shown, fresh } = freezeRows(stood, now);
    expect(ids(shown)).toEqual(['a', 'b']);
    expect(shown[0]!.unread).toBe(2);
    expect(fresh).toBe(2);
    expect(ids(freezeRows(stood, [row('b', '2')]).shown)).toEqual(['a', 'b']);
  });

  test('grows by further pages', () => {
    const { shown, fresh } = freezeRows({ rows: [row('a', '1')], more: true }, [
      row('x', '0'),
      row('a', '1'),
      row('b', '2'),
    ]);
    expect(ids(shown)).toEqual(['a', 'b']);
    expect(fresh).toBe(1);
  });

  test('rows that did not change stay the same objects; a fresh first page keeps what is known of later ones', () => {
    const known = [row('a', '1'), row('b', '2'), row('c', '3')];
    expect(
      sameRows(
        known,
        known.map((r) => ({ ...r })),
      ),
    ).toBe(known);
    const joined = joinPages([row('x', '0'), row('a', '1')], '1', {
      rows: known,
      next: '3',
      loaded: true,
      error: null,
    });
    expect(ids(joined.rows)).toEqual(['x', 'a', 'b', 'c']);
    expect(joined.rows[2]).toBe(known[1]);
    expect(joined.next).toBe('3');
    expect(ids(joinPages([row('x', '0')], null, { rows: known, next: '3', loaded: true, error: null }).rows)).toEqual([
      'x',
    ]);
  });
});

test('shortcuts are told by the place of the key, and never by Shift alone while somebody writes', () => {
  const press = (code: string, part: Partial<KeyboardEvent> = {}) =>
    comboOf({ code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...part });
  expect(press('KeyE', { altKey: true, shiftKey: true })).toBe('Alt+Shift+KeyE');
  expect(press('AltLeft', { altKey: true })).toBeNull();
  expect(press('KeyQ', { metaKey: true })).toBeNull();
  expect(writes(press('Slash', { shiftKey: true })!)).toBe(true);
  expect(comboText('Alt+Shift+KeyE')).toBe('Alt+Shift+E');
  expect(comboText('Shift+Slash')).toBe('?');
  expect(new Set(Object.values(DEFAULTS)).size).toBe(Object.keys(DEFAULTS).length);
});

test('one stream for several pages hears what each wants most before what any wants least', () => {
  expect(
    joinTopics([
      ['desk', 'conversation:1', 'conversation:2'],
      ['desk', 'conversation:3'],
    ]),
  ).toEqual(['desk', 'conversation:1', 'conversation:3', 'conversation:2']);
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
