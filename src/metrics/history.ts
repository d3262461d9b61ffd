// What the metrics are computed from: rows of one or many conversations as a query over messages, handoffs and assignments gives them. Knows no platform.
import type { Author, ConversationId } from '../contract/conversation.ts';

interface InConversation {
  conversationId: ConversationId;
  shopperId: string;
  /** When it happened, ms since 1970 UTC, on the database's clock. */
  at: number;
}

/** A row of `messages`. What was cancelled or failed before it was sent has never been said: leave it out. */
export interface MetricMessage extends InConversation {
  kind: 'message';
  seq: number;
  author: Author;
  authorId: string | null;
  /**
   * `card`: an order, a product, a picture: counts like words. `system-card`: the platform wrote it in the shopper's name.
   * `greeting`: sent by itself when somebody is connected. Greetings, notices and notes answer nothing.
   */
  content: 'text' | 'card' | 'system-card' | 'greeting' | 'notice' | 'note';
  /** An agent's message that the bot had drafted and the agent sent by one click. */
  assisted: boolean;
  /** Of a shopper's message: advertising or fraud, or the shopper is on the shop's block list. */
  excluded: 'spam' | 'blocked' | null;
  /** The agent in whose hands the conversation was at that moment (`assignments`), so that a day can be read without the day before. */
  ownerId: string | null;
  /** What the bot took a shopper's message for (`turns.receipt`); null when it did not read it. */
  intent: string | null;
}

export type MetricEvent = InConversation &
  (
    | { kind: 'handed-off'; reason: string }
    /** No person was free, and the question became a 留言. */
    | { kind: 'left-message' }
    | { kind: 'assigned'; agentId: string }
    | { kind: 'transferred'; from: string; to: string | null }
    /** The shopper blocked the shop: nobody can answer any more. */
    | { kind: 'blocked' }
    | { kind: 'closed' }
  );

export type MetricItem = MetricMessage | MetricEvent;

/** One invitation to rate, or one rating: `score` is 1 to 5, null while the shopper has not rated. */
export interface MetricRating extends InConversation {
  score: number | null;
  responder: 'bot' | 'person';
}

const EVENT_ORDER = ['handed-off', 'left-message', 'assigned', 'transferred', 'blocked', 'closed'] as const;

const byTimeAndKind = (a: MetricEvent, b: MetricEvent): number =>
  a.at - b.at ||
  EVENT_ORDER.indexOf(a.kind) - EVENT_ORDER.indexOf(b.kind) ||
  (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/**
 * One conversation in the order in which it happened. `seq` is given out under the conversation's lock and decides;
 * `at` is the start of a transaction and may step back by the length of one, so a message is never earlier than the one before it.
 * An event stands behind the messages of its instant.
 */
function inOrder(items: readonly MetricItem[]): MetricItem[] {
  const messages = items.filter((item) => item.kind === 'message').sort((a, b) => a.seq - b.seq);
  const events = items.filter((item) => item.kind !== 'message').sort(byTimeAndKind);
  const ordered: MetricItem[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  let next = 0;
  for (const message of messages) {
    latest = Math.max(latest, message.at);
    while (next < events.length && events[next]!.at < latest) ordered.push(events[next++]!);
    ordered.push(latest === message.at ? message : { ...message, at: latest });
  }
  return [...ordered, ...events.slice(next)];
}

/** The conversations of a history, each in order, without what lies after `asOf`. */
export function conversationsOf(history: readonly MetricItem[], asOf: number): MetricItem[][] {
  const conversations = Map.groupBy(
    history.filter((item) => item.at <= asOf),
    (item) => item.conversationId,
  );
  return [...conversations.keys()].sort().map((id) => inOrder(conversations.get(id)!));
}
