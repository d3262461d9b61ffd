// The share of turns while many shoppers wait for their acknowledgement. Only the order of starts is looked at, never the clock.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChannelAccount, ConversationId, ShopId } from '../../src/contract/conversation.ts';
import { createAdmission } from '../../src/conversations/admit.ts';
import type { Pool } from '../../src/db/database.ts';
import { createTurnRunner, type RunTurnsDeps } from '../../src/jobs/run-turns.ts';

const SHOP = '1' as ShopId;

/** A runner whose turns only wait; says how many ran at once and who was looked at. */
function watchTurns(crowded: () => boolean) {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const claim = async (_shop: string, conversationId: string) => {
    running += 1;
    most = Math.max(most, running);
    await pause(2);
    running -= 1;
    seen.push(conversationId);
    return { status: 'idle' };
  };
  const turn = { turns: { claim }, onError: (error: unknown) => expect.unreachable(String(error)) };
  const runner = createTurnRunner({ turn, crowded } as unknown as RunTurnsDeps);
  return { runner, seen, most: () => most };
}

const wakeAll = (runner: { wake(s: ShopId, c: ConversationId, ms: number): void }, count: number) => {
  for (let i = 0; i < count; i++) runner.wake(SHOP, `c${i}` as ConversationId, 0);
};

describe('turns beside acknowledgements', () => {
  it('run sixteen at a time when nobody else wants the process', async () => {
    const turns = watchTurns(() => false);
    wakeAll(turns.runner, 60);
    await expect.poll(() => turns.seen.length, { timeout: 5_000 }).toBe(60);
    expect(turns.most()).toBe(16);
  });

  it('run one at a time in a crowd, and nobody is forgotten', async () => {
    const turns = watchTurns(() => true);
    wakeAll(turns.runner, 20);
    await expect.poll(() => turns.seen.length, { timeout: 10_000 }).toBe(20);
    expect(turns.most()).toBe(1);
    expect(new Set(turns.seen).size).toBe(20);
  });

  it('go back to sixteen when the crowd is gone', async () => {
    let crowd = true;
    const turns = watchTurns(() => crowd);
    wakeAll(turns.runner, 60);
    await expect.poll(() => turns.seen.length).toBeGreaterThan(2);
    expect(turns.most()).toBe(1);
    crowd = false;
    await expect.poll(() => turns.seen.length, { timeout: 5_000 }).toBe(60);
    expect(turns.most()).toBe(16);
  });

  it('start nothing after a drain', async () => {
    const turns = watchTurns(() => true);
    wakeAll(turns.runner, 20);
    await expect.poll(() => turns.seen.length).toBeGreaterThan(0);
    await turns.runner.drain();
    const before = turns.seen.length;
    await pause(60);
    expect(turns.seen.length).toBe(before);
  });
});

describe('a crowd', () => {
  it('is many messages waiting at one moment, and is over soon after they are stored', async () => {
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const query = async ({ values }: { values: string[] }) => {
      await gate;
      const items = JSON.parse(values[0]!) as unknown[];
      return {
        rows: items.map((_, i) => ({ ord: `${i + 1}`, status: 'new', conversation_id: '1', seq: '1', turn_id: null })),
      };
    };
    const admission = createAdmission({ query } as unknown as Pool);
    const send = (i: number) =>
      admission.admit(
        { id: '1', shopId: SHOP } as ChannelAccount,
        { externalId: `m${i}`, shopperId: 's', text: '在吗', payload: {} },
        0,
      );
    const first = [0, 1, 2].map(send);
    expect(admission.crowded()).toBe(false);
    const rest = Array.from({ length: 10 }, (_, i) => send(10 + i));
    expect(admission.crowded()).toBe(true);
    open();
    await Promise.all([...first, ...rest]);
    await expect.poll(() => admission.crowded()).toBe(false);
    await send(99);
    expect(admission.crowded()).toBe(false);
  });
});
