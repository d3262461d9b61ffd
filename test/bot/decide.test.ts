// The pure decision: risk before everything, the surer of two meanings, and a person wherever the bot has nothing to offer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/bot/decide.ts';
import { type DecideInput, EMPTY_SHELF, type IntentFacts, UNKNOWN_SITUATION } from '../../src/bot/decision.ts';
import { EMPTY_MEMORY } from '../../src/bot/memory.ts';
import type { FaqHit, Judgement, Policy, RiskSignal } from '../../src/contract/decision.ts';

const POLICY: Policy = {
  version: 't',
  wrongAtMost: 0.02,
  answerMin: 0.8,
  clarifyMin: 0.1,
  actMin: 0.5,
  evaluation: {},
};

const INTENTS: Record<string, IntentFacts> = {
  care: { name: 'care', label: '洗护', stage: 'aftersale', then: 'answer', slots: [] },
  fault: { name: 'fault', label: '质量问题', stage: 'aftersale', then: { handoff: 'aftersale' }, slots: [] },
  wrong: { name: 'wrong', label: '发错货', stage: 'aftersale', then: { handoff: 'aftersale' }, slots: [] },
  track: { name: 'track', label: '查物流', stage: 'insale', then: { act: 'track-logistics' }, slots: [] },
  complaint: { name: 'complaint', label: '投诉', stage: 'complaint', then: { handoff: 'complaint' }, slots: [] },
};
const SMALL_TALK: Record<string, string> = {
  'emoji-reply': 'emoji_only',
  'meaningless-reply': 'emoji_only',
  hi: 'greeting',
};
const ENTRIES: Record<string, string> = { wash: 'care', iron: 'care', zip: 'fault' };

const hit = (entryId: string, score: number): FaqHit => ({
  entryId,
  revisionId: '1',
  question: entryId,
  title: entryId,
  score,
  lexical: 0,
  dense: 0,
});
const guess = (intent: string, score: number) => ({ intent, label: intent, score });
const signal = (kind: RiskSignal['kind'], level: RiskSignal['level']): RiskSignal => ({
  rule: kind,
  level,
  kind,
  evidence: '…',
  score: 1,
});

function input(judgement: Partial<Judgement>, more: Partial<DecideInput> = {}): DecideInput {
  return {
    judgement: {
      text: '…',
      language: 'zh',
      style: 'standard',
      intents: [],
      faqs: [],
      risks: [],
      emotion: { name: 'neutral', strength: 0, evidence: '', by: '' },
      rejects: false,
      slots: {},
      releaseId: '1',
      timings: {},
      degraded: [],
      ...judgement,
    },
    policy: POLICY,
    memory: EMPTY_MEMORY,
    ownerKind: 'bot',
    picked: null,
    asked: null,
    productId: null,
    situation: UNKNOWN_SITUATION,
    shelf: EMPTY_SHELF,
    intent: (name) => INTENTS[name],
    hasEntry: (id) => id in ENTRIES,
    entriesOf: (name) => Object.keys(ENTRIES).filter((id) => ENTRIES[id] === name),
    intentOf: (id) => ENTRIES[id],
    productsOf: () => [],
    ...more,
  };
}
const decision = (judgement: Partial<Judgement>, more?: Partial<DecideInput>) =>
  decide(input(judgement, more)).decision;

