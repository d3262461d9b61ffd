// Several quick lines: several questions are answered one by one, one question in pieces stays one.
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/bot/decision.ts';
import { EMPTY_MEMORY } from '../../src/bot/memory.ts';
import { linesOf, separateQuestions } from '../../src/bot/several.ts';
import { claimedTurn } from './turn-parts.ts';

const answer = (entryId: string, offer: 'nothing' | 'menu' = 'nothing'): Decision => ({
  kind: 'answer',
  entryId,
  hit: null,
  offer,
});
const clarify = (why: 'unsure' | 'emotion'): Decision => ({ kind: 'clarify', why, options: [] });
const track: Decision = { kind: 'act', action: 'track-logistics', intent: 'logistics_track', orderId: null };
const isTalk = (id: string) => id === 'hello';

function apart(whole: Decision, ...lines: Decision[]): string[] {
  const judged = lines.map((decision) => ({ decided: { decision } }));
  return separateQuestions(whole, judged, isTalk).map(({ decided: { decision } }) =>
    decision.kind === 'answer' ? decision.entryId : decision.kind,
  );
}

describe('lines', () => {
  const message = (seq: number, text: string, choice?: string) => ({
    seq,
    text,
    payload: choice === undefined ? {} : { choice },
    at: '2026-11-24T10:00:00+08:00',
  });
  const turn = (...messages: ReturnType<typeof message>[]) => claimedTurn('', { messages });

  test('are read apart where they are several and nobody waits for an answer to a question', () => {
    const two = turn(message(1, '发票怎么开'), message(2, '包邮吗'));
    expect(linesOf(two, EMPTY_MEMORY).map(({ messages }) => messages.map(({ text }) => text))).toEqual([
      ['发票怎么开'],
      ['包邮吗'],
    ]);
    expect(linesOf({ ...two, ownerKind: 'queue' }, EMPTY_MEMORY)).toEqual([]);
    const asked = { intent: 'size_stock', slot: 'product' as const, text: '有M码吗', slots: {} };
    expect(linesOf(two, { ...EMPTY_MEMORY, asked })).toEqual([]);
  });

  test('stay together where there is one, a tapped choice among them, or a whole story', () => {
    expect(linesOf(turn(message(1, '包邮吗')), EMPTY_MEMORY)).toEqual([]);
    expect(linesOf(turn(message(1, '包邮吗'), message(2, '退货', 'faq:1')), EMPTY_MEMORY)).toEqual([]);
    expect(linesOf(turn(...Array.from({ length: 9 }, (_, n) => message(n, '包邮吗'))), EMPTY_MEMORY)).toEqual([]);
  });
});

describe('questions', () => {
  test('are answered in their order, each once', () => {
    expect(apart(answer('return'), answer('return'), answer('invoice'), answer('return'), track)).toEqual([
      'return',
      'invoice',
      'act',
    ]);
  });

  test('that nobody can tell apart together are told apart by themselves', () => {
    expect(apart(clarify('unsure'), answer('invoice'), answer('shipping'))).toEqual(['invoice', 'shipping']);
  });

  test('are one where the lines together mean what none of them does', () => {
    expect(apart(answer('pilling-return'), answer('pilling'), answer('return'))).toEqual([]);
  });

  test('are one where only one line asks: a greeting, an aside and a shot in the dark ask nothing', () => {
    expect(apart(answer('return'), answer('hello'), answer('return'))).toEqual([]);
    expect(apart(answer('return'), answer('return'), clarify('unsure'))).toEqual([]);
    expect(apart(clarify('unsure'), answer('guess', 'menu'), answer('return'))).toEqual([]);
  });

  test('wait where all together are a case for a person, or anger', () => {
    const complaint = { kind: 'handoff', reason: 'complaint', risk: 'R2', intent: null, team: null, script: 'soothe' };
    expect(apart(complaint as Decision, answer('return'), answer('invoice'))).toEqual([]);
    expect(apart(clarify('emotion'), answer('return'), answer('invoice'))).toEqual([]);
  });
});
