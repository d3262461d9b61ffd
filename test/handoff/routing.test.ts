// Rules and the choice of an agent: every condition, every tie.
import { describe, expect, it } from 'vitest';
import type { RouteCase, RouteWhen } from '../../src/contract/routing.ts';
import {
  type Candidate,
  chooseAgent,
  dueWithPriority,
  matches,
  routeCase,
  type WaitingCase,
} from '../../src/handoff/routing.ts';

const CASE: RouteCase = {
  risk: 'none',
  reason: 'low_confidence',
  stage: 'aftersale',
  order: 'unknown',
  intent: 'refund_status',
  intentTeam: null,
  channel: 'web',
  language: 'zh',
  vip: false,
  senior: false,
  again: false,
};

describe('a rule', () => {
  it.each<[keyof RouteWhen, RouteWhen, Partial<RouteCase>]>([
    ['risk', { risk: ['R0', 'R1'] }, { risk: 'R1' }],
    ['reason', { reason: ['vip', 'complaint'] }, { reason: 'complaint' }],
    ['stage', { stage: ['presale'] }, { stage: 'presale' }],
    ['order', { order: ['shipped'] }, { order: 'shipped' }],
    ['intent', { intent: ['bulk_purchase'] }, { intent: 'bulk_purchase' }],
    ['channel', { channel: ['wechat-oa'] }, { channel: 'wechat-oa' }],
    ['language', { language: ['en'] }, { language: 'en' }],
    ['intentTeam', { intentTeam: true }, { intentTeam: 'presale' }],
    ['vip', { vip: true }, { vip: true }],
    ['senior', { senior: true }, { senior: true }],
    ['again', { again: true }, { again: true }],
  ])('looks at %s', (_field, when, fitting) => {
    expect(matches(when, CASE)).toBe(false);
    expect(matches(when, { ...CASE, ...fitting })).toBe(true);
  });

  it('wants all of its conditions, and none matches everything', () => {
    expect(matches({ vip: true, stage: ['presale'] }, { ...CASE, vip: true })).toBe(false);
    expect(matches({}, CASE)).toBe(true);
    expect(matches({ vip: false }, { ...CASE, vip: true })).toBe(false);
    expect(matches({ intent: ['x'] }, { ...CASE, intent: null })).toBe(false);
    expect(matches({ stage: ['presale'] }, { ...CASE, stage: null })).toBe(false);
  });

  it('that comes first wins; the defaults keep dangers before what an intent file says', () => {
    const bulk = { ...CASE, stage: 'presale' as const, intentTeam: 'presale' as const };
    expect(routeCase(bulk).team).toBe('presale');
    expect(routeCase({ ...bulk, risk: 'R0' }).team).toBe('complaint');
    expect(routeCase({ ...bulk, reason: 'complaint' }).team).toBe('complaint');
    expect(routeCase({ ...CASE, intentTeam: 'complaint' }).team).toBe('complaint');
    expect(routeCase(CASE).team).toBe('aftersale');
    expect(routeCase({ ...CASE, stage: null, order: 'shipped' }).team).toBe('aftersale');
    expect(routeCase({ ...CASE, stage: null, order: 'none' }).team).toBe('presale');
    expect(routeCase({ ...CASE, stage: null })).toMatchObject({ team: 'insale', rule: '其他' });
    expect(routeCase(CASE, []).team).toBe('insale');
  });

  it('with priority shortens the time to the first reply by quarters', () => {
    expect([0, 1, 2, 3].map((p) => dueWithPriority(180_000, p))).toEqual([180_000, 135_000, 90_000, 45_000]);
  });
});

