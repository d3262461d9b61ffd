// One question tried on the bench, and what the bot made of it. Types only.
import type { FaqHit, IntentGuess, RiskLevel } from '../../contract/decision.ts';

/** What `POST /api/triage` says, as far as it is shown. */
export interface Triage {
  decision: string;
  reason: string;
  risk: RiskLevel;
  faq: string | null;
  answer: string;
  score: number;
  decided: { reasons: string[] };
  judgement: { faqs: FaqHit[]; intents: IntentGuess[]; timings: Record<string, number> };
}

export interface Tried {
  id: number;
  text: string;
  draft: boolean;
  result: Triage;
}
