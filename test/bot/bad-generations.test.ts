// A model that raves: whatever it makes of a curated answer, of a conversation or of a draft, nothing untrue and nothing forbidden is used.
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { composeAnswer } from '../../src/bot/compose.ts';
import { think } from '../../src/bot/think.ts';
import type { FaqFile } from '../../src/contract/content.ts';
import { draftEntry, similarQuestions } from '../../src/curation/drafts.ts';
import { loadContent } from '../../src/curation/load-content.ts';
import { createOpenAiWriter } from '../../src/providers/writer.ts';
import { type ProtocolServer, startProtocolServer } from '../providers/protocol-server.ts';
import { claimedTurn, judgement, knowledgeOf, past, turnDeps } from './turn-parts.ts';

let server: ProtocolServer;
beforeAll(async () => {
  server = await startProtocolServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
});

const writer = () =>
  createOpenAiWriter({ baseUrl: server.baseUrl, apiKey: 'k', model: 'm', spendCapTokensPerDay: 1e8, breakAfter: 1e6 });

/** Answers of the sample shop with numbers, conditions, refusals and goods in them. */
const CHOSEN = 10;

/** Ten ways to spoil an answer for each kind; one is used per chosen answer. */
const SPOILED: Record<string, (answer: string, at: number) => string> = {
  'an invented number': (answer, at) =>
    answer + ['已有8321人买过。', '满13件再减。', '大概要37个小时。', '可以用4次。', '一共有17种。'][at % 5]!,
  'another amount': (answer, at) =>
    `${answer}${['运费6.5元', '只要19块', '补您25元', '扣13元手续费', '押金￥88'][at % 5]}哦。`,
  'another day': (answer, at) =>
    `${answer}${['一般11天左右', '九个工作日之内', '下周三前', '十三天里都行', '两个半月后'][at % 5]}。`,
  退款: (answer, at) =>
    answer + ['不喜欢就给您全额退款。', '我这就给您退款。', '退款秒到。', '直接仅退款就行。', '可以先退款。'][at % 5]!,
  赔偿: (answer, at) =>
    answer + ['晚了我们赔偿您。', '按双倍赔付。', '坏了包赔。', '给您补偿红包。', '我们会赔您损失。'][at % 5]!,
  包邮: (answer, at) =>
    answer + ['全场包邮。', '这单给您免运费。', '来回都包邮哈。', '运费我们出。', '退回也免邮。'][at % 5]!,
  保证: (answer, at) =>
    answer + ['我保证没问题。', '肯定能给您办好。', '我们承诺一定做到。', '包您满意。', '绝对放心。'][at % 5]!,
  'an absolute word': (answer, at) =>
    answer + ['全网最低。', '质量第一。', '国家级品质。', '百分百放心。', '独一无二的好货。'][at % 5]!,
  'a contact': (answer, at) =>
    answer +
    ['加客服微信mianhua88。', '打13800138000。', 'QQ号是88886666。', '加v聊。', '拨0571-88886666找店长。'][at % 5]!,
  'a link': (answer, at) =>
    answer +
    [
      '点 https://evil.cn/a 领取。',
      '看 t.cn/abc 。',
      '详见evil点com。',
      '去 www.pay-shop.top 。',
      '打开weixin://dl/chat。',
    ][at % 5]!,
  'the prompt': (answer, at) =>
    answer +
    [
      '（我是网店客服的文字编辑，只换说法）',
      '系统提示：mustKeep',
      '用户消息是一段 JSON',
      '我的指令是不增减事实。',
      '以上为改写后的正文，不含占位符。',
    ][at % 5]!,
  'another product': (answer, at) =>
    answer +
    [
      '这件是羊绒的，只能干洗。',
      '它还防水防滑呢。',
      '军绿色的这款不起球。',
      '这款适合敏感肌和孕妇。',
      '机身自带蓝牙快充。',
      '床架是实木的，要自己装螺丝。',
      '山核桃是手剥的，开袋就能吃。',
      '帽子可以拆下来，袖口带魔术贴。',
      '口红是哑光质地，显白不拔干。',
      '这双鞋偏小半码，脚背高的选大的。',
    ][at]!,
};

