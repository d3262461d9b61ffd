// Which entries are campaigns that run today.
import { describe, expect, it } from 'vitest';
import { runningCampaigns } from '../../src/bot/campaigns.ts';
import type { Entry } from '../../src/bot/knowledge.ts';
import type { FaqHead } from '../../src/contract/content.ts';
import { entry } from './turn-parts.ts';

const made = (
  id: string,
  intents: string[],
  dates: Pick<FaqHead, 'valid_from' | 'valid_until'> = {},
): [string, Entry] => {
  const one = entry(id, `${id}？`, `${id}的说明`, intents[0]);
  return [id, { ...one, file: { ...one.file, intents, ...dates } }];
};
const running = (...entries: [string, Entry][]) =>
  runningCampaigns({ entries: new Map(entries) }, '2026-12-12', new Set(['shared'])).map(({ id, until }) => [
    id,
    until,
  ]);

describe('running campaigns', () => {
  it('end soonest first, those without an end last', () => {
    expect(
      running(
        made('always', ['promotion_rule']),
        made('month', ['coupon_inquiry'], { valid_until: '2026-12-31' }),
        made('today', ['gift_with_purchase'], { valid_from: '2026-12-12', valid_until: '2026-12-12' }),
      ),
    ).toEqual([
      ['today', '2026-12-12'],
      ['month', '2026-12-31'],
      ['always', null],
    ]);
  });

  it('are none that is over, or has not begun, or is about something else, or is every shop’s rule', () => {
    expect(
      running(
        made('over', ['promotion_rule'], { valid_until: '2026-12-11' }),
        made('coming', ['promotion_rule'], { valid_from: '2026-12-13' }),
        made('delivery', ['delivery_time_estimate'], { valid_until: '2026-12-31' }),
        made('bargain', ['bargain', 'promotion_rule']),
        made('shared', ['promotion_rule']),
      ),
    ).toEqual([]);
  });

  it('with dates count when they are about a campaign at all', () => {
    expect(running(made('dated', ['price_inquiry', 'promotion_rule'], { valid_until: '2026-12-20' }))).toEqual([
      ['dated', '2026-12-20'],
    ]);
  });
});
