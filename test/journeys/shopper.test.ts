// What the bot makes of the shopper before it: how they feel, where their order stands, which of their things they mean.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Packet } from '../../src/contract/handoff.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 240_000);
afterAll(() => server?.close());

interface Receipt {
  emotion: { name: string; strength: number; evidence: string } | null;
  stage: { stage: string; order: string };
  reasons: string[];
}

const enter = (name: string) => enterShop(server.base, { name });
type Shopper = Awaited<ReturnType<typeof enter>>;

/** Says one thing and hears what the bot makes of it. */
async function ask(shopper: Shopper, text: string) {
  await shopper.say(text);
  const [answer] = await shopper.hear(['bot']);
  return answer!;
}

async function pick(shopper: Shopper, among: { value: string; label: string }[] | undefined, words: string) {
  const choice = among?.find((c) => c.label.includes(words));
  expect(choice, `${words} among ${JSON.stringify(among)}`).toBeDefined();
  await shopper.tap(choice!);
  const [answer] = await shopper.hear(['bot']);
  return answer!;
}

async function receiptsOf(shopper: Shopper): Promise<Receipt[]> {
  const { body } = await agent.get<{ items: { receipt: Receipt }[] }>(
    `/api/conversations/${shopper.conversationId}/receipts`,
  );
  return body.items.map((item) => item.receipt);
}

async function packetOf(shopper: Shopper) {
  const row = await agent.waiting(shopper.conversationId);
  expect(row, 'a handoff').not.toBeNull();
  const { body } = await agent.get<{ packet: Packet }>(`/api/handoffs/${row!.id}`);
  return { row: row!, packet: body.packet };
}

describe('how the shopper feels', () => {
  it('soothes before the answer, never twice in a row, and says in the receipt what it felt', async () => {
    const shopper = await enter('小林');
    const first = await ask(shopper, '我的快递到哪了 急死了等着穿');
    expect(first.text.split('\n')[0]).toMatch(/着急|久等|别急/);
    expect(first.text).toContain('杭州转运中心');
    const second = await ask(shopper, '快点吧 真的等着穿 快递到哪了');
    expect(second.text.split('\n')[0]).not.toMatch(/着急|久等|别急/);
    const [last] = await receiptsOf(shopper);
    expect(last!.emotion).toMatchObject({ name: 'anxious' });
    expect(last!.emotion!.evidence).not.toBe('');
  });

  it('leaves a calm or a happy shopper with the plain answer', async () => {
    const shopper = await enter('小林');
    expect((await ask(shopper, '满多少包邮')).text).not.toMatch(/着急|抱歉|久等|别急/);
    expect((await ask(shopper, '太喜欢了，谢谢你这么耐心')).text).not.toMatch(/着急|抱歉|久等|别急/);
  });

  it('anger that rises over two turns ends at a person, with the feeling in the packet', async () => {
    const shopper = await enter('小许');
    await ask(shopper, '怎么还不发货，等着穿呢');
    await ask(shopper, '凭什么还不发货');
    const { row, packet } = await packetOf(shopper);
    expect(row).toMatchObject({ reason: 'emotion' });
    expect(packet.emotion).toMatchObject({ name: 'angry', trend: 'rising' });
    expect(packet.summary.join('')).toContain('生气');
  });
});

describe('where the order stands', () => {
  it('什么时候发货: the rule before buying, the order when it is paid, the parcel when it is on its way', async () => {
    const none = await ask(await enter('小美'), '什么时候发货');
    expect(none.source?.title).toBe('几点前付款当天能发货');
    const paid = await ask(await enter('小许'), '什么时候发货');
    expect(paid.source?.title).toContain('MH2026112300121');
    expect(paid.text).toContain('48 小时');
    const shipped = await ask(await enter('小林'), '什么时候发货');
    expect(shipped.text).toContain('杭州转运中心');
  });

  it('能退吗: the promise before buying, cancelling before it is sent, asked which when both may be meant', async () => {
    const none = await ask(await enter('小美'), '能退吗');
    expect(none.source?.title).toBe('买之前想问下不满意可以退吗');
    const paid = await ask(await enter('小许'), '能退吗');
    expect(paid.source?.title).toBe('没发货怎么取消订单');
    const teacher = await enter('陈老师');
    const which = await ask(teacher, '能退吗');
    expect(which.choices!.length).toBe(3);
    const signed = await pick(teacher, which.choices, '连衣裙');
    expect(signed.source).toBeDefined();
    expect(signed.source!.title).not.toBe('没发货怎么取消订单');
    const receipts = await receiptsOf(teacher);
    expect(receipts[0]!.stage).toMatchObject({ stage: 'aftersale', order: 'signed' });
  });

  it('有货吗 of somebody who has paid is about their order, and the other meaning is one tap away', async () => {
    const shopper = await enter('小许');
    const answer = await ask(shopper, '有货吗');
    expect(answer.source?.title).toContain('MH2026112300121');
    const other = await pick(shopper, answer.choices, '怎么看有没有现货');
    expect(other.source?.title).toBe('怎么看有没有现货');
  });

  it('words that settle it themselves are not turned round', async () => {
    const answer = await ask(await enter('小许'), '现在下单几点前能发货');
    expect(answer.source?.title).toBe('几点前付款当天能发货');
  });

  it.each([
    ['小美', 'presale'],
    ['小许', 'insale'],
    ['小林', 'aftersale'],
  ])('a person for %s comes from the %s team', async (name, team) => {
    const shopper = await enter(name);
    await ask(shopper, '转人工');
    const { row, packet } = await packetOf(shopper);
    expect(row).toMatchObject({ team });
    expect(packet.stage).toBeDefined();
  });
});

