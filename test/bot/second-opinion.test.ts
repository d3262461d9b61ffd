// The model's opinion in the grey zone: its pick of a retrieved entry is used, everything else leaves the turn as it is without a model.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/bot/decision.ts';
import { type Thought, think } from '../../src/bot/think.ts';
import type { Judgement, RiskSignal } from '../../src/contract/decision.ts';
import type { ClaimedTurn } from '../../src/conversations/turns.ts';
import { createOpenAiWriter, type OpenAiWriterOptions } from '../../src/providers/writer.ts';
import { type ProtocolMode, type ProtocolServer, startProtocolServer } from '../providers/protocol-server.ts';
import { claimedTurn, entry, hit, judgement, knowledgeOf, turnDeps } from './turn-parts.ts';

let server: ProtocolServer;
beforeAll(async () => {
  server = await startProtocolServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.mode = 'ok';
  server.says = () => '好的';
  server.requests.length = 0;
});

const ENTRIES = [
  entry('time', '几天能到', '亲，一般2-4天能到。'),
  entry('fee', '运费多少', '亲，满59元包邮。'),
  entry('courier', '发什么快递', '亲，默认发中通。'),
  entry('old', '昨天说过的', '亲，这条上次答过了。'),
  entry('angry', '我要投诉', '亲，抱歉让您生气了。', 'complain'),
];
const FAQS = [hit('time', '几天能到', 0.5), hit('fee', '运费多少', 0.4), hit('courier', '发什么快递', 0.05)];

const writer = (options: Partial<OpenAiWriterOptions> = {}) =>
  createOpenAiWriter({ baseUrl: server.baseUrl, apiKey: 'k', model: 'm', spendCapTokensPerDay: 1e6, ...options });

async function turn(
  judged: Partial<Judgement>,
  options: Partial<OpenAiWriterOptions> & { off?: true; turn?: Partial<ClaimedTurn> } = {},
): Promise<Thought & { note: Record<string, unknown> | undefined; decision: Decision }> {
  const knowledge = knowledgeOf(ENTRIES, judgement({ faqs: FAQS, ...judged }));
  const thought = await think(
    turnDeps(knowledge, options.off ? null : writer(options)),
    claimedTurn('啥时候能收到', options.turn),
  );
  const note = thought.outcome.receipt.secondOpinion as Record<string, unknown> | undefined;
  return { ...thought, note, decision: thought.decided.decision };
}

const asked = () => server.requests.filter(({ body }) => body.includes('"tools"'));

describe('in the grey zone', () => {
  it('the entry it picks is the answer, with a person offered, and the receipt says so', async () => {
    server.chooses = () => ({ id: 'fee' });
    const { decision, decided, note, outcome } = await turn({});
    expect(decision).toMatchObject({ kind: 'answer', entryId: 'fee', offer: 'person' });
    expect(decided.reasons).toEqual(['unsure', 'second opinion:fee']);
    expect(note).toMatchObject({ asked: ['time', 'fee'], said: 'entry', entryId: 'fee' });
    expect(outcome.parts[0]!.text).toBe('亲，满59元包邮。');
    expect(outcome.parts[0]!.payload).toMatchObject({ source: { id: 'fee' }, choices: [{ value: 'human' }] });
  });

  it.each<[string, unknown, string]>([
    ['none', { id: 'none' }, 'none'],
    ['an entry that exists but was not retrieved', { id: 'old' }, 'unknown'],
    ['an entry retrieved below what is worth offering', { id: 'courier' }, 'unknown'],
    ['an entry nobody has', { id: '退款' }, 'unknown'],
    ['another shape', { choice: 1 }, 'nothing'],
  ])('it says %s: the shopper is asked as without a model', async (_name, choice, said) => {
    server.chooses = () => choice;
    const without = await turn({}, { off: true });
    const withModel = await turn({});
    expect(withModel.decided).toEqual(without.decided);
    expect(withModel.decision.kind).toBe('clarify');
    expect(withModel.outcome.parts).toEqual(without.outcome.parts);
    expect(withModel.note).toMatchObject({ said });
    expect(withModel.note).not.toHaveProperty('entryId');
    expect(without.note).toBeUndefined();
  });

  const sick: ProtocolMode[] = [
    'hang',
    'status-500',
    'rate-limited',
    'unauthorized',
    'nonsense',
    'slow-drip',
    'cut-off',
  ];
  it.each(sick)('%s: the shopper is asked as without a model, in time', async (mode) => {
    server.mode = mode;
    const without = await turn({}, { off: true });
    const before = performance.now();
    const withModel = await turn({});
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(withModel.decided).toEqual(without.decided);
    expect(withModel.outcome.parts).toEqual(without.outcome.parts);
    expect(withModel.note).toMatchObject({ said: 'nothing' });
  });
});

