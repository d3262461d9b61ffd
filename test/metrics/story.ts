// Histories for the metric tests, told line by line: a time of day in China, who spoke, and what happened.
import type { MetricItem, MetricMessage, MetricRating } from '../../src/metrics/history.ts';
import { measure } from '../../src/metrics/measure.ts';
import type { Profile } from '../../src/metrics/profile.ts';

const DAY = '2026-11-23';

/** `10:10:15` on the day of the stories, or `2026-11-24 00:00:05`; ms since 1970. */
export function at(time: string): number {
  const [day, clock] = time.includes(' ') ? (time.split(' ') as [string, string]) : [DAY, time];
  return Date.parse(`${day}T${clock}+08:00`);
}

const SPOKEN: Record<string, Partial<MetricMessage>> = {
  shopper: { author: 'shopper' },
  card: { author: 'shopper', content: 'card' },
  'system-card': { author: 'shopper', content: 'system-card' },
  spam: { author: 'shopper', excluded: 'spam' },
  blacklisted: { author: 'shopper', excluded: 'blocked' },
  bot: { author: 'bot' },
  notice: { author: 'bot', content: 'notice' },
  system: { author: 'system' },
  greeting: { author: 'agent', authorId: 'mei', content: 'greeting' },
  note: { author: 'agent', authorId: 'mei', content: 'note' },
  agent: { author: 'agent', authorId: 'mei' },
  shuai: { author: 'agent', authorId: 'shuai' },
  assist: { author: 'agent', authorId: 'mei', assisted: true },
  'platform-agent': { author: 'platform_agent', authorId: 'outside' },
};

const HAPPENED = {
  'handed-off': { kind: 'handed-off', reason: 'asked_for_human' },
  'left-message': { kind: 'left-message' },
  assigned: { kind: 'assigned', agentId: 'mei' },
  transferred: { kind: 'transferred', from: 'mei', to: 'shuai' },
  'blocks-shop': { kind: 'blocked' },
  closed: { kind: 'closed' },
} as const;

/** `10:10:15 shopper`; the last word is who spoke or what happened. */
export function story(
  lines: readonly string[],
  where: { conversationId?: string; shopperId?: string } = {},
): MetricItem[] {
  const { conversationId = 'c1', shopperId = `of-${conversationId}` } = where;
  return lines.map((line, index) => {
    const cut = line.lastIndexOf(' ');
    const word = line.slice(cut + 1);
    const base = { conversationId, shopperId, at: at(line.slice(0, cut)) };
    if (word in HAPPENED) return { ...base, ...HAPPENED[word as keyof typeof HAPPENED] };
    const spoken = SPOKEN[word];
    if (spoken === undefined) throw new Error(`nobody in these stories is called ${word}`);
    return {
      ...base,
      kind: 'message',
      seq: index + 1,
      author: 'shopper',
      authorId: null,
      content: 'text',
      assisted: false,
      excluded: null,
      ownerId: null,
      intent: null,
      ...spoken,
    };
  });
}

/** The same, with every message of the shopper said while this agent had the conversation. */
export const ownedBy = (agentId: string, items: readonly MetricItem[]): MetricItem[] =>
  items.map((item) => (item.kind === 'message' && item.author === 'shopper' ? { ...item, ownerId: agentId } : item));

export const rating = (score: number | null, more: Partial<MetricRating> = {}): MetricRating => ({
  conversationId: 'c1',
  shopperId: 'of-c1',
  at: at('12:00:00'),
  score,
  responder: 'person',
  ...more,
});

/** One figure as a person would say it: `1/2`, `90 s over 2`, `3`. Asked at midnight of the day that is over, unless said otherwise. */
export function figure(
  profile: Profile,
  id: string,
  items: readonly MetricItem[],
  more: { ratings?: readonly MetricRating[]; asOf?: string } = {},
): string {
  const { ratings = [], asOf } = more;
  const figures = asOf
    ? measure(profile, items, ratings, at(asOf))
    : measure(profile, items, ratings, at('2026-11-24 00:00:00'), DAY);
  const found = figures.find((f) => f.id === id);
  if (found === undefined) throw new Error(`${profile.id} has no figure ${id}`);
  switch (found.kind) {
    case 'share':
      return `${found.hits}/${found.of}`;
    case 'duration':
      return found.meanMs === null ? 'none' : `${found.meanMs / 1000} s over ${found.of}`;
    case 'count':
      return String(found.count);
    default:
      return found satisfies never;
  }
}
