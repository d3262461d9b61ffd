// Outgoing events on a real database against real listeners: order, repeats, outages, dead letters, replay, secrets, and what a crash leaves.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HookKind } from '../../src/contract/hook.ts';
import { createSeal } from '../../src/db/seal.ts';
import { inShop } from '../../src/db/transaction.ts';
import type { HookDeliveries } from '../../src/hooks/deliveries.ts';
import { createOutgoing } from '../../src/providers/outgoing.ts';
import { modes } from '../db/modes.ts';
import { type HookLab, KEY, openHookLab } from './lab.ts';
import { isSignedBy, type Listener, openListener } from './listener.ts';

describe.each(modes)('%s', (mode) => {
  let lab: HookLab;
  const listeners: Listener[] = [];
  let listener: Listener;
  beforeAll(async () => {
    lab = await openHookLab(mode);
  }, 120_000);
  beforeEach(async () => {
    listener = await openListener();
    listeners.push(listener);
    lab.notices.length = 0;
    await lab.sql('delete from hook_endpoints');
  });
  afterAll(async () => {
    await Promise.all(listeners.map((one) => one.close()));
    await lab?.close();
  });

  const endpoint = (kinds: HookKind[] = []) =>
    lab.store.create(lab.shopId, { url: listener.url, kinds, description: '' });
  const read = async (id: string) => (await lab.store.list(lab.shopId)).find((hook) => hook.id === id)!;
  const letters = async (id: string, state: 'waiting' | 'delivered' | 'dead') =>
    (await lab.store.deliveries(lab.shopId, id, { state, limit: 100 })).items;
  /** As when hours have passed. */
  const later = (id: string, sql: string) => lab.sql(`update hook_deliveries set ${sql} where endpoint_id = $1`, [id]);

  describe('what arrives', () => {
    test('every event from now on, once, in order, signed, with its sequence and an id of its own', async () => {
      await lab.happen(3);
      const { hook, secret } = await endpoint();
      const sender = lab.sender();
      await lab.drain(sender, hook.id);
      expect(listener.heard).toEqual([]);
      const sequences = await lab.happen(250); // more than a page
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual(sequences);
      expect(new Set(listener.heard.map(({ id }) => id)).size).toBe(250);
      for (const heard of listener.heard.slice(0, 20)) expect(await isSignedBy(secret, heard)).toBe(true);
      const { event, id, timestamp } = listener.heard[0]!;
      expect(event).toEqual({
        type: 'commitment.due',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        sequence: sequences[0],
        data: { commitment_id: '1' },
      });
      expect(id).toBe(`evt_${lab.shopId}_${sequences[0]}`);
      expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(10);
      expect(await read(hook.id)).toMatchObject({ waiting: 0, dead: 0, lastError: null, sequence: sequences.at(-1) });
    });

    test('only the kinds that were asked for; others leave gaps and no rows', async () => {
      const { hook } = await endpoint(['csat.received']);
      await lab.happen(250);
      const wanted = await lab.happen(1, 'csat.received');
      await lab.happen(3, 'internal-matter');
      await lab.drain(lab.sender(), hook.id);
      expect(listener.sequences()).toEqual(wanted);
      expect(await letters(hook.id, 'delivered')).toHaveLength(1);
    });

    test('what is no business of the outside does not leave', async () => {
      const { hook } = await endpoint();
      await lab.happen(2, 'internal-matter');
      await lab.drain(lab.sender(), hook.id);
      expect(listener.heard).toEqual([]);
    });

    test('each endpoint has its own line: one that is away holds up nobody', async () => {
      const away = await endpoint();
      listener.answer = () => ({ status: 503 });
      const other = await openListener();
      listeners.push(other);
      const { hook } = await lab.store.create(lab.shopId, { url: other.url, kinds: [], description: '' });
      const sequences = await lab.happen(5);
      const sender = lab.sender({ scheduleMs: [60_000] });
      await Promise.all([sender.run(lab.shopId, away.hook.id), lab.drain(sender, hook.id)]);
      expect(other.sequences()).toEqual(sequences);
      expect(listener.sequences()).toEqual(sequences.slice(0, 1));
    });
  });

  describe('repeats', () => {
    test('another try has the same id and the same bytes, its own time, and comes before the next event', async () => {
      const { hook, secret } = await endpoint();
      const sequences = await lab.happen(3);
      let left = 3;
      listener.answer = () => ({ status: left-- > 0 ? 500 : 204 });
      const sender = lab.sender();
      await lab.drain(sender, hook.id);
      const [first, second] = sequences;
      expect(listener.sequences()).toEqual([first, first, first, first, ...sequences.slice(1)]);
      const tries = listener.heard.filter(({ event }) => event.sequence === first);
      expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
      expect(new Set(tries.map(({ raw }) => raw)).size).toBe(1);
      for (const one of tries) expect(await isSignedBy(secret, one)).toBe(true);
      expect(second).toBeGreaterThan(first!);
    });

    test('a sender that dies between sending and marking: the next one says it again with the same id', async () => {
      const { hook } = await endpoint();
      const [sequence, next] = await lab.happen(2);
      const dying: HookDeliveries = { ...lab.deliveries, mark: () => Promise.reject(new Error('killed')) };
      await expect(lab.sender({ deliveries: dying }).run(lab.shopId, hook.id)).rejects.toThrow('killed');
      expect(listener.sequences()).toEqual([sequence]);
      // as long as the dead one's lease runs nobody else sends, nor overtakes
      const sender = lab.sender();
      expect(await sender.run(lab.shopId, hook.id)).toBeNull();
      expect(listener.heard).toHaveLength(1);
      await later(hook.id, `lease_until = now() - interval '1 second'`);
      const due = await lab.database.pool.query<{ id: string }>('select id::text from due_hooks(100)');
      expect(due.rows.map(({ id }) => id)).toContain(hook.id);
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual([sequence, sequence, next]);
      expect(listener.heard[1]).toMatchObject({ id: listener.heard[0]!.id, raw: listener.heard[0]!.raw });
    });

    test('a sender that was away too long cannot overwrite what another has marked', async () => {
      const { hook } = await endpoint();
      await lab.happen(1);
      const stale = await lab.deliveries.claim(lab.shopId, hook.id, 30_000);
      if (stale.status !== 'claimed') return expect.fail('nothing was claimed');
      await later(hook.id, `lease_until = now() - interval '1 second'`);
      await lab.drain(lab.sender(), hook.id);
      await lab.deliveries.mark(stale, {
        outcome: { state: 'dead', status: null, error: 'too late' },
        disable: 'too late',
        disableAfterMs: 0,
      });
      expect(await read(hook.id)).toMatchObject({ state: 'active', dead: 0, lastError: null });
    });

    test('many senders at once: once each, in order, never two at the same time', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(40);
      listener.answer = () => ({ status: 200, afterMs: 2 });
      const senders = Array.from({ length: 8 }, () => lab.sender());
      while (listener.heard.length < 40) await Promise.all(senders.map((sender) => sender.run(lab.shopId, hook.id)));
      expect(listener.sequences()).toEqual(sequences);
      listener.heard.slice(1).forEach((heard, i) => {
        expect(heard.from).toBeGreaterThanOrEqual(listener.heard[i]!.to);
      });
    });
  });

  test('of events that many write at once, some in vain, none is lost and none overtakes', async () => {
    const { hook } = await endpoint();
    const senders = [lab.sender(), lab.sender()];
    const committed: number[] = [];
    let writing = true;
    const write = async (writer: number) => {
      for (let i = 0; i < 25; i++) {
        await inShop(lab.database.pool, lab.shopId, async (tx) => {
          const { rows } = await tx.query<{ seq: string }>(
            `select append_event($1, 'desk', 'commitment.due', '{}')::text as seq`,
            [lab.shopId],
          );
          if ((i + writer) % 5 === 0) throw new Error('in vain');
          committed.push(Number(rows[0]!.seq));
        }).catch((error: Error) => expect(error.message).toBe('in vain'));
      }
    };
    const sending = senders.map(async (sender) => {
      while (writing) await sender.run(lab.shopId, hook.id);
    });
    await Promise.all([0, 1, 2, 3].map(write));
    writing = false;
    await Promise.all(sending);
    await lab.drain(lab.sender(), hook.id);
    expect(committed).toHaveLength(80);
    expect(listener.sequences()).toEqual(committed.toSorted((a, b) => a - b));
  });

  describe('outages', () => {
    test('a listener that is down for a while hears everything afterwards, in order', async () => {
      const { hook } = await endpoint();
      const sender = lab.sender({ scheduleMs: Array.from({ length: 50 }, () => 30) });
      const before = await lab.happen(2);
      await lab.drain(sender, hook.id);
      await listener.close();
      const during: number[] = [];
      for (let i = 0; i < 5; i++) {
        during.push(...(await lab.happen(30)));
        expect(await sender.run(lab.shopId, hook.id)).toBeGreaterThan(0);
      }
      expect(await read(hook.id)).toMatchObject({
        waiting: 30,
        behind: 120,
        lastError: expect.stringContaining('ECONNREFUSED'),
      });
      expect((await read(hook.id)).failingSince).not.toBeNull();
      await listener.reopen();
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual([...before, ...during]);
      expect(await read(hook.id)).toMatchObject({
        waiting: 0,
        behind: 0,
        dead: 0,
        failingSince: null,
        lastError: null,
      });
    });

    test.each([
      ['hangs', 'hang' as const, /TimeoutError/],
      ['cuts the line', 'cut' as const, /网络请求失败/],
      ['redirects', { status: 301, headers: { location: 'http://127.0.0.1:9/' } }, /301/],
      ['answers 404', { status: 404 }, /404/],
    ])('one that %s has failed, bounded in time', async (_what, said, error) => {
      const { hook } = await endpoint();
      await lab.happen(1);
      listener.answer = () => said;
      const started = performance.now();
      expect(await lab.sender().run(lab.shopId, hook.id)).toBeGreaterThanOrEqual(20);
      expect(performance.now() - started).toBeLessThan(2_000);
      const { lastError } = await read(hook.id);
      expect(lastError).toMatch(error);
      expect(lastError).not.toContain('canary');
      expect(listener.heard).toHaveLength(1);
    });

    test('one that asks for time gets it', async () => {
      const { hook } = await endpoint();
      await lab.happen(1);
      listener.answer = () => ({ status: 429, headers: { 'retry-after': '120' } });
      const waitMs = await lab.sender().run(lab.shopId, hook.id);
      expect(waitMs).toBeGreaterThanOrEqual(120_000);
      expect(waitMs).toBeLessThan(140_000);
    });

    test('the usual pauses: ten attempts within some 75 hours', async () => {
      const { hook } = await endpoint();
      await lab.happen(1);
      listener.answer = () => ({ status: 500 });
      const sender = lab.sender({ scheduleMs: undefined });
      const waits: number[] = [];
      for (
        let wait = await sender.run(lab.shopId, hook.id);
        wait !== null;
        wait = await sender.run(lab.shopId, hook.id)
      ) {
        waits.push(wait);
        await later(hook.id, 'next_at = now()');
      }
      expect(listener.heard).toHaveLength(10);
      const hours = [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24];
      waits.forEach((wait, i) => {
        expect(wait).toBeGreaterThanOrEqual(hours[i]! * 3_600_000);
        expect(wait).toBeLessThanOrEqual(hours[i]! * 3_600_000 * 1.1 + 1);
      });
      expect(waits).toHaveLength(9);
    });

    test('an address inside the network is not called; the letter says why', async () => {
      const { hook } = await endpoint();
      await lab.happen(1);
      await lab.drain(lab.sender({ outgoing: createOutgoing({ named: [] }) }), hook.id);
      expect(listener.heard).toEqual([]);
      expect((await letters(hook.id, 'dead'))[0]!.lastError).toContain('内网');
    });
  });

  describe('dead letters', () => {
    test('after the last try, and the line goes on; one can be told again when all is well', async () => {
      const { hook } = await endpoint();
      const [poison, ...rest] = await lab.happen(3);
      listener.answer = ({ event }) => ({ status: event.sequence === poison ? 500 : 200 });
      const sender = lab.sender();
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual([poison, poison, poison, poison, poison, ...rest]);
      const dead = await letters(hook.id, 'dead');
      expect(dead).toEqual([expect.objectContaining({ sequence: poison, attempts: 5, status: 500, nextAt: null })]);
      expect(await read(hook.id)).toMatchObject({ state: 'active', dead: 1 });

      listener.heard.length = 0;
      expect(await lab.store.replayDead(lab.shopId, hook.id, dead[0]!.id)).toBe(true);
      const more = await lab.happen(1);
      await lab.drain(sender, hook.id); // still poison: one try, and nobody waits for it
      expect(listener.sequences()).toEqual([poison, ...more]);
      expect(await letters(hook.id, 'dead')).toHaveLength(1);

      listener.answer = () => ({ status: 200 });
      const first = listener.heard[0]!;
      expect(await lab.store.replayDead(lab.shopId, hook.id, dead[0]!.id)).toBe(true);
      await lab.drain(sender, hook.id);
      expect(listener.heard.at(-1)).toMatchObject({ id: first.id, raw: first.raw });
      expect(await letters(hook.id, 'dead')).toEqual([]);
      expect(await lab.store.replayDead(lab.shopId, hook.id, dead[0]!.id)).toBe(false);
    });

    test.each([400, 413, 422])(
      '%i says that this very event is not wanted: three tries, then the next',
      async (status) => {
        const { hook } = await endpoint();
        const [unwanted, next] = await lab.happen(2);
        listener.answer = ({ event }) => ({ status: event.sequence === unwanted ? status : 200 });
        await lab.drain(lab.sender(), hook.id);
        expect(listener.sequences()).toEqual([unwanted, unwanted, unwanted, next]);
      },
    );

    test('a letter told again waits until what is being sent has been sent', async () => {
      const { hook } = await endpoint();
      await lab.happen(2);
      listener.answer = () => ({ status: 422 });
      await lab.drain(lab.sender(), hook.id);
      const dead = await letters(hook.id, 'dead');
      await lab.happen(1);
      const running = await lab.deliveries.claim(lab.shopId, hook.id, 30_000);
      expect(running.status).toBe('claimed');
      await lab.store.replayDead(lab.shopId, hook.id, dead[0]!.id);
      expect(await lab.deliveries.claim(lab.shopId, hook.id, 30_000)).toEqual({ status: 'busy' });
    });
  });

  describe('telling again', () => {
    test('from a sequence on: the same ids, in order, what waits not twice', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(10);
      const sender = lab.sender();
      await lab.drain(sender, hook.id);
      const ids = listener.heard.map(({ id }) => id);
      listener.answer = () => ({ status: 500 });
      sequences.push(...(await lab.happen(3)));
      await sender.run(lab.shopId, hook.id);
      listener.answer = () => ({ status: 200 });
      listener.heard.length = 0;
      expect(await lab.store.replayFrom(lab.shopId, hook.id, sequences[4]!)).toBe(true);
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual(sequences.slice(4));
      expect(listener.heard.map(({ id }) => id).slice(0, 6)).toEqual(ids.slice(4));
    });

    test('from one that waits: once', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(4);
      const [first, second] = sequences;
      listener.answer = ({ event }) => ({ status: event.sequence === first ? 200 : 500 });
      const sender = lab.sender();
      await sender.run(lab.shopId, hook.id);
      expect(listener.sequences()).toEqual([first, second]);
      await lab.store.replayFrom(lab.shopId, hook.id, second!);
      listener.answer = () => ({ status: 200 });
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual([first, second, ...sequences.slice(1)]);
    });

    test('from a sequence that is still to come changes nothing', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(2);
      await lab.store.replayFrom(lab.shopId, hook.id, sequences.at(-1)! + 1_000);
      await lab.drain(lab.sender(), hook.id);
      expect(listener.sequences()).toEqual(sequences);
    });
  });

  describe('secrets', () => {
    test('while one is rotated both sign; after a day the new one alone', async () => {
      const { hook, secret: old } = await endpoint();
      const rotated = (await lab.store.rotateSecret(lab.shopId, hook.id))!;
      const sender = lab.sender();
      const signers = async () => {
        await lab.happen(1);
        await lab.drain(sender, hook.id);
        const heard = listener.heard.at(-1)!;
        return [heard.signatures.length, await isSignedBy(old, heard), await isSignedBy(rotated.secret, heard)];
      };
      expect(await signers()).toEqual([2, true, true]);
      expect(Date.parse(rotated.previousUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
      await lab.sql(`update hook_endpoints set previous_until = now() - interval '1 second' where id = $1`, [hook.id]);
      expect(await signers()).toEqual([1, false, true]);
    });

    test('lie sealed in the database, open nowhere but in their place, and are not in any list', async () => {
      const { hook, secret } = await endpoint();
      const other = await endpoint();
      await lab.store.rotateSecret(lab.shopId, hook.id);
      const rows = await lab.sql<Record<string, string>>('select * from hook_endpoints');
      const stored = JSON.stringify(rows) + JSON.stringify(await lab.store.list(lab.shopId));
      expect(stored).not.toContain('whsec_');
      expect(stored).not.toContain(secret.slice(6, 30));
      await lab.sql('update hook_endpoints set secret = $2 where id = $1', [
        hook.id,
        rows.find(({ id }) => id === other.hook.id)!.secret,
      ]);
      await lab.happen(1);
      await lab.drain(lab.sender(), hook.id);
      expect(listener.heard).toEqual([]);
      expect((await read(hook.id)).state).toBe('disabled');
    });

    test('with another key of the installation nothing is sent, nothing is lost, and people are told', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(2);
      await lab.drain(lab.sender({ seal: createSeal(`${KEY}-changed`) }), hook.id);
      expect(await read(hook.id)).toMatchObject({
        state: 'disabled',
        reason: expect.stringContaining('JIEBANG_SECRET_KEY'),
        waiting: 2,
      });
      expect(lab.notices).toHaveLength(1);
      await lab.store.change(lab.shopId, hook.id, { state: 'active' });
      await lab.drain(lab.sender(), hook.id);
      expect(listener.sequences()).toEqual(sequences);
    });
  });

  describe('an endpoint that has to be left alone', () => {
    test('410 disables it at once: people are told, what was not taken waits', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(2);
      listener.answer = () => ({ status: 410 });
      await lab.drain(lab.sender(), hook.id);
      expect(listener.heard).toHaveLength(1);
      expect(await read(hook.id)).toMatchObject({ state: 'disabled', reason: expect.stringContaining('410'), dead: 0 });
      expect(lab.notices).toEqual([{ host: new URL(listener.url).host, reason: expect.stringContaining('410') }]);
      const told = await lab.sql<{ payload: object }>(
        `select payload from events where topic = 'desk' and kind = 'hook' order by seq desc limit 1`,
      );
      expect(told[0]!.payload).toMatchObject({ hookId: hook.id, state: 'disabled' });

      sequences.push(...(await lab.happen(3)));
      expect(await lab.sender().run(lab.shopId, hook.id)).toBeNull();
      const due = await lab.database.pool.query<{ id: string }>('select id::text from due_hooks(100)');
      expect(due.rows.map(({ id }) => id)).not.toContain(hook.id);
      listener.answer = () => ({ status: 200 });
      listener.heard.length = 0;
      await lab.store.change(lab.shopId, hook.id, { state: 'active' });
      await lab.drain(lab.sender(), hook.id);
      expect(listener.sequences()).toEqual(sequences);
    });

    test('letters are listed newest first, page by page', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(25);
      await lab.drain(lab.sender(), hook.id);
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await lab.store.deliveries(lab.shopId, hook.id, {
          state: 'delivered',
          limit: 10,
          ...(cursor && { cursor }),
        });
        seen.push(...page.items.map(({ sequence }) => sequence));
        cursor = page.next ?? undefined;
      } while (cursor);
      expect(seen).toEqual(sequences.toReversed());
    });

    test('so does a dead letter after three days without a success, and not before', async () => {
      const { hook } = await endpoint();
      await lab.happen(3);
      listener.answer = () => ({ status: 500 });
      const sender = lab.sender({ scheduleMs: [1] });
      await sender.run(lab.shopId, hook.id);
      await new Promise((resolve) => setTimeout(resolve, 10));
      await sender.run(lab.shopId, hook.id);
      expect(await read(hook.id)).toMatchObject({ state: 'active', dead: 1 });
      await lab.sql(`update hook_endpoints set failing_since = now() - interval '73 hours' where id = $1`, [hook.id]);
      await lab.drain(sender, hook.id);
      expect(await read(hook.id)).toMatchObject({ state: 'disabled', dead: 2, waiting: 1 });
      expect(lab.notices).toHaveLength(1);
    });

    test('paused by hand it stays paused, a new address or not, and goes on where it stood', async () => {
      const { hook } = await endpoint();
      await lab.store.change(lab.shopId, hook.id, { state: 'paused' });
      const sequences = await lab.happen(2);
      const sender = lab.sender();
      await lab.store.change(lab.shopId, hook.id, { url: `${listener.url}&v=2` });
      await lab.drain(sender, hook.id);
      expect(listener.heard).toEqual([]);
      await lab.store.change(lab.shopId, hook.id, { state: 'active' });
      await lab.drain(sender, hook.id);
      expect(listener.sequences()).toEqual(sequences);
    });

    test('a new address is tried at once, with all that waits', async () => {
      const { hook } = await endpoint();
      const sequences = await lab.happen(2);
      listener.answer = () => ({ status: 500 });
      const sender = lab.sender({ scheduleMs: [60_000] });
      await sender.run(lab.shopId, hook.id);
      const other = await openListener();
      listeners.push(other);
      await lab.store.change(lab.shopId, hook.id, { url: other.url });
      await lab.drain(sender, hook.id);
      expect(other.sequences()).toEqual(sequences);
    });

    test('removed in the middle of a try it is gone', async () => {
      const { hook } = await endpoint();
      await lab.happen(2);
      listener.answer = () => ({ status: 200, afterMs: 100 });
      const running = lab.drain(lab.sender(), hook.id);
      await new Promise((resolve) => setTimeout(resolve, 40));
      expect(await lab.store.remove(lab.shopId, hook.id)).toBe(true);
      await running;
      expect(listener.heard).toHaveLength(1);
      expect(await lab.sql('select 1 from hook_deliveries where endpoint_id = $1', [hook.id])).toEqual([]);
    });
  });

  test('of thirty made at once twenty are', async () => {
    const made = await Promise.allSettled(Array.from({ length: 30 }, () => endpoint()));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await lab.store.list(lab.shopId)).toHaveLength(20);
  });

  test('due_hooks finds who has something to do, and nobody else', async () => {
    const due = async () =>
      (await lab.database.pool.query<{ id: string }>('select id::text from due_hooks(1000)')).rows.map(({ id }) => id);
    const { hook } = await endpoint();
    expect(await due()).not.toContain(hook.id);
    await lab.happen(1);
    expect(await due()).toContain(hook.id);
    listener.answer = () => ({ status: 500 });
    await lab.sender({ scheduleMs: [60_000] }).run(lab.shopId, hook.id);
    expect(await due()).not.toContain(hook.id); // waits for its time
    await later(hook.id, `next_at = now() - interval '1 second'`);
    expect(await due()).toContain(hook.id);
    await lab.deliveries.claim(lab.shopId, hook.id, 30_000);
    expect(await due()).not.toContain(hook.id); // somebody is at it
  });

  test('of the delivered ones a week is kept', async () => {
    const { hook } = await endpoint();
    await lab.happen(3);
    const sender = lab.sender();
    await lab.drain(sender, hook.id);
    await later(hook.id, `done_at = now() - interval '8 days'`);
    await lab.happen(1);
    await lab.drain(sender, hook.id);
    expect(await letters(hook.id, 'delivered')).toHaveLength(1);
  });
});