describe('meaning', () => {
  it('a sure entry answers', () => {
    expect(decision({ faqs: [hit('wash', 0.9)], intents: [guess('care', 0.9)] })).toMatchObject({
      kind: 'answer',
      entryId: 'wash',
    });
  });

  it('an entry that is surer than the intent that would hand off answers', () => {
    expect(decision({ faqs: [hit('wash', 0.95)], intents: [guess('fault', 0.6), guess('care', 0.3)] })).toMatchObject({
      kind: 'answer',
      entryId: 'wash',
    });
  });

  it('an entry of the very intent that hands off does not keep the case from a person', () => {
    expect(decision({ faqs: [hit('zip', 0.97)], intents: [guess('fault', 0.7)] })).toMatchObject({
      kind: 'handoff',
      team: 'aftersale',
    });
  });

  it('intents with the same consequence are one suspicion', () => {
    const halves = [guess('fault', 0.3), guess('wrong', 0.28), guess('care', 0.2)];
    expect(decision({ intents: halves })).toMatchObject({ kind: 'handoff', intent: 'fault' });
  });

  it('a near tie is asked, and what could be done is among the choices', () => {
    const asked = decision({ faqs: [hit('wash', 0.7)], intents: [guess('track', 0.6)] });
    expect(asked).toMatchObject({ kind: 'clarify', why: 'unsure' });
    expect(asked.kind === 'clarify' && asked.options[0]).toMatchObject({ kind: 'intent', intent: 'track' });
    expect(asked.kind === 'clarify' && asked.options[1]).toMatchObject({ kind: 'faq', entryId: 'wash' });
  });

  it('a sure action needs no asking, whatever entry lies near', () => {
    expect(decision({ faqs: [hit('wash', 0.7)], intents: [guess('track', 0.9)] })).toMatchObject({
      kind: 'act',
      action: 'track-logistics',
    });
  });
});

describe('doubt', () => {
  it('offers what may be meant', () => {
    expect(decision({ faqs: [hit('wash', 0.4), hit('iron', 0.2)] })).toMatchObject({
      kind: 'clarify',
      why: 'unsure',
      options: [{ entryId: 'wash' }, { entryId: 'iron' }],
    });
  });

  it('with nothing to offer and a case suspected, a person takes it at once', () => {
    expect(decision({ intents: [guess('fault', 0.2)] })).toMatchObject({
      kind: 'handoff',
      reason: 'low_confidence',
      team: 'aftersale',
    });
  });

  it('what is next to nothing is no suspicion', () => {
    expect(decision({ intents: [guess('fault', 0.1)] })).toMatchObject({ kind: 'clarify', why: 'lost' });
  });

  it('with nothing at all it says so once, and the third time a person comes', () => {
    expect(decision({})).toMatchObject({ kind: 'clarify', why: 'lost' });
    expect(decision({}, { memory: { ...EMPTY_MEMORY, misses: 2 } })).toMatchObject({
      kind: 'handoff',
      reason: 'low_confidence',
    });
  });
});

describe('risk', () => {
  const arbitrary = fc.record({
    faqs: fc.array(
      fc
        .tuple(fc.constantFrom('wash', 'iron', 'zip'), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([id, s]) => hit(id, s)),
      { maxLength: 3 },
    ),
    intents: fc.array(
      fc
        .tuple(fc.constantFrom(...Object.keys(INTENTS)), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([n, s]) => guess(n, s)),
      { maxLength: 3 },
    ),
  });

  it('no confidence of any other judgement keeps R0 to R2 from a person', () => {
    const grave = fc.constantFrom(
      signal('safety', 'R0'),
      signal('law', 'R1'),
      signal('scam', 'R1'),
      signal('complaint', 'R2'),
      signal('asks_for_human', 'R2'),
    );
    fc.assert(
      fc.property(arbitrary, grave, ({ faqs, intents }, risk) => {
        expect(decision({ faqs, intents, risks: [risk] }).kind).toBe('handoff');
      }),
    );
  });

  it('while a person owns the conversation the bot is silent, whatever is said', () => {
    fc.assert(
      fc.property(arbitrary, fc.constantFrom('agent' as const, 'platform_agent' as const), (judgement, ownerKind) => {
        expect(decision(judgement, { ownerKind }).kind).toBe('silent');
      }),
    );
  });

  it('every judgement ends in a decision that has a reason', () => {
    fc.assert(
      fc.property(arbitrary, fc.boolean(), fc.nat(4), (judgement, rejects, misses) => {
        const decided = decide(
          input({ ...judgement, rejects }, { memory: { ...EMPTY_MEMORY, misses, lastAnswer: 'wash' } }),
        );
        expect(decided.reasons.length).toBeGreaterThan(0);
      }),
    );
  });

  it('a platform’s rule is answered by its own entry, whatever lies nearer, and care beside it changes nothing', () => {
    const rule: RiskSignal = { ...signal('platform', 'R4'), answer: 'care' };
    const risks = [signal('care', 'R4'), rule];
    expect(decision({ faqs: [hit('zip', 0.99)], intents: [guess('fault', 0.99)], risks })).toMatchObject({
      kind: 'answer',
      entryId: 'wash',
    });
    expect(decision({ faqs: [hit('iron', 0.5)], risks })).toMatchObject({ kind: 'answer', entryId: 'iron' });
  });

  it('anger is soothed once, with a person first; the second time a person comes', () => {
    const risks = [signal('emotion', 'R3')];
    expect(decision({ risks })).toMatchObject({ kind: 'clarify', why: 'emotion' });
    expect(decision({ risks }, { memory: { ...EMPTY_MEMORY, soothed: true } })).toMatchObject({
      kind: 'handoff',
      reason: 'emotion',
    });
  });
});