const agent = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  name: id,
  teams: ['insale'],
  skills: [],
  languages: ['zh'],
  presence: 'online',
  awayMs: 1_000,
  capacity: 4,
  load: 1,
  channelCapacity: {},
  channelLoad: {},
  idleMs: 10_000,
  ...more,
});
const WAITS: WaitingCase = {
  team: 'insale',
  passed: [],
  raised: false,
  skills: [],
  language: 'zh',
  weight: 1,
  channel: 'web',
  familiar: null,
};
const chosen = (waits: Partial<WaitingCase>, agents: Candidate[], overflow: string | null = null) =>
  chooseAgent({ ...WAITS, ...waits }, agents, overflow);

describe('the choice of an agent', () => {
  it('is the familiar one, then the freest share, then the longest idle, then the older account', () => {
    const few = agent('1', { load: 3 });
    const free = agent('2', { load: 0 });
    const half = agent('3', { capacity: 10, load: 5 });
    expect(chosen({ familiar: '1' }, [few, free, half])).toMatchObject({ agent: '1', why: { chosen: 'familiar' } });
    expect(chosen({}, [few, free, half])).toMatchObject({ agent: '2', why: { chosen: 'most_free', candidates: 3 } });
    expect(chosen({}, [agent('1'), agent('2', { idleMs: 90_000 })])).toMatchObject({
      agent: '2',
      why: { chosen: 'longest_idle', idleSeconds: 90 },
    });
    expect(chosen({}, [agent('10'), agent('9')])!.agent).toBe('9');
    expect(chosen({}, [few])).toMatchObject({ agent: '1', why: { chosen: 'only', free: 1 } });
  });

  it('never falls on somebody absent, full, of another team, without the skill, or who passed', () => {
    expect(chosen({}, [agent('1', { presence: 'busy' }), agent('2', { presence: 'away' })])).toBeNull();
    expect(chosen({}, [agent('1', { awayMs: 60_001 })])).toBeNull();
    expect(chosen({}, [agent('1', { awayMs: null })])).toBeNull();
    expect(chosen({}, [agent('1', { awayMs: 60_000 })])!.agent).toBe('1');
    expect(chosen({}, [agent('1', { load: 4 })])).toBeNull();
    expect(chosen({ weight: 2 }, [agent('1', { load: 3 })])).toBeNull();
    expect(chosen({ weight: 2 }, [agent('1', { load: 2 })])!.agent).toBe('1');
    expect(chosen({ weight: 2 }, [agent('1', { load: 0, capacity: 1 })])!.agent).toBe('1');
    expect(chosen({}, [agent('1', { load: 0, capacity: 0 })])).toBeNull();
    expect(chosen({}, [agent('1', { teams: ['presale'] })])).toBeNull();
    expect(chosen({ skills: ['羽绒'] }, [agent('1')])).toBeNull();
    expect(chosen({ skills: ['羽绒'] }, [agent('1', { skills: ['羽绒', '箱包'] })])!.agent).toBe('1');
    expect(chosen({ passed: ['1'] }, [agent('1')])).toBeNull();
  });

  it('keeps the channel’s own limit', () => {
    const web = agent('1', { channelCapacity: { web: 1 }, channelLoad: { web: 1 } });
    expect(chosen({}, [web])).toBeNull();
    expect(chosen({ channel: 'webhook' }, [web])!.agent).toBe('1');
  });

  it('prefers who speaks the language, and takes anybody rather than nobody', () => {
    const en = agent('2', { languages: ['zh', 'en'], load: 3 });
    expect(chosen({ language: 'en' }, [agent('1', { load: 0 }), en])!.agent).toBe('2');
    expect(chosen({ language: 'en' }, [agent('1')])!.agent).toBe('1');
  });

  it('asks the overflow team only after two rounds', () => {
    const other = agent('1', { teams: ['aftersale'] });
    expect(chosen({}, [other], 'aftersale')).toBeNull();
    expect(chosen({ raised: true }, [other], 'aftersale')).toMatchObject({ agent: '1', why: { team: 'aftersale' } });
    expect(chosen({ raised: true }, [other], null)).toBeNull();
  });
});