describe('what is missing is asked with choices, and the tap goes on with the question', () => {
  it('which order: the tapped one answers the question that was asked, not another', async () => {
    const shopper = await enter('小周');
    const question = await ask(shopper, '订单到哪一步了');
    expect(question.choices!.length).toBeGreaterThanOrEqual(2);
    expect(question.choices!.length).toBeLessThanOrEqual(4);
    const answer = await pick(shopper, question.choices, '羽绒服');
    expect(answer.text).toContain('实付 499 元');
  });

  it('an order number typed instead of tapped goes on as well', async () => {
    const shopper = await enter('小周');
    await ask(shopper, '订单到哪一步了');
    expect((await ask(shopper, 'MH2026112200058')).text).toContain('实付 499 元');
  });

  it('a word for what is in the order goes on as well', async () => {
    const shopper = await enter('小周');
    await ask(shopper, '能退吗');
    expect((await ask(shopper, '羽绒服那个')).source?.title).toBe('没发货怎么取消订单');
  });

  it('which product: from the catalogue, tapped or named', async () => {
    const shopper = await enter('小美');
    const question = await ask(shopper, '怎么洗');
    expect(question.choices!.filter((c) => c.value !== 'human').length).toBeGreaterThanOrEqual(2);
    const answer = await pick(shopper, question.choices, '羽绒服');
    expect(answer.source?.title).toContain('羽绒服');

    const owner = await enter('小林');
    const own = await ask(owner, '怎么洗');
    expect(own.choices!.slice(0, 2).map((c) => c.label)).toEqual(['云朵连帽卫衣', '基础纯棉T恤']);
    expect((await ask(owner, '第一个')).source?.title).toContain('卫衣');

    const other = await enter('小美');
    const price = await ask(other, '多少钱');
    const titles = price.choices!.map((c) => c.label).join();
    expect(titles).toMatch(/卫衣|羽绒服|T恤|毛毯|四件套/);
    expect((await ask(other, '男士夹克')).text).toContain('259 元');
  });

  it('a colour or a size that the catalogue does not have is said at once', async () => {
    const answer = await ask(await enter('小美'), '云朵连帽卫衣有XXL码的吗，还有货吗');
    expect(answer.text).toContain('没有 XXL');
    expect(answer.text).toContain('S、M、L、XL');
  });

  it('which size: the tap brings a person who finds order and size', async () => {
    const shopper = await enter('小许');
    const question = await ask(shopper, '还没发货，拍错尺码了想改');
    expect(question.choices!.map((c) => c.label).join()).toMatch(/S.*L.*XL/);
    expect(question.choices!.map((c) => c.label)).not.toContain('M');
    await pick(shopper, question.choices, 'XL');
    const { row, packet } = await packetOf(shopper);
    expect(row).toMatchObject({ team: 'insale', reason: 'policy' });
    expect(packet.slots).toMatchObject({ order: ['MH2026112300121'], size: ['XL'] });
    expect(packet.summary[0]).toContain('拍错尺码');
  });
});

describe('a message without words', () => {
  it.each(['😂😂', '🌹', '[呲牙]', '。。。', '·', '😡😡', '😭'])(
    '%s: a short question, the menu and a person, and no silly choices',
    async (text) => {
      const answer = await ask(await enter('小美'), text);
      expect(answer.text.length).toBeLessThan(90);
      expect(answer.choices!.map(({ label }) => label).sort()).toEqual(
        ['查物流', '退货退款', '优惠活动', '转人工客服'].sort(),
      );
      if (text.includes('😡') || text.includes('😭')) expect(answer.text).not.toContain('😊');
    },
  );
});
