// What the bot does while a shopper waits: the way back in their own words, a message acknowledged once, silence otherwise. And the words.
import { describe, expect, it } from 'vitest';
import { sayOpening, sayRange } from '../../src/bot/clock-words.ts';
import { decide } from '../../src/bot/decide.ts';
import { type DecideInput, EMPTY_SHELF, UNKNOWN_SITUATION } from '../../src/bot/decision.ts';
import { EMPTY_MEMORY, type Memory, type Picked } from '../../src/bot/memory.ts';
import { handoffNotice } from '../../src/bot/queue-words.ts';
import { awayWords, keptWords, queueWords } from '../../src/bot/scripts.ts';
import type { Wait } from '../../src/bot/while-waiting.ts';
import type { Judgement, RiskSignal } from '../../src/contract/decision.ts';
import { judgement } from './turn-parts.ts';

const QUEUED: Wait = { state: 'waiting', risk: 'R3', mayLeave: true, isMessage: false, isKept: false, isTold: true };
const LEFT: Wait = { state: 'deferred', risk: 'none', mayLeave: true, isMessage: true, isKept: false, isTold: true };

function decided(
  said: string | Partial<Judgement>,
  wait: Wait,
  picked: Picked | null = null,
  memory: Partial<Memory> = {},
) {
  const input: DecideInput = {
    judgement: judgement(typeof said === 'string' ? { text: said } : said),
    policy: { version: 't', wrongAtMost: 0.02, answerMin: 0.8, clarifyMin: 0.1, actMin: 0.5, evaluation: {} },
    memory: { ...EMPTY_MEMORY, ...memory },
    ownerKind: 'queue',
    picked,
    wait,
    asked: null,
    productId: null,
    situation: UNKNOWN_SITUATION,
    shelf: EMPTY_SHELF,
    productsOf: () => [],
    intent: () => undefined,
    hasEntry: () => false,
    entriesOf: () => [],
    intentOf: () => undefined,
  };
  return decide(input).decision;
}

describe('a wish for a call', () => {
  it.each(['打电话给我', '能不能回电话', '给我回个电话吧', '电话联系我', '可以回拨吗', 'call me back'])(
    '%s: is asked when',
    (text) => expect(decided(text, QUEUED)).toEqual({ kind: 'offer_call', from: null }),
  );

  it.each(['别打电话给我', '你们电话多少', '电话打不通', '快递没打电话'])('%s: is none', (text) =>
    expect(decided(text, QUEUED)).toEqual({ kind: 'silent' }),
  );

  it('is agreed on with a number, which alone says nothing', () => {
    expect(decided('13812345678', QUEUED)).toEqual({ kind: 'silent' });
    expect(decided('13812345678', QUEUED, null, { call: { from: null } })).toEqual({ kind: 'keep_call' });
  });
});

describe('the way back to the bot', () => {
  const back = [
    '让机器人回答',
    '让机器人来回答吧',
    '先问智能客服',
    '还是让智能客服回答',
    '转回机器人',
    '机器人回答我',
    '找机器人',
  ];
  const out = [
    '不等了',
    '我不等了。',
    '那不等了吧',
    '不想等了',
    '等不及了',
    '不排队了',
    '取消排队',
    '不用等人工了',
    '不转人工了',
    '不要人工了',
  ];

  it.each([...back, ...out, '不等了，让机器人回答'])('%s: out of the line', (text) => {
    expect(decided(text, QUEUED)).toEqual({ kind: 'leave_queue' });
  });

  it.each(back)('%s: takes a message back', (text) => {
    expect(decided(text, LEFT)).toEqual({ kind: 'leave_queue' });
  });

  it.each(out)('%s: a message needs no waiting, so it stays', (text) => {
    expect(decided(text, LEFT)).toEqual({ kind: 'keep_message' });
  });

  it.each([
    '不等了，我要投诉',
    '别让机器人回答',
    '等不了那么久，今天就要用',
    '机器人回答的不对',
    '我不等快递了，退款吧',
    '好的',
    '',
  ])('%s: is no such wish', (text) => {
    expect(decided(text, QUEUED)).toEqual({ kind: 'silent' });
  });

  it('by the choice as well; a case that a person has to see stays, and says so', () => {
    expect(decided('先问智能客服', QUEUED, { kind: 'bot' })).toEqual({ kind: 'leave_queue' });
    expect(decided('不等了', { ...QUEUED, mayLeave: false })).toEqual({ kind: 'queue_notice', stays: true });
  });
});

