// The campaigns that run today, as the shop's own FAQ entries tell them. Pure.
import type { Campaign } from '../contract/shopper.ts';
import { curated } from './compose.ts';
import type { Knowledge } from './knowledge.ts';

/** What an entry about a campaign is about first of all. */
const ABOUT: ReadonlySet<string> = new Set([
  'promotion_rule',
  'coupon_inquiry',
  'gift_with_purchase',
  'live_room_offer',
]);

/** Those that end soonest first; what has no end comes last. `shared` entries are every shop's rules and no campaign. */
export function runningCampaigns(
  { entries }: Pick<Knowledge, 'entries'>,
  today: string,
  shared: ReadonlySet<string>,
): Campaign[] {
  const running: Campaign[] = [];
  for (const [id, entry] of entries) {
    const { question, intents, valid_from: from = null, valid_until: until = null } = entry.file;
    const isDated = (from ?? until) !== null;
    const isCampaign = isDated ? intents.some((one) => ABOUT.has(one)) : ABOUT.has(intents[0]!) && !shared.has(id);
    if (!isCampaign || (from !== null && from > today) || (until !== null && until < today)) continue;
    running.push({ id, title: question, text: curated(entry, 'standard'), from, until });
  }
  return running.sort((a, b) => (a.until ?? '9').localeCompare(b.until ?? '9') || a.id.localeCompare(b.id));
}
