// The line of a channel account on a real database: its own conversations only, in order, one id, again after failures, never in the way of what comes after.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ChannelEvent, SendError } from '../../src/channels/channel.ts';
import { createChannelLines } from '../../src/hooks/lines.ts';
import { modes } from '../db/modes.ts';
import { type HookLab, openHookLab } from './lab.ts';

describe.each(modes)('%s', (mode) => {
  let lab: HookLab;
  let mine: string;
  let other: string;
  let heard: ChannelEvent[];
  beforeAll(async () => {
    lab = await openHookLab(mode);
    [mine, other] = (await Promise.all(['mine', 'other'].map(account))) as [string, string];
  }, 120_000);
  beforeEach(async () => {
    heard = [];
    await lab.sql('delete from hook_endpoints');
  });
  afterAll(() => lab?.close());

  async function account(name: string): Promise<string> {
    const rows = await lab.sql<{ id: string }>(
      `insert into channel_accounts (shop_id, kind, name) values ($1, 'webhook', $2) returning id::text`,
      [lab.shopId, name],
    );
    return rows[0]!.id;
  }
  /** A conversation with one message. */
  async function conversation(accountId: string, shopper: string): Promise<string> {
    const rows = await lab.sql<{ id: string }>(
      `select conversation_id::text as id from admit($1, $2, $3, $4, null, '在吗', '{}', 0)`,
      [lab.shopId, accountId, `${shopper}-${Math.random()}`, shopper],
    );
    return rows[0]!.id;
  }
  const rated = (conversationId: string, score: number) =>
    lab.sql(`select append_event($1, 'desk', 'csat.received', $2::jsonb)`, [
      lab.shopId,
      JSON.stringify({ conversationId, score }),
    ]);
  async function open(): Promise<string> {
    await createChannelLines(lab.database.pool).open(lab.shopId, [mine]);
    return (await lab.sql<{ id: string }>('select id::text from hook_endpoints'))[0]!.id;
  }
  const sender = (tell: (event: ChannelEvent) => void, lost: string[] = []) =>
    lab.sender({
      onLost: ({ message }) => void lost.push(message),
      async tellChannel(_shop, accountId, event) {
        expect(accountId).toBe(mine);
        heard.push(event);
        tell(event);
      },
    });
  const scores = () => heard.map(({ data }) => data.score);

  test('nobody is woken for an account to which nobody has spoken', async () => {
    const silent = await account('silent');
    await createChannelLines(lab.database.pool).open(lab.shopId, [silent]);
    expect(await lab.deliveries.activeEndpoints(lab.shopId)).toEqual([]);
    await conversation(silent, 'u-first');
    expect(await lab.deliveries.activeEndpoints(lab.shopId)).toHaveLength(1);
  });

  test('what happens in its conversations from now on; other accounts’ and what belongs to none is not its business', async () => {
    const [ours, theirs] = [await conversation(mine, 'u-1'), await conversation(other, 'u-2')];
    await rated(ours, 1);
    const line = await open();
    await rated(theirs, 2);
    await lab.happen(120); // more than a page, about no conversation
    await rated(ours, 3);
    await lab.drain(
      sender(() => {}),
      line,
    );
    expect(heard).toHaveLength(1);
    const { id, timestamp, type, data } = heard[0]!;
    expect(type).toBe('csat.received');
    expect(data).toEqual({
      id,
      conversation_id: ours,
      score: 3,
      sequence: 1,
      occurred_at: timestamp,
      user: { id: 'u-1' },
    });
  });

  test('the numbers of messages and events are one row', async () => {
    const line = await open();
    const ours = await conversation(mine, 'u-3');
    await rated(ours, 1);
    await pause(2); // the embedded clock ticks in milliseconds, and within one a message counts as before the event
    await conversation(mine, 'u-3');
    await rated(ours, 2);
    await rated(ours, 3);
    await lab.drain(
      sender(() => {}),
      line,
    );
    expect(heard.map(({ data }) => data.sequence)).toEqual([1, 2, 2]);
  });

  test('a bad time is tried again with the same words, a refusal is not, and neither holds up the next', async () => {
    const line = await open();
    const ours = await conversation(mine, 'u-4');
    for (const score of [1, 2, 3]) await rated(ours, score);
    const lost: string[] = [];
    const tell = ({ data }: ChannelEvent) => {
      if (data.score === 1 && scores().length < 3) throw new SendError({ kind: 'retry', notSent: true, detail: '忙' });
      if (data.score === 2) throw new SendError({ kind: 'permanent', code: '400', detail: '不要' });
    };
    await lab.drain(sender(tell, lost), line);
    expect(scores()).toEqual([1, 1, 1, 2, 3]);
    expect(new Set(heard.slice(0, 3).map((event) => JSON.stringify(event))).size).toBe(1);
    expect(lost).toEqual([expect.stringContaining('不要')]);
  });

  test('who limits the tries is not asked longer; a line is never disabled', async () => {
    const line = await open();
    const ours = await conversation(mine, 'u-5');
    await rated(ours, 1);
    await lab.sql(`update hook_endpoints set failing_since = now() - interval '9 days'`);
    const lost: string[] = [];
    const tell = () => {
      throw new SendError({ kind: 'retry', notSent: false, triesMax: 2, detail: '没有人' });
    };
    await lab.drain(sender(tell, lost), line);
    expect(scores()).toEqual([1, 1]);
    expect(lost).toHaveLength(1);
    expect(await lab.sql('select state from hook_endpoints')).toEqual([{ state: 'active' }]);
    expect(lab.notices).toEqual([]);
  });

  test('while the account is off it waits: nothing is lost', async () => {
    const line = await open();
    await rated(await conversation(mine, 'u-6'), 1);
    let isOff = true;
    const tell = () => {
      if (isOff) throw new Error('switched off');
    };
    const waiting = sender(tell);
    expect(await waiting.run(lab.shopId, line)).toBeGreaterThan(0);
    isOff = false;
    await lab.drain(waiting, line);
    expect(scores()).toEqual([1, 1]);
  });

  test('two processes that start together make one line', async () => {
    await Promise.all([open(), open(), open()]);
    expect(await lab.sql('select url from hook_endpoints')).toEqual([{ url: `channel:${mine}` }]);
    expect(await lab.store.list(lab.shopId)).toEqual([]);
  });
});
