// Quick lines that are several questions: which of them ask something of their own. Pure; words nothing.
import type { ClaimedTurn } from '../conversations/turns.ts';
import type { Decision } from './decision.ts';
import type { Memory } from './memory.ts';

/** More lines than that are a story, and read as one. */
const LINES_MAX = 8;

/** The turn line by line, or nothing where its lines cannot be read apart: they complete a question, or go to a person. */
export function linesOf(turn: ClaimedTurn, memory: Memory): ClaimedTurn[] {
  const { messages, ownerKind } = turn;
  const isOneThing = messages.length < 2 || messages.length > LINES_MAX || memory.asked !== null;
  if (isOneThing || ownerKind !== 'bot' || messages.some(({ payload }) => payload.choice !== undefined)) return [];
  return messages.map((message) => ({ ...turn, messages: [message] }));
}

/** What an answer answers, the same for the same answer; null for what is none. */
function subjectOf(decision: Decision): string | null {
  if (decision.kind === 'act') return decision.action;
  return decision.kind === 'answer' && decision.offer !== 'menu' ? decision.entryId : null;
}

/** All lines together may say more than each: 起球了 and 能退吗 are one question. Then they fit neither line's own answer. */
function isNoMoreThan(whole: Decision, subjects: ReadonlySet<string | null>): boolean {
  if (whole.kind === 'clarify') return whole.why === 'unsure' || whole.why === 'lost';
  return subjectOf(whole) !== null && subjects.has(subjectOf(whole));
}

/**
 * Of lines that were decided each by itself those that are answered one after the other, each answer once; empty where
 * the lines are one question or only one of them is any. `isTalk`: a greeting or thanks, which asks nothing.
 */
export function separateQuestions<L extends { decided: { decision: Decision } }>(
  whole: Decision,
  lines: readonly L[],
  isTalk: (entryId: string) => boolean,
): L[] {
  const bySubject = new Map<string, L>();
  for (const line of lines) {
    const subject = subjectOf(line.decided.decision);
    if (subject !== null && !bySubject.has(subject) && !isTalk(subject)) bySubject.set(subject, line);
  }
  return bySubject.size > 1 && isNoMoreThan(whole, new Set(bySubject.keys())) ? [...bySubject.values()] : [];
}
