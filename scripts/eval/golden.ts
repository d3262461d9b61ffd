// The golden questions: reading them, judging decisions against them, and choosing thresholds on one half of them.
import { readFileSync } from 'node:fs';
import type { Triage } from '../../src/bot/triage.ts';

export interface GoldenRow {
  id: string;
  text: string;
  group: string;
  expect: { decision?: string[]; intent?: string[]; faq?: string[] };
}

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
      const offers = decision.options.some((o) => (o.kind === 'faq' ? faqs.includes(o.entryId) : (expect.intent ?? []).includes(o.intent)));
      return { row, triage, right: allowed.includes('clarify') || offers, wrong: false };
    }
    case 'act':
      return { row, triage, right: allowed.includes('act'), wrong: !allowed.includes('act') };
    case 'handoff':
      return { row, triage, right: allowed.includes('handoff'), wrong: false };
    case 'acknowledge':
    case 'queue_notice':
    case 'silent':
      return { row, triage, right: false, wrong: false };
    default:
      return decision satisfies never;
  }
}

export interface GroupFigures {
  group: string;
  n: number;
  right: number;
  wrong: number;
  answered: number;
  clarified: number;
  handedOff: number;
}

export function figuresOf(judged: readonly Judged[]): GroupFigures[] {
  const groups = new Map<string, GroupFigures>();
  for (const j of judged) {
    const empty = { group: j.row.group, n: 0, right: 0, wrong: 0, answered: 0, clarified: 0, handedOff: 0 };
    const g = groups.get(j.row.group) ?? empty;
    g.n += 1;
    if (j.right) g.right += 1;
    if (j.wrong) g.wrong += 1;
    if (j.triage.decision === 'answer' || j.triage.decision === 'act') g.answered += 1;
    if (j.triage.decision === 'clarify') g.clarified += 1;
    if (j.triage.decision === 'handoff') g.handedOff += 1;
    groups.set(j.row.group, g);
  }
  return [...groups.values()];
}