describe('who has heard nothing since the case was opened', () => {
  const UNTOLD = { ...QUEUED, isTold: false };

  it('is told of the queue instead of nothing', () => {
    expect(decided('是上周买的', UNTOLD)).toEqual({ kind: 'queue_notice' });
    expect(decided('是上周买的', QUEUED)).toEqual({ kind: 'silent' });
  });

  it('hears what they ask for first', () => {
    expect(decided('先问智能客服', UNTOLD, { kind: 'bot' })).toEqual({ kind: 'leave_queue' });
    expect(decided('毛毯少了一条', { ...LEFT, isTold: false })).toEqual({ kind: 'keep_message' });
  });
});

describe('a message', () => {
  it('is acknowledged with its first words and kept in silence from then on', () => {
    expect(decided('毛毯少了一条', LEFT)).toEqual({ kind: 'keep_message' });
    expect(decided('是上周买的', { ...LEFT, isKept: true })).toEqual({ kind: 'silent' });
  });

  it('may be left at any time while waiting, tapped or said', () => {
    expect(decided('留言，先离开', QUEUED, { kind: 'message' })).toEqual({ kind: 'keep_message' });
    const intents = [{ intent: 'leave_message', label: '留言', score: 0.9 }];
    expect(decided({ text: '我留个言', intents }, QUEUED)).toEqual({ kind: 'keep_message' });
  });

  const signal = (kind: RiskSignal['kind'], level: RiskSignal['level']): RiskSignal => ({
    rule: kind,
    level,
    kind,
    evidence: '…',
    score: 1,
  });

  it('does not stay one when it is grave; asking for a person again changes nothing', () => {
    expect(decided({ risks: [signal('safety', 'R0')] }, LEFT)).toMatchObject({ kind: 'handoff', risk: 'R0' });
    expect(decided({ risks: [signal('complaint', 'R2')] }, LEFT)).toMatchObject({
      kind: 'handoff',
      reason: 'complaint',
    });
    expect(decided({ risks: [signal('asks_for_human', 'R2')] }, LEFT)).toEqual({ kind: 'queue_notice' });
    expect(decided({ risks: [signal('emotion', 'R3')] }, { ...LEFT, isKept: true })).toEqual({ kind: 'silent' });
  });

  it('in line, only what is graver than the case is one of its own', () => {
    const complains = { ...QUEUED, risk: 'R2' as const, mayLeave: false };
    expect(decided({ risks: [signal('safety', 'R0')] }, QUEUED)).toMatchObject({ kind: 'handoff', risk: 'R0' });
    expect(decided({ risks: [signal('complaint', 'R2')] }, QUEUED)).toMatchObject({ kind: 'handoff', risk: 'R2' });
    expect(decided({ risks: [signal('complaint', 'R2')] }, complains)).toEqual({ kind: 'silent' });
    expect(decided({ risks: [signal('law', 'R1')] }, complains)).toMatchObject({ kind: 'handoff', risk: 'R1' });
    expect(decided({ risks: [signal('emotion', 'R3')] }, QUEUED)).toEqual({ kind: 'silent' });
  });
});

const at = (local: string) => new Date(`${local}:00+08:00`);
const FRIDAY_NIGHT = at('2026-11-27T23:30');

