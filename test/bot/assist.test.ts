// Drafts for an agent, with scores set by hand: what is drafted, what is left out, and that two seconds are two seconds.
import { describe, expect, it } from 'vitest';
import { ASSIST_DEADLINE_MS, lookForAgent } from '../../src/bot/assist.ts';
import type { Judgement } from '../../src/contract/decision.ts';
import type { OpenQuestion } from '../../src/conversations/open-question.ts';
import type { Writer } from '../../src/providers/language-model.ts';
import { claimedTurn, entry, hit, judgement, knowledgeOf, past, turnDeps } from './turn-parts.ts';

const ENTRIES = [
  entry('ship', '多久发货', '付款后 48 小时内发出。'),
  entry('arrive', '多久到货', '发出后一般 3 天到。'),
  entry('track', '怎么查物流', '在订单详情里可以看到物流。'),
  entry('bag', '有包装袋吗', '每单送一个包装袋。'),
  entry('bad', '加微信', '加微信 abc12345 给您返现。'),
];

function asked(text: string, more: Partial<OpenQuestion> = {}): OpenQuestion {
  const { shopId, conversationId, accountId, epoch, memory, shopper, messages, history } = claimedTurn(text);
  return { shopId, conversationId, accountId, epoch, memory, shopper, messages, history, ...more };
}

const draft = (judged: Partial<Judgement>, writer: Writer | null = null, question = asked('啥时候能收到')) =>
  lookForAgent(turnDeps(knowledgeOf(ENTRIES, judgement(judged)), writer), question).then(({ drafts }) => drafts);

const writer = (reword: Writer['reword']): Writer => ({
  reword,
  summarise: async () => {
    throw new Error('nothing is summed up for a draft');
  },
  secondOpinion: async () => ({ said: 'none' }),
});

describe('drafts', () => {
  it('begin with the bot’s own answer, then the next best, three at most, each with source, revision and confidence', async () => {
    const faqs = [hit('ship', '多久发货', 0.95), hit('arrive', '多久到货', 0.5), hit('track', '怎么查物流', 0.4)];
    const drafts = await draft({ faqs: [...faqs, hit('bag', '有包装袋吗', 0.3)] });
    expect(drafts).toEqual([
      {
        id: '10-1',
        text: '付款后 48 小时内发出。',
        confidence: 0.95,
        source: { kind: 'faq', id: 'ship', revisionId: 'ship@1', title: '多久发货', reference: '店铺客服规范' },
      },
      expect.objectContaining({ id: '10-2', text: '发出后一般 3 天到。', confidence: 0.5 }),
      expect.objectContaining({ id: '10-3', text: '在订单详情里可以看到物流。', confidence: 0.4 }),
    ]);
  });

  it('offer what was retrieved even where the bot would have asked or handed over', async () => {
    const faqs = [hit('arrive', '多久到货', 0.5), hit('ship', '多久发货', 0.4)];
    expect((await draft({ faqs })).map((d) => d.source?.id)).toEqual(['arrive', 'ship']);
    const risks: Judgement['risks'] = [
      { rule: 'complaint', level: 'R2', kind: 'complaint', evidence: '投诉', score: 1 },
    ];
    expect((await draft({ faqs, risks })).map((d) => d.source?.id)).toEqual(['arrive', 'ship']);
  });

  it('leave out what is too unlikely, what the agent has just said, and what they would not be allowed to send', async () => {
    const faqs = [hit('bad', '加微信', 0.95), hit('ship', '多久发货', 0.6), hit('arrive', '多久到货', 0.05)];
    expect((await draft({ faqs })).map((d) => d.source?.id)).toEqual(['ship']);
    const again = asked('啥时候', { history: [past('agent', '付款后 48 小时内发出。', 9)] });
    expect(await draft({ faqs }, null, again)).toEqual([]);
  });

  it('answer each of several quick lines, and what they mean together', async () => {
    const judged: Record<string, Judgement['faqs']> = {
      多久发货: [hit('ship', '多久发货', 0.9)],
      有袋子吗: [hit('bag', '有包装袋吗', 0.8)],
      '多久发货\n有袋子吗': [hit('arrive', '多久到货', 0.3), hit('ship', '多久发货', 0.2)],
    };
    const knowledge = {
      ...knowledgeOf(ENTRIES, judgement()),
      understand: async (text: string) => judgement({ faqs: judged[text] ?? [] }),
    };
    const messages = Object.keys(judged)
      .slice(0, 2)
      .map((text, i) => ({ seq: 10 + i, text, payload: {}, at: '2026-11-24T10:00:00+08:00' }));
    const { drafts } = await lookForAgent(turnDeps(knowledge, null), asked('', { messages }));
    expect(drafts.map((d) => [d.id, d.source?.id, d.confidence])).toEqual([
      ['11-1', 'ship', 0.9],
      ['11-2', 'bag', 0.8],
      ['11-3', 'arrive', 0.3],
    ]);
  });

  it('are none when nothing was retrieved', async () => {
    expect(await draft({ faqs: [] })).toEqual([]);
  });

  it('are reworded by the model like the bot’s answers, as far as it is faithful', async () => {
    const faqs = [hit('ship', '多久发货', 0.95)];
    const good = await draft(
      { faqs },
      writer(async () => '亲，付款后 48 小时内就会发出哦。'),
    );
    expect(good[0]!.text).toBe('亲，付款后 48 小时内就会发出哦。');
    const wild = await draft(
      { faqs },
      writer(async () => '今天就发，再送您一双袜子。'),
    );
    expect(wild[0]!.text).toBe('付款后 48 小时内发出。');
  });
});

describe('time', () => {
  const faqs = [hit('ship', '多久发货', 0.95)];

  it('is told to the model: what is left of two seconds, not of a turn', async () => {
    const given: number[] = [];
    await draft(
      { faqs },
      writer(async ({ withinMs }) => {
        given.push(withinMs!);
        return null;
      }),
    );
    expect(given).toHaveLength(1);
    expect(given[0]).toBeLessThan(ASSIST_DEADLINE_MS);
    expect(given[0]).toBeGreaterThan(0);
  });

  it('is over after two seconds whatever hangs', async () => {
    const began = performance.now();
    await expect(
      draft(
        { faqs },
        writer(() => new Promise(() => {})),
      ),
    ).rejects.toThrow('no drafts within');
    expect(performance.now() - began).toBeLessThan(ASSIST_DEADLINE_MS + 1_000);
  });
});
