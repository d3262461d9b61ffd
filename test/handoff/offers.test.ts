// Who is offered what, on the real rows: the queue's order across teams, and cases that suit nobody do not hide those behind them.
import { expect, it } from 'vitest';
import { openConversation } from '../../src/conversations/store.ts';
import { inShop } from '../../src/db/transaction.ts';
import { eachMode } from '../db/modes.ts';
import { OFFERING, TEAMS } from './baton-model/model.ts';
import { openShop, type Shop } from './baton-model/shop.ts';

type Bare = Omit<Shop, 'seen'>;

/** A case that waits, due so many seconds after one and the same moment. The id of its handoff. */
async function wait(
  shop: Bare,
  name: string,
  dueS: number,
  more: { skills?: string[]; rank?: number; weight?: number } = {},
) {
  const visitor = { platformId: name, name, customerId: null, memory: {} };
  const { conversationId } = await openConversation(shop.pool, shop.accounts[0]!, visitor);
  return inShop(shop.pool, shop.id, async (tx) => {
    await tx.query(`update conversations set owner_kind = 'queue' where id = $1`, [conversationId]);
    const { rows } = await tx.query<{ id: string }>(
      `insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, state, summary, packet, due_at, skills, weight)
       values ($1, $2, 'asked_for_human', 'R3', $3, $4, 'waiting', '', '{}', timestamptz '2027-01-01 00:00Z' + $5::int * interval '1 s', $6, $7) returning id::text`,
      [shop.id, conversationId, more.rank ?? 3, OFFERING, dueS, more.skills ?? [], more.weight ?? 1],
    );
    return rows[0]!.id;
  });
}

const offered = async (shop: Bare): Promise<string[]> =>
  inShop(shop.pool, shop.id, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      'select handoff_id::text as id from assignments order by assignments.id',
    );
    return rows.map((r) => r.id);
  });

eachMode((database) => {
  it('goes past any number of cases that need a skill nobody has', { timeout: 60_000 }, async () => {
    const shop = await openShop(database(), Array(TEAMS.length).fill({ capacity: 6, channelMax: null }));
    for (let n = 0; n < 75; n++) await wait(shop, `rare-${n}`, n, { skills: ['日语'] });
    const plain = await wait(shop, 'plain', 900);
    await shop.engine.offer();
    expect(await offered(shop)).toEqual([plain]);
  });

  it('offers a heavy case to whoever has nothing else, and the lighter ones behind it to the others', {
    timeout: 60_000,
  }, async () => {
    const shop = await openShop(database(), Array(TEAMS.length).fill({ capacity: 1, channelMax: null }));
    const heavy: string[] = [];
    for (let n = 0; n < 2; n++) heavy.push(await wait(shop, `heavy-${n}`, n, { weight: 2 }));
    const light: string[] = [];
    for (let n = 0; n < 4; n++) light.push(await wait(shop, `light-${n}`, 10 + n));
    await shop.engine.offer();
    expect(await offered(shop)).toEqual([...heavy, light[0]]); // three serve this team
  });

  it('offers what is most urgent first, more than one look takes, until all are full', {
    timeout: 60_000,
  }, async () => {
    const shop = await openShop(database(), Array(TEAMS.length).fill({ capacity: 9, channelMax: null }));
    const ids: { id: string; rank: number; dueS: number }[] = [];
    for (let n = 0; n < 60; n++) {
      const [rank, dueS] = [n % 3, (n * 37) % 600];
      ids.push({ id: await wait(shop, `s-${n}`, dueS, { rank }), rank, dueS });
    }
    await shop.engine.offer();
    const inOrder = ids
      .sort((a, b) => a.rank - b.rank || a.dueS - b.dueS || Number(a.id) - Number(b.id))
      .map((c) => c.id);
    const got = await offered(shop);
    expect(got.length).toBeGreaterThan(16);
    expect(got.length).toBeLessThan(60);
    expect(got).toEqual(inOrder.slice(0, got.length));
  });

  it('offers a case to somebody else before the ones behind it when its agent is gone by then', {
    timeout: 60_000,
  }, async () => {
    const shop = await openShop(database(), Array(TEAMS.length).fill({ capacity: 1, channelMax: null }));
    const cases: string[] = [];
    for (let n = 0; n < 3; n++) cases.push(await wait(shop, `one-${n}`, n));
    const [, second] = shop.staff.filter((one) => one.teams.includes(OFFERING));
    // leaves at the very moment when the first is offered something: after the look, before the lock
    await database()
      .ownerPool()
      .query(
        `create function leave() returns trigger language plpgsql as $$ begin
         update staff set presence = 'offline' where id = ${second!.id}; return new; end $$;
       create trigger leave after insert on assignments for each row execute function leave()`,
      );
    await shop.engine.offer();
    await database().ownerPool().query('drop function leave cascade');
    expect(await offered(shop)).toEqual(cases.slice(0, 2));
  });
});
