// The clocks of a handoff: what ran out reaches the desk, the board and the shop's group, each once, and a reply stops it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;

let server: RunningServer;
let group: Server;
let agent: Agent;
let boss: Agent;
const told: string[] = [];
beforeAll(async () => {
  group = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      told.push(body);
      response.setHeader('content-type', 'application/json').end('{"errcode":0,"errmsg":"ok"}');
    });
  });
  await new Promise<void>((resolve) => group.listen(0, '127.0.0.1', resolve));
  const { port } = group.address() as AddressInfo;
  server = await startServer({ env: { ROBOT_WECOM_URL: `http://127.0.0.1:${port}/cgi-bin/webhook/send?key=k` } });
  await server.addStaff('agent-a');
  await server.addStaff('boss', 'supervisor');
  agent = await signIn(server.base, 'agent-a');
  boss = await signIn(server.base, 'boss');
}, 180_000);
afterAll(async () => {
  await server?.close();
  group?.close();
});

async function handedOver() {
  const shopper = await enterShop(server.base);
  await shopper.say('我要投诉，你们发错货还不理人');
  const { id } = (await agent.waiting(shopper.conversationId))!;
  return { shopper, id: id! };
}

/** Lets time pass for one handoff. */
const earlier = (id: string, column: 'due_at' | 'awaiting_since' | 'queued_at', seconds: number) =>
  inShop(server.database.pool, server.shopId, (tx) =>
    tx.query(`update handoffs set ${column} = now() - $2 * interval '1 second' where id = $1`, [id, seconds]),
  );

const breachesOf = async (id: string): Promise<string[]> => {
  const { rows } = await shopQuery<{ clock: string }>(
    server.database.pool,
    server.shopId,
    'select clock from breaches where handoff_id = $1 order by breached_at, clock',
    [id],
  );
  return rows.map((r) => r.clock);
};

const eventsOf = async (id: string) => {
  const { rows } = await shopQuery<{ payload: { clock: string; supervisor: boolean; owner: string | null } }>(
    server.database.pool,
    server.shopId,
    `select payload from events where topic = 'desk' and kind = 'breach' and payload->>'handoffId' = $1 order by seq`,
    [id],
  );
  return rows.map((r) => r.payload);
};

describe('a clock that runs out', () => {
  it('is written once, told to the supervisor and to the group, without a word of the shopper', {
    timeout: 60_000,
  }, async () => {
    const { id } = await handedOver();
    await earlier(id, 'due_at', 5);
    await expect.poll(() => breachesOf(id), { timeout: 12_000 }).toEqual(['first-reply']);
    // the group may have heard of the morning's patrol besides
    const about = () => told.filter((t) => t.includes('首次回复超时') && t.includes(id));
    await expect.poll(() => about().length, { timeout: 5_000 }).toBe(1);
    expect(about()[0]).not.toContain('发错货');
    await new Promise((r) => setTimeout(r, 6_000)); // another round of the reconciler
    expect(await eventsOf(id)).toMatchObject([{ clock: 'first-reply', supervisor: true, owner: null }]);
  });

  it('tells the owner after 100 s, everybody after three minutes, and rests once the shopper is answered', {
    timeout: 90_000,
  }, async () => {
    const { shopper, id } = await handedOver();
    await agent.post(`/api/handoffs/${id}/claim`);
    await agent.reply(shopper.conversationId, '您好，我来处理');
    await shopper.say('那什么时候能换好？');
    await earlier(id, 'awaiting_since', 110);
    await expect.poll(() => breachesOf(id), { timeout: 12_000 }).toEqual(['slow-reply']);
    expect(await eventsOf(id)).toMatchObject([{ clock: 'slow-reply', supervisor: false, owner: agent.id }]);
    await agent.reply(shopper.conversationId, '今天就给您换');
    await shopper.say('好的，几点？');
    await earlier(id, 'awaiting_since', 200);
    await expect
      .poll(async () => (await breachesOf(id)).toSorted(), { timeout: 12_000 })
      .toEqual(['next-reply', 'slow-reply', 'slow-reply']);
    await agent.reply(shopper.conversationId, '下午三点前');
    await new Promise((r) => setTimeout(r, 6_000));
    expect((await breachesOf(id)).length).toBe(3);
  });

  it('counts on the board, beside the measures of a platform', { timeout: 30_000 }, async () => {
    expect((await agent.get('/api/metrics/service')).status).toBe(403);
    const { status, body } = await boss.get<{
      figures: { id: string; kind: string; of?: number }[];
      breaches: { clock: string; n: number }[];
      missesLeft: { metric: string; share: { of: number } } | null;
    }>('/api/metrics/service?profile=generic');
    expect(status).toBe(200);
    expect(body.breaches).toEqual(
      expect.arrayContaining([
        { clock: 'first-reply', n: 1 },
        { clock: 'slow-reply', n: 2 },
      ]),
    );
    expect(body.missesLeft!.share.of).toBeGreaterThan(0);
    for (const profile of ['taobao', 'doudian', 'pinduoduo', 'jd', 'kuaishou', 'wecom-kf'])
      expect((await boss.get(`/api/metrics/service?profile=${profile}`)).status, profile).toBe(200);
  });
});
