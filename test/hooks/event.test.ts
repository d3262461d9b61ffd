// What becomes an outgoing event, and what of it leaves.

import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { HOOK_KINDS, HookEvent } from '../../src/contract/hook.ts';
import { hookEventId, type NotedEvent, toHookEvent } from '../../src/hooks/event.ts';

const noted = (kind: string, payload: Record<string, unknown>): NotedEvent => ({
  seq: '12',
  kind,
  payload,
  created_at: new Date('2026-11-27T02:03:04.567Z'),
  reason: 'complaint',
  risk: 'R2',
  team: 'aftersale',
  disposition: 'resolved',
});
const handoff = (what: string, more: Record<string, unknown> = {}) =>
  toHookEvent(noted('handoff', { handoffId: '7', conversationId: '3', what, ...more }));

describe('a handoff', () => {
  const data = { handoff_id: '7', conversation_id: '3', reason: 'complaint', risk: 'R2', team: 'aftersale' };
  test.each([
    ['hand-off', 'handoff.requested', data],
    ['lost', 'handoff.requested', data],
    ['claim', 'handoff.accepted', { ...data, agent_id: '5' }],
    ['take-over', 'handoff.accepted', { ...data, agent_id: '5' }],
    ['accept-transfer', 'handoff.accepted', { ...data, agent_id: '5' }],
    ['resolve', 'handoff.resolved', { ...data, disposition: 'resolved' }],
    ['give-back', 'handoff.resolved', { ...data, disposition: 'resolved' }],
    ['forgotten', 'handoff.resolved', { ...data, disposition: 'resolved' }],
    ['leave-queue', 'handoff.resolved', { ...data, disposition: 'resolved' }],
  ])('%s', (what, type, expected) => {
    expect(handoff(what, { owner: '5' })).toEqual({
      type,
      timestamp: '2026-11-27T02:03:04.567Z',
      sequence: 12,
      data: expected,
    });
  });

  test('is told with the team it had then, not the one it has by now', () => {
    expect(handoff('hand-off', { team: 'presale' })!.data.team).toBe('presale');
  });

  test.each(['offer', 'decline', 'lapse', 'defer', 'recall', 'ask-transfer', 'cancel-transfer', '', 'constructor'])(
    '%j is our own business',
    (what) => {
      expect(handoff(what, { state: 'waiting' })).toBeNull();
    },
  );
});

test.each(Object.keys(HOOK_KINDS))('%s, noted down under its name, goes out as it is and fits the schema', (kind) => {
  const event = toHookEvent(noted(kind, { commitmentId: '9', dueAt: '2026-11-27T10:00:00Z', late: true, score: 5 }));
  expect(event).toMatchObject({ type: kind, data: { commitment_id: '9', due_at: '2026-11-27T10:00:00Z', late: true } });
  expect(Value.Check(HookEvent, event)).toBe(true);
});

test.each(['hook', 'presence', 'toString', '__proto__', 'handoff.unknown'])('%s does not go out', (kind) => {
  expect(toHookEvent(noted(kind, { state: 'waiting' }))).toBeNull();
});

test('words of people and whole objects stay here', () => {
  const event = toHookEvent(noted('csat.received', { score: 1, text: '很'.repeat(201), packet: { summary: ['x'] } }));
  expect(event!.data).toEqual({ score: 1 });
});

test('the id of an event is the same for ever and has no full stop', () => {
  expect(hookEventId('1', '12')).toBe('evt_1_12');
});