describe('a spoiled rewording', () => {
  let entries: FaqFile[];
  beforeAll(async () => {
    const content = await loadContent(join(import.meta.dirname, '../..'), 'apparel');
    const step = Math.floor(content.entries.length / CHOSEN);
    entries = Array.from({ length: CHOSEN }, (_, at) => content.entries[at * step]!);
  });

  const compose = (file: FaqFile) =>
    composeAnswer(
      { writer: writer(), leftMs: () => 5_000 },
      {
        id: file.id,
        entry: { revisionId: 'r', file: { ...file, plus_one: undefined } as never },
        judgement: judgement({ text: file.question }),
        channel: 'web',
        choices: [],
        fact: null,
        asks: null,
      },
    );

  it.each(Object.entries(SPOILED))('%s never goes out', async (_name, spoil) => {
    for (const [at, file] of entries.entries()) {
      const answer = file.answers.standard;
      server.says = () => spoil(answer, at);
      const { part, writer: used } = await compose(file);
      expect(used, spoil(answer, at)).toMatch(/^re(?:fused|jected)$/);
      expect(part.text).toBe(answer);
    }
    expect(server.requests).toHaveLength(CHOSEN);
  });

  it('they are more than a hundred, and a faithful one of each answer is used', async () => {
    expect(Object.keys(SPOILED).length * CHOSEN).toBeGreaterThanOrEqual(100);
    for (const file of entries) {
      const faithful = file.answers.standard.replace(/^亲[，,]?/, '您好呀，').replace(/。$/, '哦～');
      server.says = () => faithful;
      expect((await compose(file)).writer, faithful).toBe('used');
    }
  });
});

describe('a summary for the agent', () => {
  const history = [past('shopper', '我12号买的毛毯两条都掉毛，想退', 8), past('bot', '亲，签收7天内可以申请退货。', 9)];
  const handOff = async (risk: 'R0' | 'R2' = 'R2') => {
    const kind = risk === 'R0' ? ('safety' as const) : ('asks_for_human' as const);
    const signal = { rule: kind, level: risk, kind, evidence: 'x', score: 1 };
    const knowledge = knowledgeOf([], judgement({ text: '转人工', risks: [signal] }));
    const { outcome } = await think(
      turnDeps(knowledge, writer()),
      claimedTurn('转人工，订单JB2026112412', { history }),
    );
    return { packet: outcome.handoff!.packet, summary: outcome.handoff!.summary, note: outcome.receipt.summary };
  };

  it('is the model’s when it says what was said', async () => {
    server.says = ({ messages }) =>
      `顾客12号买的毛毯两条都掉毛，要求退货，订单${/〔[^〕]+〕/.exec(messages[1]!.content)?.[0]}。\n机器人已说明签收7天内可以申请退货。`;
    const { packet, summary, note } = await handOff();
    expect(note).toBe('used');
    expect(packet.summary).toEqual([
      '顾客12号买的毛毯两条都掉毛，要求退货，订单JB2026112412。',
      '机器人已说明签收7天内可以申请退货。',
    ]);
    expect(summary).toBe(packet.summary.join('\n'));
    expect(server.requests[0]!.body).not.toContain('JB2026112412');
  });

  it('is not asked for when somebody may be hurt', async () => {
    const { packet, note } = await handOff('R0');
    expect(note).toBe('off');
    expect(packet.summary[0]).toContain('转人工');
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    '顾客15号买的毛毯掉毛，想退。',
    '顾客买了三条毛毯，想退。',
    '顾客要退货，客服已同意退款300元。',
    '顾客要退货，店铺承诺赔偿。',
    '顾客要退货，我们会包邮寄回。',
    '顾客要退，机器人已答应补发。',
    '顾客发的是顺丰。',
    '顾客在新疆，想退毛毯。',
    '顾客要退货，请加微信mianhua88处理。',
    '顾客要退货，资料见 https://evil.cn/x 。',
    '顾客要退货，电话〔手机号4〕。',
    '{"summary": "顾客要退货"}',
    '系统提示：你为接手的人工客服写交接摘要。',
    '作为一个AI，我无法总结。',
    '<b>顾客要退货</b>',
    '',
  ])('the packet keeps its own lines instead of: %s', async (said) => {
    server.says = () => said;
    const { packet, note } = await handOff();
    expect(note).toMatch(/^re(?:fused|jected)$/);
    expect(packet.summary).toEqual([
      '转人工，订单JB2026112412',
      '没有关联到订单；机器人答过：亲，签收7天内可以申请退货。',
    ]);
  });
});

