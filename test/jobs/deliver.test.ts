// How a failed send is judged: again, given up, or nobody knows.
import { expect, test } from 'vitest';
import { ChannelAdapter } from '../../src/channels/adapter.ts';
import { SendError, type SendFailure } from '../../src/channels/channel.ts';
import type { Sending, SendResult } from '../../src/conversations/outbox.ts';
import { createDelivery, type DeliverDeps, judgeFailure } from '../../src/jobs/deliver.ts';
import { outgoing } from '../channels/channel-suite.ts';
import { account } from '../channels/harnesses.ts';

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
    refused: true,
  });
  expect(judge(refused, 1)).toMatchObject({ state: 'failed', untilShopper: false, refused: false });
});

test('is not said again where it may have arrived and the platform knows no repeat', () => {
  expect(judge({ kind: 'retry', notSent: false, detail: '500' }, 1, false).state).toBe('unknown');
  expect(judgeFailure(new Error('anything else'), 1, true).state).toBe('new');
});

/** A platform that counts, and a rest of its quota that the test decides on. */
async function sendCounted(left: () => Promise<number>) {
  const sent: string[] = [];
  const marked: SendResult[] = [];
  const delivery = createDelivery({
    outbox: {
      load: async (_: string, ids: string[]) => ids.map((id) => ({ ...outgoing({ id }), attempt: 1 }) as Sending),
      mark: async (_: Sending, result: SendResult) => void marked.push(result),
    },
    queues: { add: async () => {} },
    channelOf: () => ({
      adapter: new ChannelAdapter(async ({ id }) => void sent.push(id)),
      idempotent: false,
      quota: { message: { messages: 5, windowMs: 172_800_000 } },
      partsOf: () => 2,
      account: account('wecom-kf'),
    }),
    quota: async () => ({ left: await left(), until: null }),
    onTrouble: async () => {},
  } as unknown as DeliverDeps);
  await delivery.sendCommitted('1', ['7']);
  return { sent, marked };
}

test('what the platform would refuse by our own count is not sent; something shorter may still go', async () => {
  expect(await sendCounted(async () => 1)).toEqual({
    sent: [],
    marked: [{ state: 'failed', error: expect.stringMatching(/^quota: /), untilShopper: true }],
  });
  expect((await sendCounted(async () => 2)).marked).toMatchObject([{ state: 'sent' }]);
});

test('a database that cannot be asked for the count has said nothing to the shopper: it is tried again', async () => {
  const { sent, marked } = await sendCounted(() => Promise.reject(new Error('terminating connection')));
  expect(sent).toEqual([]);
  expect(marked).toMatchObject([{ state: 'new', error: 'terminating connection' }]);
});

test('what comes behind a message that waits for its retry waits too, and is not uncertain', async () => {
  const seen: string[] = [];
  const marked: string[] = [];
  const adapter = new ChannelAdapter(async ({ id }) => {
    seen.push(id);
    throw new SendError({ kind: 'retry', notSent: true, afterMs: 700, detail: 'busy' });
  });
  const delivery = createDelivery({
    outbox: {
      load: async (_: string, ids: string[]) => ids.map((id) => ({ ...outgoing({ id }), attempt: 1 }) as Sending),
      mark: async ({ id }: Sending, result: { state: string }) => void marked.push(`${id} ${result.state}`),
    },
    queues: {
      add: async (_: string, job: { id: string }, { delayMs }: { delayMs: number }) =>
        marked.push(`${job.id} in ${delayMs}`),
    },
    channelOf: () => ({ adapter, idempotent: false, account: account('wecom-kf') }),
  } as unknown as DeliverDeps);
  await delivery.sendCommitted('1', ['7', '8']);
  expect(seen).toEqual(['7']);
  expect(marked).toEqual(['7 new', '7 in 700', '8 new', '8 in 700']);
});
