// What happens at the same moment to the same rows: everybody gets what they asked for, and no transaction waits for another in a circle.
import { expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { say } from '../../src/desk/say.ts';
import { keepSuggestions } from '../../src/desk/suggestions.ts';
import { eachMode } from '../db/modes.ts';
import type { Single } from './baton-model/acts.ts';
import { TEAMS } from './baton-model/model.ts';
import { openShop, perform } from './baton-model/shop.ts';
import { look } from './baton-model/snapshot.ts';

const TIMES = 60;
const takeOver = (talk: number, by: number): Single => ({
  kind: 'move',
  talk,
  aim: 'conversation',
  bare: false,
  event: { kind: 'take-over', by, team: 'insale' },
});

eachMode((database, mode) => {
  it(`${TIMES} crossings, no deadlock`, { timeout: 60_000 }, async () => {
    const shop = await openShop(database(), Array(TEAMS.length).fill({ capacity: 6, channelMax: null }));
    const known = { ...shop, seen: await look(shop.pool, shop.id) };
    for (const who of [0, 1]) await perform(known, takeOver(who, who));
    for (let n = 1; n <= TIMES; n++) {
      const crossing: [Single, Single] = [takeOver(0, n % 2), takeOver(1, (n + 1) % 2)];
      const { answer } = await perform(known, { kind: 'race', acts: crossing });
      expect(answer.both).toMatchObject([{ status: 'moved' }, { status: 'moved' }]);
    }
  });

  it(`${TIMES} answers beside ${TIMES} drafts for the same conversation, none waits for the other in a circle`, {
    timeout: 60_000,
  }, async () => {
    const shop = await openShop(database(), Array(TEAMS.length).fill({ capacity: 6, channelMax: null }));
    const known = { ...shop, seen: await look(shop.pool, shop.id) };
    await perform(known, takeOver(0, 0));
    const { id } = known.seen.talks[0]!;
    const drafts = (forSeq: number) => ({ forSeq, drafts: [], failed: false, mood: null, talk: null });
    const kept: boolean[] = [];
    for (let n = 1; n <= TIMES; n++) {
      const [, news] = await Promise.all([
        say(shop.desk, shop.staff[0]!, id, { clientMessageId: `answer-${n}`, text: '您好', kind: 'reply' }),
        keepSuggestions(shop.pool, shop.id, id, { seenSeq: n, set: drafts(n) }),
      ]);
      kept.push(news);
    }
    expect(kept).toEqual(Array(TIMES).fill(true));
  });

  it('no function locks a row against those who merely name it', async () => {
    const { rows } = await database()
      .ownerPool()
      .query(
        `select proname from pg_proc where pronamespace = 'public'::regnamespace and prosrc ~* 'for update' and prosrc !~* 'for update skip locked'`,
      );
    expect(rows).toEqual([]);
  });

  // the embedded database has one connection: nobody is there to wait for
  it.runIf(mode === 'server')(
    'agents who are locked may be named by others meanwhile',
    { timeout: 30_000 },
    async () => {
      const { pool, id, staff } = await openShop(
        database(),
        Array(TEAMS.length).fill({ capacity: 6, channelMax: null }),
      );
      const name = (about: number) =>
        `insert into audit_log (shop_id, staff_id, action, subject) values (${id}, ${staff[about]!.id}, 'x', 'y')`;
      let bothLocked = () => {};
      const locked = new Promise<void>((resolve) => {
        bothLocked = resolve;
      });
      let count = 0;
      // each holds one agent and then names the one the other holds
      const hold = (mine: number, other: number) =>
        inShop(pool, id, async (tx) => {
          await tx.query('select lock_agent($1)', [staff[mine]!.id]);
          if (++count === 2) bothLocked();
          await locked;
          await tx.query(name(other));
        });
      await Promise.all([hold(0, 1), hold(1, 0)]);
    },
  );
});
