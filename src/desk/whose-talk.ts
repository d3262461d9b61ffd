// Whose matter a shopper's words are, by the rules that route a new case. Moves nothing: an agent decides whether it goes there.
import type { Team } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Stage } from '../contract/decision.ts';
import type { Pool } from '../db/database.ts';
import { routeCase } from '../handoff/routing.ts';
import { readRules } from '../handoff/teams.ts';

/** Kept beside the drafts for the message. */
export interface KeptTalk {
  intent: string;
  label: string;
  /** Null where the words say neither before nor after buying. */
  team: string | null;
}

/** The shop's own router is not asked: it takes cases, not every word of one. */
export async function whoseTalk(
  pool: Pool,
  shopId: ShopId,
  talk: { intent: string; label: string; stage: Stage; intentTeam: Team | null },
): Promise<KeptTalk> {
  const { intent, label, stage, intentTeam } = talk;
  if (stage !== 'presale' && stage !== 'aftersale') return { intent, label, team: null };
  const { team } = routeCase(
    {
      risk: 'none',
      reason: 'asked_for_human',
      stage,
      order: 'unknown',
      intent,
      intentTeam,
      channel: 'web',
      language: 'zh',
      vip: false,
      senior: false,
      again: false,
    },
    await readRules(pool, shopId),
  );
  return { intent, label, team };
}