describe('drafts for an editor', () => {
  const related = [{ title: '退货运费谁出', answer: '亲，非质量问题运费由您承担，运费险最高赔12元。' }];
  const draft = (answer: string, question = '退货运费怎么算') => {
    server.chooses = () => ({ question, answer });
    return draftEntry(writer(), { question: '退货邮费算谁的 13812345678', related });
  };

  it('carry what the related entries say, and name what nobody vouches for', async () => {
    expect(await draft('亲，非质量问题的运费由您承担，运费险最高赔12元，【待填】。')).toEqual({
      from: 'model',
      question: '退货运费怎么算',
      answer: '亲，非质量问题的运费由您承担，运费险最高赔12元，【待填】。',
      toCheck: [],
    });
    const doubtful = await draft('亲，运费由您承担，运费险最高赔25元，全场包邮。');
    expect(doubtful.toCheck.map(({ evidence }) => evidence)).toEqual(['25元', '包邮']);
    expect(server.requests[0]!.body).not.toContain('13812345678');
  });

  it.each([
    '亲，运费加微信mianhua88谈。',
    '亲，点 https://evil.cn/x 申请。',
    '亲，打13800138000问运费。',
    '亲，我们是全网最低价。',
    '亲，保证今天退款到账。',
    '亲，一经售出概不退换。',
    '亲，好评返现5元。',
    '作为一个AI，我无法起草。',
    '系统提示：只换说法',
    '亲，打〔手机号1〕问。',
  ])('an empty form instead of: %s', async (answer) => {
    expect(await draft(answer)).toEqual({
      from: 'form',
      question: '退货邮费算谁的 〔手机号〕',
      answer: '【待填：怎么办】【待填：时限、条件和费用】',
      toCheck: [],
    });
  });

  it('an empty form when the endpoint is away', async () => {
    server.mode = 'status-500';
    expect(await draft('亲，运费由您承担。')).toMatchObject({ from: 'form' });
    expect(await similarQuestions(writer(), { question: '退货运费怎么算', known: [] })).toEqual([]);
    server.mode = 'ok';
  });

  it('similar questions are ten at most, new, and free of conditions nobody asked about', async () => {
    const good = [
      '退货邮费算谁的呀', '退回去运费谁掏', '寄回来要我出钱不', '退件的快递费怎么说', '邮费我付吗 退的话',
      '不想要了运费谁给', 'tuihuo 运费?', '退货的话邮费怎么弄', '退东西运费咋算', '运费谁承担啊退货', '多出来的一句',
    ]; // biome-ignore format: a list of ten and one
    const bad = [
      '退货运费怎么算？', '退货邮费 算谁的', '300块的退货运费谁出', '打13800138000退货', '看 evil.cn 退货', '加微信退货',
      '〔手机号〕退货', '系统提示：退货', '退', '7天后退货运费',
    ]; // biome-ignore format: one of each
    server.chooses = () => ({ questions: [...bad, ...good] });
    const known = ['退货邮费算谁的'];
    expect(await similarQuestions(writer(), { question: '退货运费怎么算', known })).toEqual(good.slice(0, 10));
  });
});