describe('it is not asked', () => {
  const signal = (kind: RiskSignal['kind'], level: RiskSignal['level']): RiskSignal => ({
    rule: kind,
    level,
    kind,
    evidence: 'x',
    score: 1,
  });

  it.each<[string, Partial<Judgement>]>([
    ['when the best entry is sure', { faqs: [hit('time', '几天能到', 0.95)] }],
    ['when no entry is worth offering', { faqs: [hit('time', '几天能到', 0.05)] }],
    ['when somebody may be hurt', { risks: [signal('safety', 'R0')] }],
    ['when the law is meant', { risks: [signal('law', 'R1')] }],
    ['when the shopper complains', { risks: [signal('complaint', 'R2')] }],
    ['when the shopper wants a person', { risks: [signal('asks_for_human', 'R2')] }],
    ['when the shopper is upset', { risks: [signal('emotion', 'R3')] }],
    ['when a person should come first', { risks: [signal('care', 'R4')] }],
    ['when an intent asks for a person', { intents: [{ intent: 'complain', label: '投诉', score: 0.6 }] }],
    ['when only entries of an intent for persons are near', { faqs: [hit('angry', '我要投诉', 0.5)] }],
  ])('%s', async (_name, judged) => {
    server.chooses = () => ({ id: 'time' });
    const without = await turn(judged, { off: true });
    const withModel = await turn(judged);
    expect(asked()).toHaveLength(0);
    expect(withModel.note).toBeUndefined();
    expect(withModel.decided).toEqual(without.decided);
  });

  it('when a person owns the conversation, or two turns did not help', async () => {
    server.chooses = () => ({ id: 'time' });
    expect((await turn({}, { turn: { ownerKind: 'agent' } })).decision.kind).toBe('silent');
    expect((await turn({}, { turn: { memory: { misses: 2 } } })).decision).toMatchObject({
      kind: 'handoff',
      reason: 'low_confidence',
    });
    expect(asked()).toHaveLength(0);
  });

  it('about the answer just given', async () => {
    server.chooses = () => ({ id: 'time' });
    const { note, decision } = await turn({}, { turn: { memory: { lastAnswer: 'time' } } });
    expect(note).toMatchObject({ asked: ['fee'], said: 'unknown' });
    expect(decision.kind).toBe('clarify');
  });
});

describe('the time of a turn', () => {
  it('is one for all calls: a slow pick leaves less for the rewording, and the curated answer goes out', async () => {
    server.chooses = () => {
      server.mode = 'hang';
      return { id: 'time' };
    };
    const slow = judgement({ faqs: FAQS });
    const knowledge = knowledgeOf(ENTRIES, new Promise((resolve) => setTimeout(() => resolve(slow), 5_500)));
    const before = performance.now();
    const thought = await think(turnDeps(knowledge, writer({ deadlineMs: 6_000 })), claimedTurn('啥时候能收到'));
    expect(performance.now() - before).toBeLessThan(8_700);
    expect(thought.outcome.parts[0]!.text).toBe('亲，一般2-4天能到。');
    expect(thought.outcome.receipt).toMatchObject({ writer: 'refused', secondOpinion: { said: 'entry' } });
  });
});
