// A shop with a language model: its opinion in the grey zone, its summary for the agent, its drafts for the editor; and the editor's page without one.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/contract/decision.ts';
import type { Packet } from '../../src/contract/handoff.ts';
import { inShop } from '../../src/db/transaction.ts';
import { type ChatBody, type ProtocolServer, startProtocolServer } from '../providers/protocol-server.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

interface Tried {
  decided: { decision: { kind: string; why?: string }; reasons: string[] };
  judgement: Judgement;
}

/** Short and vague: some of them lie between the thresholds whatever the models have learned. */
const VAGUE = [
  '衣服起球',
  '洗了会变形吗',
  '颜色深浅',
  '运费',
  '退的话怎么弄',
  '尺码拿不准',
  '优惠怎么算',
  '能改吗',
  '多久到呀那边',
];

const dataOf = (request: ChatBody) =>
  JSON.parse(request.messages[1]!.content) as { candidates: { id: string; title: string }[] };

describe('with a model', () => {
  let model: ProtocolServer;
  let server: RunningServer;
  let editor: Awaited<ReturnType<typeof signIn>>;
  let grey: string[];
  beforeAll(async () => {
    model = await startProtocolServer();
    server = await startServer({ env: { LLM_BASE_URL: model.baseUrl, LLM_API_KEY: 'k', LLM_MODEL: 'm' } });
    await server.addStaff('bianji', 'editor');
    await server.addStaff('xiaomei');
    editor = await signIn(server.base, 'bianji');
    grey = [];
    for (const text of VAGUE) {
      const { body } = await editor.post<Tried>('/api/triage', { text });
      const { decision, reasons } = body.decided;
      const isAsked = decision.why === 'unsure' && !reasons.includes('near tie') && body.judgement.risks.length === 0;
      if (isAsked && body.judgement.faqs.length > 1) grey.push(text);
    }
    expect(grey.length).toBeGreaterThan(1);
  }, 240_000);
  afterAll(async () => {
    await server?.close();
    await model?.close();
  });
  beforeEach(() => {
    model.mode = 'ok';
    model.says = () => '好的';
    model.requests.length = 0;
  });

  // whom nobody knows is answered by the words alone, as on the editor's page
  const ask = async (text: string) => {
    const shopper = await enterShop(server.base);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(
        'update shoppers set customer_id = null where id = (select shopper_id from conversations where id = $1)',
        [shopper.conversationId],
      ),
    );
    await shopper.say(text);
    const [answer] = await shopper.hear(['bot']);
    const { rows } = await server.database
      .ownerPool()
      .query<{ receipt: Record<string, unknown> }>(
        'select receipt from turns where conversation_id = $1 order by first_seq desc limit 1',
        [shopper.conversationId],
      );
    return { answer: answer!, receipt: rows[0]!.receipt };
  };

  it('a vague question is answered by the entry it picks', async () => {
    let picked: { id: string; title: string } | undefined;
    model.chooses = (request) => {
      picked = dataOf(request).candidates.at(-1);
      return { id: picked!.id };
    };
    const { answer, receipt } = await ask(grey[0]!);
    expect(answer.source?.title).toBe(picked!.title);
    expect(answer.choices?.map(({ value }) => value)).toContain('human');
    expect(receipt).toMatchObject({ secondOpinion: { said: 'entry', entryId: picked!.id } });
  });

  it.each([
    ['it picks none', () => ({ id: 'none' }), 'none'],
    ['it invents an entry', () => ({ id: 'free-refund-for-all' }), 'unknown'],
    ['it answers nonsense', () => 'refund!', 'nothing'],
  ])('%s: the shopper gets the choices', async (_name, chooses, said) => {
    model.chooses = chooses;
    const { answer, receipt } = await ask(grey[1]!);
    expect(answer.source).toBeUndefined();
    expect(answer.choices!.length).toBeGreaterThan(1);
    expect(receipt).toMatchObject({ secondOpinion: { said }, decision: { kind: 'clarify' } });
  });

  it('it hangs: the shopper gets the choices in time', async () => {
    model.mode = 'hang';
    const before = performance.now();
    const { answer, receipt } = await ask(grey[1]!);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(answer.choices!.length).toBeGreaterThan(1);
    expect(receipt).toMatchObject({ secondOpinion: { said: 'nothing' } });
  });

  it('a risk is never put to it', async () => {
    model.chooses = (request) => ({ id: dataOf(request).candidates[0]?.id });
    const shopper = await enterShop(server.base);
    await shopper.say(`${grey[0]}，再不处理我就打12315投诉你们`);
    await shopper.hear();
    expect((await shopper.state()).state).toBe('waiting');
    expect(model.requests.filter(({ body }) => body.includes('"tools"'))).toHaveLength(0);
  });

  it('the agent reads its two lines, and the numbers behind the placeholders', async () => {
    model.says = ({ messages }) =>
      `顾客想找人工，电话${/〔手机号\d〕/.exec(messages[1]!.content)?.[0]}。\n还没有说是什么事。`;
    const shopper = await enterShop(server.base);
    await shopper.say('转人工，我电话138-1234-5678');
    await shopper.hear();
    const agent = await signIn(server.base, 'xiaomei');
    const row = await agent.waiting(shopper.conversationId);
    const { body } = await agent.get<{ packet: Packet }>(`/api/handoffs/${row!.id}`);
    expect(body.packet.summary).toEqual(['顾客想找人工，电话138-1234-5678。', '还没有说是什么事。']);
    expect(model.requests.map((r) => r.body).join()).not.toMatch(/138-?1234/);
  });

  it('an editor gets a draft from the related entries, and ten similar questions', async () => {
    model.chooses = ({ tools }) =>
      tools![0]!.function.name === 'draft'
        ? { question: '能不能送到村里', answer: '亲，要看快递在当地的网点，【待填】。' }
        : { questions: ['村里送不送', '乡下能到吗', '300块的送村里吗'] };
    const draft = await editor.post<{ related: unknown[] }>('/api/drafts/entry', {
      question: '你们送村里吗 13812345678',
    });
    expect(draft.body).toMatchObject({ from: 'model', question: '能不能送到村里', toCheck: [] });
    expect(draft.body.related.length).toBeGreaterThan(0);
    const similar = await editor.post('/api/drafts/similar', { question: '能不能送到村里', known: ['乡下能到吗'] });
    expect(similar.body).toEqual({ questions: ['村里送不送'] });
    expect(model.requests.map((r) => r.body).join()).not.toContain('13812345678');
    const agent = await signIn(server.base, 'xiaomei');
    expect((await agent.post('/api/drafts/entry', { question: '送村里吗' })).status).toBe(403);
    const stranger = await fetch(`${server.base}/api/drafts/entry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: '送村里吗' }),
    });
    expect(stranger.status).toBe(401);
  });
});

describe('without a model', () => {
  it('the drafts say what is missing, and everything else goes on', async () => {
    const server = await startServer();
    try {
      await server.addStaff('bianji', 'editor');
      const editor = await signIn(server.base, 'bianji');
      for (const [path, body] of [
        ['entry', { question: '送村里吗' }],
        ['similar', { question: '送村里吗' }],
      ] as const) {
        const answer = await editor.post<{ code: string; detail: string }>(`/api/drafts/${path}`, body);
        expect(answer.status).toBe(503);
        expect(answer.body).toMatchObject({ code: 'llm_off' });
        expect(answer.body.detail).toContain('LLM_BASE_URL');
      }
      const shopper = await enterShop(server.base);
      await shopper.say('满多少包邮', randomUUID());
      expect((await shopper.hear())[0]?.source?.title).toBeTruthy();
    } finally {
      await server.close();
    }
  }, 240_000);
});
