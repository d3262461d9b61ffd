// Which team takes a case, and which agent of it: rule rows and a ranking, both explained. Pure.
import type { ChannelKind, StaffId } from '../contract/conversation.ts';
import type { RouteCase, Routed, RouteRule, RouteWhen } from '../contract/routing.ts';
import { hasRoom } from './guards.ts';
import type { LockedAgent } from './moves.ts';

/** What a shop has before it writes rules of its own. First match wins; the last row catches all. */
export const DEFAULT_RULES: readonly RouteRule[] = [
  { name: '人身安全与法律', when: { risk: ['R0', 'R1'] }, team: 'complaint', priority: 0, skills: [] },
  { name: '投诉', when: { reason: ['complaint'] }, team: 'complaint', priority: 0, skills: [] },
  { name: '意图指定的团队', when: { intentTeam: true }, team: 'intent', priority: 0, skills: [] },
  { name: '售前咨询', when: { stage: ['presale'] }, team: 'presale', priority: 0, skills: [] },
  { name: '售后', when: { stage: ['aftersale'] }, team: 'aftersale', priority: 0, skills: [] },
  { name: '已经发货', when: { order: ['shipped', 'signed'] }, team: 'aftersale', priority: 0, skills: [] },
  { name: '还没有下单', when: { order: ['none'] }, team: 'presale', priority: 0, skills: [] },
  { name: '其他', when: {}, team: 'insale', priority: 0, skills: [] },
];

const isIn = (list: readonly string[] | undefined, value: string | null): boolean =>
  list === undefined || (value !== null && list.includes(value));
const is = (wanted: boolean | undefined, value: boolean): boolean => wanted === undefined || wanted === value;

export const matches = (when: RouteWhen, c: RouteCase): boolean =>
  isIn(when.risk, c.risk) &&
  isIn(when.reason, c.reason) &&
  isIn(when.stage, c.stage) &&
  isIn(when.order, c.order) &&
  isIn(when.intent, c.intent) &&
  isIn(when.channel, c.channel) &&
  isIn(when.language, c.language) &&
  is(when.intentTeam, c.intentTeam !== null) &&
  is(when.vip, c.vip) &&
  is(when.senior, c.senior) &&
  is(when.again, c.again);

/** The first rule that holds. Rules without a row for everything fall back to `insale`, so that no case is without a team. */
export function routeCase(c: RouteCase, rules: readonly RouteRule[] = DEFAULT_RULES): Routed {
  for (const rule of rules) {
    if (!matches(rule.when, c)) continue;
    if (rule.team === 'intent' && c.intentTeam === null) continue;
    const team = rule.team === 'intent' ? c.intentTeam! : rule.team;
    return { team, priority: rule.priority, skills: rule.skills, rule: rule.name };
  }
  return { team: 'insale', priority: 0, skills: [], rule: '（没有规则适用）' };
}

/** Who has no teams takes cases of all. */
export const serves = (teams: readonly string[], team: string): boolean => teams.length === 0 || teams.includes(team);

/** Each step of priority takes a quarter off the time to the first reply. Milliseconds. */
export const dueWithPriority = (dueMs: number, priority: number): number => Math.round(dueMs * (1 - priority / 4));

/** A case that waits for an agent. */
export interface WaitingCase {
  team: string;
  /** Who declined it or let it lapse. */
  passed: readonly StaffId[];
  raised: boolean;
  skills: readonly string[];
  language: string;
  weight: number;
  channel: ChannelKind;
  /** Who cared for this shopper within the last seven days. */
  familiar: StaffId | null;
}

export interface Candidate extends LockedAgent {
  id: StaffId;
  teams: readonly string[];
  skills: readonly string[];
  languages: readonly string[];
  /** Since their last conversation ended, milliseconds. */
  idleMs: number;
}

/** Why this agent and no other; kept with the assignment. */
export interface Choice {
  agent: StaffId;
  why: {
    chosen: 'familiar' | 'most_free' | 'longest_idle' | 'only';
    candidates: number;
    free: number;
    idleSeconds: number;
    team: string;
  };
}

const freeOf = (agent: Candidate): number => (agent.capacity - agent.load) / Math.max(1, agent.capacity);

/** Familiar first, then most free share of capacity, then longest idle, then the older account. Null: nobody can take it now. */
export function chooseAgent(c: WaitingCase, agents: readonly Candidate[], overflow: string | null): Choice | null {
  const teams = c.raised && overflow !== null ? [c.team, overflow] : [c.team];
  const able = agents.filter(
    (a) =>
      a.teams.some((t) => teams.includes(t)) &&
      !c.passed.includes(a.id) &&
      c.skills.every((s) => a.skills.includes(s)) &&
      hasRoom(a, c.weight, c.channel),
  );
  // who speaks the shopper's language goes before who does not, but a person goes before nobody
  const speaking = able.filter((a) => a.languages.includes(c.language));
  const candidates = speaking.length > 0 ? speaking : able;
  const [first, second] = [...candidates].sort(
    (a, b) =>
      Number(b.id === c.familiar) - Number(a.id === c.familiar) ||
      freeOf(b) - freeOf(a) ||
      b.idleMs - a.idleMs ||
      Number(a.id) - Number(b.id),
  );
  if (first === undefined) return null;
  const chosen =
    second === undefined
      ? 'only'
      : first.id === c.familiar
        ? 'familiar'
        : freeOf(first) > freeOf(second)
          ? 'most_free'
          : 'longest_idle';
  return {
    agent: first.id,
    why: {
      chosen,
      candidates: candidates.length,
      free: Number((first.capacity - first.load).toFixed(1)),
      idleSeconds: Math.round(first.idleMs / 1000),
      team: first.teams.includes(c.team) ? c.team : overflow!,
    },
  };
}