describe('the words', () => {
  it.each([
    ['2026-11-28T09:00', '明早 9:00'],
    ['2026-11-28T13:30', '明天 13:30'],
    ['2026-11-27T23:45', '今天 23:45'],
    ['2026-11-30T09:00', '周一 9:00'],
    ['2026-11-29T10:00', '周日 10:00'],
    ['2026-12-07T09:00', '12月7日 9:00'],
  ])('back at %s: %s', (back, words) => {
    expect(sayOpening(at(back), FRIDAY_NIGHT)).toBe(words);
    expect(sayOpening(at('2026-11-28T09:00'), at('2026-11-28T02:00'))).toBe('今天 9:00');
  });

  it.each([
    [0, 20, '20 秒内'],
    [10, 30, '大约 10–30 秒'],
    [30, 120, '大约半分钟到 2 分钟'],
    [0, 60, '1 分钟内'],
    [120, 300, '大约 2–5 分钟'],
    [2_700, 5_400, '大约 45 分钟到 1.5 小时'],
    [5_400, 9_000, '大约 1.5–2.5 小时'],
  ])('%i to %i seconds: %s', (fromSeconds, toSeconds, words) => {
    expect(sayRange({ fromSeconds, toSeconds })).toBe(words);
  });

  const sight = {
    position: 3,
    range: { fromSeconds: 120, toSeconds: 300 },
    foreseen: null,
    agentsOnline: 2,
    isOpen: true,
  };
  const there = { ...sight, backAt: FRIDAY_NIGHT };
  const away = { ...sight, agentsOnline: 0, isOpen: false, backAt: at('2026-11-28T09:00') };

  it('say the place and the wait, and give no figure that nobody measured', () => {
    expect(queueWords({ ...there, now: FRIDAY_NIGHT })).toBe('您前面还有 2 位，预计等待大约 2–5 分钟。');
    expect(queueWords({ ...there, position: 1, range: null, now: FRIDAY_NIGHT })).toBe('您是下一位。');
    expect(queueWords({ ...there, range: { fromSeconds: 0, toSeconds: 60 }, now: FRIDAY_NIGHT })).toContain(
      '预计等待 1 分钟内',
    );
  });

  it('when nobody is there: when they are back, that it is kept, and nothing personal is asked for', () => {
    const words = awayWords({ ...away, now: FRIDAY_NIGHT });
    expect(words).toContain('明早 9:00');
    expect(words).toContain('留言');
    for (const said of [words, keptWords(null), keptWords({ ...away, now: FRIDAY_NIGHT })])
      expect(said).not.toMatch(/(请|麻烦|可以)[^，。]*(留下|提供|填写)?[^，。]*(手机|电话|微信|姓名|地址|身份证)/);
    expect(awayWords({ ...away, backAt: null, now: FRIDAY_NIGHT })).not.toMatch(/\d/);
  });

  const notice = (plan: Partial<Parameters<typeof handoffNotice>[0]>, where: Parameters<typeof handoffNotice>[1]) =>
    handoffNotice({ script: 'plain', reason: 'asked_for_human', isOrdinary: true, ...plan }, where, FRIDAY_NIGHT);

  it('of a handoff: deferred only when nobody is there and the case is ordinary', () => {
    expect(notice({}, there)).toMatchObject({ state: 'waiting', reason: 'asked_for_human', waiting: { position: 3 } });
    expect(notice({}, away)).toMatchObject({ state: 'deferred', reason: 'off_hours', waiting: { position: null } });
    expect(notice({}, { ...away, agentsOnline: 1 }).state).toBe('waiting');
    expect(notice({}, { ...away, isOpen: true }).state).toBe('waiting');
    expect(notice({ isOrdinary: false, reason: 'complaint', script: 'soothe' }, away).state).toBe('waiting');
    expect(notice({}, away).part.text).not.toContain('转接');
  });

  it('offers the ways out where they are worth something', () => {
    expect(notice({}, there).choices.map((c) => c.value)).toEqual(['bot', 'message', 'callback']);
    expect(notice({}, away).choices.map((c) => c.value)).toEqual(['bot', 'callback']);
    expect(notice({}, { ...there, range: { fromSeconds: 10, toSeconds: 30 } }).choices).toEqual([]);
    expect(notice({ isOrdinary: false }, there).choices).toEqual([]);
  });
});
