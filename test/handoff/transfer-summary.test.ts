// The summary that goes with a transfer: told from what was said, and nothing else.
import { describe, expect, it } from 'vitest';
import { type SaidMessage, summariseForTransfer } from '../../src/handoff/transfer-summary.ts';

const NOTHING = { intent: null, wish: null };

function story(...lines: string[]): SaidMessage[] {
  const who = { 客: 'shopper', 服: 'agent', 机: 'bot', 系: 'system' } as const;
  return lines.map((line, i) => {
    const [mark, kind] = line.split('：')[0]!.split('/');
    return {
      seq: i + 1,
      author: who[mark as keyof typeof who],
      kind: kind === '注' ? 'note' : kind === '告' ? 'notice' : 'text',
      text: line.slice(line.indexOf('：') + 1),
    };
  });
}

describe('what the shopper wants', () => {
  it('is their first and their latest words about the case, with the intent before them', () => {
    const { wants } = summariseForTransfer(
      { intent: '退货申请', wish: '【退货申请】我要退货' },
      story('客：鞋子收到了有点挤脚，想换大一码', '服：您好，我看一下', '客：好的', '客：那运费谁出', '客：在吗'),
    );
    expect(wants).toBe('【退货申请】鞋子收到了有点挤脚，想换大一码；那运费谁出');
  });

  it('is what the packet knew when they only asked for a person', () => {
    const said = story('客：转人工', '机/告：正在为您转接人工客服', '服：您好', '客：你好，谢谢～');
    expect(summariseForTransfer({ intent: null, wish: '洗衣机漏水' }, said).wants).toBe('洗衣机漏水');
    expect(summariseForTransfer(NOTHING, said).wants).toBe('顾客还没有说明要办什么');
  });

  it('is short, whatever they write', () => {
    const { wants, open } = summariseForTransfer(NOTHING, story(`客：${'坏了'.repeat(300)}`));
    expect([...wants].length).toBeLessThanOrEqual(60);
    expect(wants.endsWith('…')).toBe(true);
    expect([...open!].length).toBeLessThanOrEqual(80);
  });
});

describe('what the agent promised and said last', () => {
  it('are the sentences that bind the shop, oldest first, and the last words', () => {
    const summary = summariseForTransfer(
      NOTHING,
      story(
        '客：包裹三天没动了',
        '服：您好。我帮您联系快递核实，两小时内给您回复！',
        '客：坏了怎么办',
        '服：如果是坏的，我们会给您补发一件。请把照片发我看一下',
      ),
    );
    expect(summary.promised).toEqual(['我帮您联系快递核实，两小时内给您回复！', '如果是坏的，我们会给您补发一件。']);
    expect(summary.said).toBe('如果是坏的，我们会给您补发一件。请把照片发我看一下');
  });

  it('leave out questions, refusals, explanations, notes and what the bot said', () => {
    const summary = summariseForTransfer(
      NOTHING,
      story(
        '客：能赔吗',
        '机：我们会给您补发一件',
        '服/注：主管同意的话明天给她退款',
        '服/告：客服暂时离开了座位，回来后会尽快回复您',
        '服：要帮您补发吗？',
        '服：这款不支持退货哦。',
        '服：鞋码偏大半码。',
      ),
    );
    expect(summary.promised).toEqual([]);
    expect(summary.said).toBe('鞋码偏大半码。');
  });

  it('keep the last three and say each once', () => {
    const said = [1, 2, 3, 4, 4].map((n) => `服：第${n}件明天给您补发`);
    expect(summariseForTransfer(NOTHING, story(...said)).promised).toEqual([
      '第2件明天给您补发',
      '第3件明天给您补发',
      '第4件明天给您补发',
    ]);
  });

  it('are empty before anybody answered', () => {
    expect(summariseForTransfer(NOTHING, story('客：转人工'))).toMatchObject({ promised: [], said: null, open: null });
  });
});

describe('the open question', () => {
  it('is the last thing asked since a person spoke, courtesy left out', () => {
    const said = story('服：您好', '客：能改地址吗', '客：我人在外地', '客：麻烦了，谢谢');
    expect(summariseForTransfer(NOTHING, said).open).toBe('能改地址吗');
  });

  it('is the last statement when nothing was asked, and nothing once a person answered', () => {
    const said = story('服：您好', '客：我人在外地');
    expect(summariseForTransfer(NOTHING, said).open).toBe('我人在外地');
    expect(summariseForTransfer(NOTHING, [...said, ...story('', '', '服：好的')].slice(0, 2)).open).toBe('我人在外地');
    const answered: SaidMessage = { seq: 9, author: 'agent', kind: 'text', text: '可以改到外地' };
    expect(summariseForTransfer(NOTHING, [...said, answered]).open).toBeNull();
  });

  it('stays open when only the automatic words of absence came', () => {
    const said = story('客：什么时候发货', '服/告：客服暂时离开了座位，您的消息已经收到');
    expect(summariseForTransfer(NOTHING, said).open).toBe('什么时候发货');
  });
});

it('is read in no time from words made to be slow', () => {
  const began = performance.now();
  summariseForTransfer(NOTHING, story(`客：${'知道了好的嗯嗯'.repeat(500)}x`, `服：${'会'.repeat(3_000)}`));
  expect(performance.now() - began).toBeLessThan(500);
});
