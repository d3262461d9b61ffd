// How a failed send is judged: again, given up, or nobody knows.
import { expect, test } from 'vitest';
import { SendError, type SendFailure } from '../../src/channels/channel.ts';
import { judgeFailure } from '../../src/jobs/deliver.ts';

const judge = (failure: SendFailure, attempt: number, idempotent = true) =>
  judgeFailure(new SendError(failure), attempt, idempotent);

test('is tried eight times, and fewer where a person has to know sooner', () => {
  const busy: SendFailure = { kind: 'retry', notSent: true, detail: '503' };
  const untilGivenUp = (failure: SendFailure) =>
    Array.from({ length: 12 }, (_, i) => judge(failure, i + 1).state).indexOf('failed') + 1;
  expect(untilGivenUp(busy)).toBe(8);
  expect(untilGivenUp({ ...busy, triesMax: 5 })).toBe(5);
  expect(untilGivenUp({ ...busy, triesMax: 50 })).toBe(8);
});

test('given up until the shopper writes again, or for good', () => {
  const refused = { kind: 'permanent', code: '45015', detail: '窗口已关闭' } as const;
  expect(judge({ ...refused, untilShopper: true }, 1)).toEqual({
    state: 'failed',
    error: '45015: 窗口已关闭',
    untilShopper: true,
  });
  expect(judge(refused, 1)).toMatchObject({ state: 'failed', untilShopper: false });
});

test('is not said again where it may have arrived and the platform knows no repeat', () => {
  expect(judge({ kind: 'retry', notSent: false, detail: '500' }, 1, false).state).toBe('unknown');
  expect(judgeFailure(new Error('anything else'), 1, true).state).toBe('new');
});
