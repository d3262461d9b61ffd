// What the rows must do where the model's shop never comes: a shopper nobody knew, a twin that was quicker, words without a turn, an agent who gives no signs of life.
import assert from 'node:assert/strict';
import type { Packet } from '../../../src/contract/handoff.ts';
import { createAdmission } from '../../../src/conversations/admit.ts';
import { putMessage } from '../../../src/conversations/store.ts';
import type { Database } from '../../../src/db/database.ts';
import { inShop } from '../../../src/db/transaction.ts';
import { overheard } from './faults.ts';
import { TEAMS } from './model.ts';
import { moveFor } from './moving.ts';
import type { Event } from './rules.ts';
import { openShop, perform, type Shop } from './shop.ts';
import { look } from './snapshot.ts';

interface Check {
  name: string;
  /** @throws Error when it is not so */
  check(database: Database): Promise<void>;
}

async function open(database: Database): Promise<Shop> {
  const opened = await openShop(database, Array(TEAMS.length).fill({ capacity: 6, channelMax: null }));
  return { ...opened, seen: await look(opened.pool, opened.id) };
}

const admit = (shop: Shop, account: number, externalId: string, shopperId: string) =>
  createAdmission(shop.pool).admit(shop.accounts[account]!, { externalId, shopperId, text: '在吗', payload: {} }, 0);

const saidIn = async (shop: Shop): Promise<number[]> => (await look(shop.pool, shop.id)).talks.map((t) => t.said);

/** Another connection wins right before this one writes: what only two transactions at once can do, in one. */
async function quicker(database: Database, shop: Shop, external: string, seq: number, work: () => Promise<void>) {
  const owner = database.ownerPool();
  await owner.query(
    `create function be_quicker() returns trigger language plpgsql as $$ begin
       insert into inbound_ids (shop_id, channel_account_id, external_id, conversation_id, seq)
         values (${shop.id}, ${shop.accounts[0]!.id}, '${external}', new.id, ${seq}) on conflict do nothing;
       return new; end $$;
     create trigger be_quicker before update on conversations for each row execute function be_quicker()`,
  );
  try {
    await work();
  } finally {
    await owner.query('drop function be_quicker cascade');
  }
}

export const checks: readonly Check[] = [
  {
    name: 'whoever writes for the first time has a conversation from then on',
    async check(database) {
      const shop = await open(database);
      const first = await admit(shop, 0, 'a', 'nobody knew them');
      assert.deepEqual({ status: first.status, seq: first.seq }, { status: 'new', seq: 1 });
      const second = await admit(shop, 0, 'b', 'nobody knew them');
      assert.deepEqual([second.conversationId, second.seq], [first.conversationId, 2]);
    },
  },
  {
    name: 'a message whose twin was quicker takes the twin’s place, and no number is lost',
    async check(database) {
      const shop = await open(database);
      await admit(shop, 1, 'twin', 'mei');
      await admit(shop, 0, 'another', 'lan');
      await admit(shop, 0, 'before', 'mei');
      const said = await saidIn(shop);
      await quicker(database, shop, 'twin', 77, async () => {
        const late = await admit(shop, 0, 'twin', 'mei');
        const { talks } = shop.seen;
        assert.deepEqual(
          { status: late.status, conversation: late.conversationId, seq: late.seq },
          { status: 'duplicate', conversation: talks[0]!.id, seq: 77 },
        );
      });
      assert.deepEqual(await saidIn(shop), said);
    },
  },
  {
    name: 'words that belong to no turn wait behind each other too',
    async check(database) {
      const shop = await open(database);
      const put = () =>
        inShop(shop.pool, shop.id, (tx) =>
          putMessage(tx, {
            shopId: shop.id,
            conversationId: shop.seen.talks[0]!.id,
            author: 'system',
            authorId: null,
            kind: 'notice',
            text: '您好',
            payload: {},
            clientId: null,
            born: 'sending',
            leaseMs: 20_000,
          }),
        );
      await put();
      await put();
      const { talks } = await look(shop.pool, shop.id);
      assert.deepEqual(
        talks[0]!.outbox.map((row) => row.state),
        ['sending', 'new'],
      );
    },
  },
  {
    name: 'who works without signs of life is offered nothing, and taking work is none',
    async check(database) {
      const shop = await open(database);
      const signs = async () => {
        const { rows } = await inShop(shop.pool, shop.id, (tx) =>
          tx.query<{ at: string | null }>('select presence_at as at from staff order by id limit 1'),
        );
        return rows[0]!.at;
      };
      await inShop(shop.pool, shop.id, (tx) =>
        tx.query('update staff set presence_at = null where id = $1', [shop.staff[0]!.id]),
      );
      const move = { kind: 'move', aim: 'conversation', bare: false } as const;
      await perform(shop, { ...move, talk: 0, event: { kind: 'hand-off', team: 'insale', away: false } });
      const { answer } = await perform(shop, { ...move, talk: 0, event: { kind: 'offer', to: 0 } });
      assert.deepEqual([answer.status, answer.why], ['refused', 'not-now']);
      const taken = await perform(shop, { ...move, talk: 0, event: { kind: 'claim', by: 0 } });
      assert.equal(taken.answer.status, 'moved');
      assert.equal(await signs(), null);
    },
  },
  {
    name: 'a move locks its agent and whoever loses by it, the older account first, and nobody else',
    async check(database) {
      const shop = await open(database);
      const locks = async (event: Event, more: { bare?: boolean } = {}): Promise<number[]> => {
        const locked: number[] = [];
        const pool = overheard(shop.pool, /\block_agent\b/, ([id]) =>
          locked.push(shop.staff.findIndex((one) => one.id === id)),
        );
        const act = { kind: 'move', talk: 0, aim: 'conversation', bare: false, event, ...more } as const;
        assert.equal((await moveFor(shop, pool, act, {} as Packet)).status, 'moved', event.kind);
        return locked;
      };
      const takes = (by: number): Event => ({ kind: 'take-over', by, team: 'insale' });
      assert.deepEqual(await locks(takes(1)), [1]);
      assert.deepEqual(await locks(takes(0)), [0, 1]);
      assert.deepEqual(await locks(takes(1)), [0, 1]);
      assert.deepEqual(await locks({ kind: 'ask-transfer', by: 1, to: { kind: 'agent', agent: 0 } }), [1]);
      assert.deepEqual(await locks({ kind: 'decline-transfer', by: 0 }), [0]);
      assert.deepEqual(await locks(takes(2), { bare: true }), []);
      assert.deepEqual(await locks({ kind: 'resolve', by: 2 }), [2]);
    },
  },
];
