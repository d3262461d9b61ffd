// The spine as a shopper and an agent live it: answers with their source, choices, a complaint that reaches a person, the bot after it.
import { describe, expect, it } from 'vitest';
import { enterShop, signIn } from './people.ts';
import type { RunningServer } from './server.ts';

/** Declares the story's tests; `running` is called inside them and needs the agents `agent-a` and `agent-b`. */
export function tellSpineStory(running: () => RunningServer): void {
  describe('the bot answers', () => {
    it('七天无理由怎么退: from the corpus, with its source', async () => {
      const shopper = await enterShop(running().base);
      await shopper.say('七天无理由怎么退');
      const [answer] = await shopper.hear();
      expect(answer).toMatchObject({ from: 'bot', source: { title: '七天无理由怎么退' } });
      expect(answer!.text).toMatch(/退/);
      expect(answer!.source!.reference).toBeTruthy();
    });

    it('我的快递到哪了: with the trace of the sample order', async () => {
      const shopper = await enterShop(running().base);
      await shopper.say('我的快递到哪了');
      const [answer] = await shopper.hear();
      expect(answer!.text).toContain('ZT7583920164417');
      expect(answer!.text).toContain('杭州转运中心');
      expect(answer!.source!.title).toContain('MH2026112000017');
    });

    it('asks which order when several are open, by choices, and answers the one that is tapped', async () => {
      const shopper = await enterShop(running().base, { name: '小周' });
      await shopper.say('我的快递到哪了');
      const [question] = await shopper.hear();
      expect(question!.choices!.length).toBe(3);
      const bedding = question!.choices!.find((c) => c.label.includes('四件套'))!;
      await shopper.tap(bedding);
      const [answer] = await shopper.hear();
      expect(answer!.text).toContain('成都转运中心');
    });

    it('an unclear message gets two to four choices, a person among them', async () => {
      const shopper = await enterShop(running().base);
      await shopper.say('那个啥来着');
      const [question] = await shopper.hear();
      expect(question!.choices!.length).toBeGreaterThanOrEqual(2);
      expect(question!.choices!.length).toBeLessThanOrEqual(4);
      expect(question!.choices!.map((c) => c.value)).toContain('human');
    });

    it('does not answer the same message twice', async () => {
      const shopper = await enterShop(running().base);
      const first = await shopper.say('七天无理由怎么退', 'the-same-id');
      const second = await shopper.say('七天无理由怎么退', 'the-same-id');
      expect(second).toEqual(first);
      await shopper.hear();
      await new Promise((r) => setTimeout(r, 1_200));
      const all = await shopper.all();
      expect(all.filter((m) => m.from === 'shopper')).toHaveLength(1);
      expect(all.filter((m) => m.from === 'bot')).toHaveLength(1);
    });

    it('takes a burst as one turn', async () => {
      const shopper = await enterShop(running().base);
      await Promise.all([shopper.say('你好'), shopper.say('七天无理由怎么退')]);
      await shopper.hear();
      await new Promise((r) => setTimeout(r, 1_000));
      expect((await shopper.all()).filter((m) => m.from === 'bot')).toHaveLength(1);
    });
  });

  describe('the baton', () => {
    it('a complaint is in the queue within a second, claimed once, answered, resolved, and the bot is back', async () => {
      const [a, b] = [await signIn(running().base, 'agent-a'), await signIn(running().base, 'agent-b')];
      const shopper = await enterShop(running().base);
      await shopper.say('我要投诉，你们卖假货');
      const said = performance.now();
      const row = await a.waiting(shopper.conversationId);
      expect(performance.now() - said).toBeLessThan(1_000);
      expect(row).toMatchObject({ reason: 'complaint', risk: 'R1', state: 'waiting' });
      expect(row!.summary).toContain('我要投诉');
      expect(row!.dueAt).toBeTruthy();
      const told = await shopper.hear();
      expect(told[0]!.text).toMatch(/转接/);
      expect((await shopper.state()).state).toBe('waiting');

      const { body: whole } = await a.get<{
        packet: { suggestions: unknown[]; signals: unknown[]; summary: string[]; orders: unknown[] };
      }>(`/api/handoffs/${row!.id}`);
      expect(whole.packet.suggestions.length).toBeGreaterThan(0);
      expect(whole.packet.signals.length).toBeGreaterThan(0);
      expect(whole.packet.orders.length).toBeGreaterThan(0);

      const claims = await Promise.all([
        a.post(`/api/handoffs/${row!.id}/claim`),
        b.post<{ code: string }>(`/api/handoffs/${row!.id}/claim`),
      ]);
      expect(claims.map((c) => c.status).sort()).toEqual([200, 409]);
      const [owner, loser] = claims[0].status === 200 ? [a, b] : [b, a];
      expect(await loser.reply(shopper.conversationId, '抢答')).toMatchObject({
        status: 409,
        body: { code: 'not_owner' },
      });
      expect((await owner.reply(shopper.conversationId, '内部备注-不可见', 'note')).status).toBe(201);
      expect((await owner.reply(shopper.conversationId, '您好，我是人工客服小美')).status).toBe(201);
      expect((await shopper.hear(['agent']))[0]!.text).toBe('您好，我是人工客服小美');

      await shopper.say('那怎么处理');
      await new Promise((r) => setTimeout(r, 1_200));
      const after = await shopper.all();
      expect(after.at(-1)).toMatchObject({ from: 'shopper', text: '那怎么处理' });
      expect(JSON.stringify(after)).not.toContain('内部备注');

      expect(
        (await owner.post(`/api/handoffs/${row!.id}/resolve`, { disposition: 'resolved', category: 'complaint' }))
          .status,
      ).toBe(200);
      await shopper.say('满多少包邮呀');
      expect((await shopper.hear(['bot'])).length).toBeGreaterThan(0);
    });

    it('a parcel that stands still ends at a person with the facts when the shopper is not satisfied', async () => {
      const agent = await signIn(running().base, 'agent-a');
      const shopper = await enterShop(running().base, { name: '阿伟' });
      await shopper.say('我的快递到哪了');
      const [trace] = await shopper.hear();
      expect(trace!.text).toMatch(/4 天.*前/s);
      expect(trace!.choices!.map((c) => c.value)).toEqual(['human', 'wait']);
      await shopper.say('还是一点动静都没有，也太慢了吧');
      const row = await agent.waiting(shopper.conversationId);
      expect(row).toMatchObject({ reason: 'answer_rejected', team: 'aftersale' });
      const { body } = await agent.get<{ packet: { orders: { id: string; logistics: { stillForHours: number } }[] } }>(
        `/api/handoffs/${row!.id}`,
      );
      expect(body.packet.orders[0]!.id).toBe('MH2026111600145');
      expect(body.packet.orders[0]!.logistics.stillForHours).toBeGreaterThanOrEqual(72);
    });

    it('the queue is told honestly, worst risk first', async () => {
      const agent = await signIn(running().base, 'agent-a');
      const calm = await enterShop(running().base);
      await calm.say('转人工');
      await agent.waiting(calm.conversationId);
      const danger = await enterShop(running().base);
      await danger.say('孩子穿了你家睡衣全身过敏送医院了');
      await agent.waiting(danger.conversationId);
      const { body } = await agent.get<{ items: { conversationId: string; risk: string }[] }>(
        '/api/handoffs?state=waiting',
      );
      const order = body.items.map((i) => i.conversationId);
      expect(order.indexOf(danger.conversationId)).toBeLessThan(order.indexOf(calm.conversationId));
      expect(body.items.find((i) => i.conversationId === danger.conversationId)!.risk).toBe('R0');
      const place = await calm.state();
      expect(place.state).toBe('waiting');
      expect(place.queue!.position).toBe(order.indexOf(calm.conversationId) + 1);
    });

    it('an agent takes over from the bot and gives back', async () => {
      const agent = await signIn(running().base, 'agent-a');
      const shopper = await enterShop(running().base);
      await shopper.say('七天无理由怎么退');
      await shopper.hear();
      const { body, status } = await agent.post<{ handoffId: string }>(
        `/api/conversations/${shopper.conversationId}/takeover`,
        { reason: '看到顾客犹豫' },
      );
      expect(status).toBe(200);
      await shopper.say('那我再问一句');
      await new Promise((r) => setTimeout(r, 1_000));
      expect((await shopper.all()).at(-1)!.from).toBe('shopper');
      expect((await agent.post(`/api/handoffs/${body.handoffId}/return`, {})).status).toBe(200);
      await shopper.say('包邮吗');
      expect((await shopper.hear(['bot'])).length).toBeGreaterThan(0);
    });
  });
}
