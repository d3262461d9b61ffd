// Asks the model which retrieved entry answers, where the thresholds cannot tell. It may pick a candidate or none; risk, choices and cases for a person are decided without it.
import type { FaqHit } from '../contract/decision.ts';
import type { Opinion, Writer } from '../providers/language-model.ts';
import type { Decided, DecideInput } from './decision.ts';

/** Kept in the receipt. */
export interface OpinionNote {
  asked: string[];
  said: Opinion['said'];
  entryId?: string;
  ms: number;
}

/** A shopper who would be answered with choices at once does not wait longer for a better guess. */
const OPINION_MS = 2_500;

/**
 * The entries a second opinion may choose among; empty when there is nothing to ask. Grey is: no risk at all, the shopper
 * would be asked what they mean, and the best entry lies between the two thresholds.
 */
export function greyCandidates(input: DecideInput, { decision, reasons }: Decided): FaqHit[] {
  const { judgement, policy, memory } = input;
  const best = judgement.faqs[0];
  const isGrey = best !== undefined && best.score >= policy.clarifyMin && best.score < policy.answerMin;
  // a near tie is between an entry and something that must be done: only the shopper knows
  const asks = decision.kind === 'clarify' && decision.why === 'unsure' && !reasons.includes('near tie');
  if (input.ownerKind !== 'bot' || judgement.risks.length > 0 || !isGrey || !asks) return [];
  const seen = new Set<string>();
  return judgement.faqs.filter(({ entryId, score }) => {
    const isNew = !seen.has(entryId) && entryId !== memory.lastAnswer;
    seen.add(entryId);
    // what its own file gives to an action or a person is not answered on a guess
    const answers = input.intent(input.intentOf(entryId) ?? '')?.then === 'answer';
    return isNew && answers && score >= policy.clarifyMin && input.hasEntry(entryId);
  });
}

/** The decision after the model was asked; unchanged whenever it does not name one of the candidates. */
export async function takeSecondOpinion(
  deps: { writer: Writer | null; leftMs: () => number },
  input: DecideInput,
  decided: Decided,
): Promise<{ decided: Decided; note: OpinionNote | null }> {
  const candidates = deps.writer === null ? [] : greyCandidates(input, decided);
  if (deps.writer === null || candidates.length === 0) return { decided, note: null };
  const started = performance.now();
  const opinion = await deps.writer.secondOpinion({
    question: input.judgement.text,
    candidates: candidates.map(({ entryId, title }) => ({ id: entryId, title })),
    withinMs: Math.min(OPINION_MS, deps.leftMs()),
  });
  const asked = candidates.map(({ entryId }) => entryId);
  const note = { asked, said: opinion.said, ms: Math.round(performance.now() - started) };
  const hit = opinion.said === 'entry' ? candidates.find(({ entryId }) => entryId === opinion.id) : undefined;
  if (hit === undefined)
    return { decided, note: opinion.said === 'entry' ? { ...note, said: 'unknown' as const } : note };
  return {
    // less sure than an answer of our own, so a person is offered with it
    decided: {
      decision: { kind: 'answer', entryId: hit.entryId, hit, offer: 'person' },
      reasons: [...decided.reasons, `second opinion:${hit.entryId}`],
    },
    note: { ...note, entryId: hit.entryId },
  };
}