describe('signs and no words', () => {
  const withSmallTalk: Partial<DecideInput> = {
    hasEntry: (id) => id in ENTRIES || id in SMALL_TALK,
    intentOf: (id) => ENTRIES[id] ?? SMALL_TALK[id],
  };
  const near = [hit('emoji-reply', 0.6), hit('meaningless-reply', 0.5), hit('hi', 0.4)];

  it.each([
    ['😂😂', 'emoji-reply'],
    ['·', 'meaningless-reply'],
  ])('%s is asked what it is about, with the menu below', (text, entryId) => {
    expect(decision({ text, faqs: near }, withSmallTalk)).toEqual({
      kind: 'answer',
      entryId,
      hit: near.find((one) => one.entryId === entryId),
      offer: 'menu',
    });
  });

  it('signs that surely mean something are answered for it', () => {
    const thanks = { text: '🙏', faqs: [hit('hi', 0.9), ...near] };
    expect(decision(thanks, withSmallTalk)).toMatchObject({ kind: 'answer', entryId: 'hi', offer: 'nothing' });
  });

  it('the second time is no answer again, and in the end there is a person', () => {
    const again = { ...withSmallTalk, memory: { ...EMPTY_MEMORY, lastAnswer: 'emoji-reply' } };
    expect(decision({ text: '😂', faqs: near }, again)).toEqual({ kind: 'clarify', why: 'lost', options: [] });
    const third = { ...again, memory: { ...again.memory, misses: 2 } };
    expect(decision({ text: '😂', faqs: near }, third)).toMatchObject({ kind: 'handoff', reason: 'low_confidence' });
  });

  it('anger gets no smile: an apology and a person first, and a person at once when it was said before', () => {
    expect(decision({ text: '😡😡', faqs: near }, withSmallTalk)).toEqual({
      kind: 'clarify',
      why: 'emotion',
      options: [],
    });
    const again = { ...withSmallTalk, memory: { ...EMPTY_MEMORY, soothed: true } };
    expect(decision({ text: '😡', faqs: near }, again)).toMatchObject({ kind: 'handoff', reason: 'emotion' });
    const sad = { name: 'disappointed', strength: 0.5, evidence: '😭', by: 'tears' } as const;
    expect(decision({ text: '😭', faqs: near, emotion: sad }, withSmallTalk)).toMatchObject({
      kind: 'clarify',
      why: 'lost',
    });
  });

  it('nobody is asked to choose what a message is made of, or a word of politeness', () => {
    const unsure = { text: '嗯嗯😂', faqs: [...near, hit('wash', 0.3)] };
    expect(decision(unsure, withSmallTalk)).toMatchObject({
      kind: 'clarify',
      options: [{ kind: 'faq', entryId: 'wash' }],
    });
    const risk = { text: '？？？', faqs: near, risks: [signal('emotion', 'R3')] };
    expect(decision(risk, withSmallTalk)).toEqual({ kind: 'clarify', why: 'emotion', options: [] });
  });
});
