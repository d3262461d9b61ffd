// The order of the agents' queue and the clocks of a handoff. Pure; the SQL in store.ts sorts by the same keys.
import { RISK_ORDER, type RiskLevel } from '../contract/decision.ts';

const MINUTE_MS = 60_000;

/** 0 is the worst; the queue's first key. */
export const riskRank = (risk: RiskLevel): number => RISK_ORDER.indexOf(risk);

/**
 * How soon a person has to answer, milliseconds: R0 1 min, R1 3 min, R2 complaints 5 min.
 * The rest follows the platforms' own measure, a human reply within three minutes.
 */
export function replyDueMs(risk: RiskLevel): number {
  switch (risk) {
    case 'R0':
      return MINUTE_MS;
    case 'R1':
      return 3 * MINUTE_MS;
    case 'R2':
      return 5 * MINUTE_MS;
    case 'R3':
    case 'R4':
    case 'none':
      return 3 * MINUTE_MS;
    default:
      return risk satisfies never;
  }
}
