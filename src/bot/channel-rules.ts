// Whether what the bot says may be said on this channel. Answers were checked for every channel when they were published; what only one platform forbids, and the shop's own words, are known when they go out. Pure.
import type { ChannelKind } from '../contract/conversation.ts';
import { checkOutgoing, type OutgoingContext } from '../policy/check.ts';
import type { Finding } from '../policy/rule.ts';

const findingsOf = (text: string, context: OutgoingContext): readonly Finding[] => {
  const checked = checkOutgoing(text, context);
  return checked.ok ? [] : checked.findings;
};

/** What holds only here; null when it may be said. */
export function brokenHere(
  texts: readonly string[],
  channel: ChannelKind,
  words: NonNullable<OutgoingContext['words']>,
): Finding | null {
  for (const text of texts) {
    const everywhere = new Set(
      findingsOf(text, { channel: 'web', author: 'bot', allowedHosts: [] }).map(({ rule }) => rule),
    );
    const here = findingsOf(text, { channel, author: 'bot', allowedHosts: [], words });
    const found = here.find(({ rule }) => !everywhere.has(rule));
    if (found !== undefined) return found;
  }
  return null;
}
