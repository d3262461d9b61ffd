// The golden questions: reading them, judging decisions against them, counting. Knows no shop and prints nothing.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Triage } from '../../src/bot/triage.ts';

export interface GoldenRow {
  id: string;
  text: string;
  /** in-scope, act, handoff, complaint, human, risk-negative, out-of-scope. */
  group: string;
  expect: { decision?: string[]; intent?: string[]; faq?: string[] };
  /** `none`: a complaint without any word that a rule could know. */
  cue?: string;
}

/** The golden questions of a sample shop, by its folder in the corpus. */
export const goldenFile = (shop: string): string =>
  path.resolve(import.meta.dirname, `../../test/evals/golden/${shop}.jsonl`);

/** Questions that judge only: no threshold was chosen and no wording was written with them in sight. */
export const unseenFile = (shop: string): string =>
  path.resolve(import.meta.dirname, `../../test/evals/golden/unseen/${shop}.jsonl`);

export const readGolden = (file: string): GoldenRow[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as GoldenRow);

export interface Judged {
  row: GoldenRow;
  triage: Triage;
  /** The decision is one of those expected, or a clarification that offers the right answer. */
  right: boolean;
  /** A confident answer or action that is none of the expected ones: the mistake that costs trust. */
  wrong: boolean;
}

export function judge(row: GoldenRow, triage: Triage): Judged {
  const { expect } = row;
  const allowed = expect.decision ?? [];
  const faqs = expect.faq ?? [];
  const { decision } = triage.decided;
  switch (decision.kind) {
    case 'answer': {
      const hit = faqs.length === 0 ? allowed.includes('answer') : faqs.includes(decision.entryId);
      return { row, triage, right: hit, wrong: !hit };
    }
    case 'clarify': {
      const offers = decision.options.some(
        (o) =>
          (o.kind === 'faq' && faqs.includes(o.entryId)) ||
          (o.kind === 'intent' && (expect.intent ?? []).includes(o.intent)),
      );
      return { row, triage, right: allowed.includes('clarify') || offers, wrong: false };
    }
    case 'act':
      return { row, triage, right: allowed.includes('act'), wrong: !allowed.includes('act') };
    case 'handoff':
      return { row, triage, right: allowed.includes('handoff'), wrong: false };
    case 'acknowledge':
    case 'queue_notice':
    case 'keep_message':
    case 'offer_call':
    case 'keep_call':
    case 'keep_quote':
    case 'leave_queue':
    case 'silent':
      return { row, triage, right: false, wrong: false };
    default:
      return decision satisfies never;
  }
}

export interface Figures {
  name: string;
  n: number;
  right: number;
  wrong: number;
  answered: number;
  clarified: number;
  handedOff: number;
}

export function figuresOf(name: string, judged: readonly Judged[]): Figures {
  const decided = (...kinds: string[]) => judged.filter((j) => kinds.includes(j.triage.decision)).length;
  return {
    name,
    n: judged.length,
    right: judged.filter((j) => j.right).length,
    wrong: judged.filter((j) => j.wrong).length,
    answered: decided('answer', 'act'),
    clarified: decided('clarify'),
    handedOff: decided('handoff'),
  };
}

/** In the order of first appearance. */
export function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const list = groups.get(name);
    if (list === undefined) groups.set(name, [item]);
    else list.push(item);
  }
  return groups;
}

/** 95 % interval of a share (Wilson 1927): honest for few rows and for shares near 0. */
export function interval(hits: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const p = hits / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export const percent = (n: number, of: number): string => `${((n / Math.max(1, of)) * 100).toFixed(1)} %`;

/** `96.1 % [95.2, 96.9]` */
export function withInterval(n: number, of: number): string {
  const [low, high] = interval(n, of);
  return `${percent(n, of)} [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
}
