// Twice, or in the wrong order: what the platforms must never see. Pure.
import type { Finding } from './finding.ts';
import type { Delivery, History, ShopperMessage } from './history.ts';

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

/** One turn may say several things: they name the same messages, stand side by side and differ. */
const areParts = (a: Delivery, b: Delivery): boolean =>
  sameIds(a.inReplyTo, b.inReplyTo) && Math.abs(a.sequence - b.sequence) === 1 && a.text !== b.text;

/** Two deliveries from different turns that name the same message: it was answered twice. */
function answeredTwice(history: History): Finding[] {
  const answers = new Map<string, Delivery[]>();
  for (const delivery of history.deliveries) {
    for (const id of new Set(delivery.inReplyTo)) answers.set(id, [...(answers.get(id) ?? []), delivery]);
  }
  const found = new Map<string, Finding>();
  for (const several of answers.values()) {
    const inOrder = several.toSorted((a, b) => a.sequence - b.sequence);
    for (const [i, second] of inOrder.entries()) {
      const first = inOrder[i - 1];
      if (first === undefined || areParts(first, second)) continue;
      const ids = [first.id, second.id];
      const what = `two deliveries answer the same message (${second.inReplyTo.join(', ')})`;
      found.set(ids.join(), { shopper: second.shopper, what, ids });
    }
  }
  return [...found.values()];
}

/** The same `webhook-id` with other words is not the same message. */
function changedWords(history: History): Finding[] {
  const first = new Map(history.deliveries.map((delivery) => [delivery.id, delivery]));
  return history.arrivals
    .filter((arrival) => first.get(arrival.id)?.text !== arrival.text)
    .map(({ shopper, id }) => ({ shopper, what: 'one webhook-id came with two different texts', ids: [id] }));
}

/** Agents in a storm never say the same thing twice, and WeChat shoppers ask once: equal words are a second sending. */
function saidTwice(history: History): Finding[] {
  const seen = new Map<string, string>();
  const found: Finding[] = [];
  const look = (shopper: string, text: string, id: string): void => {
    const key = `${shopper}\n${text}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, id);
    else found.push({ shopper, what: `said twice: ${text.slice(0, 40)}`, ids: [before, id] });
  };
  for (const d of history.deliveries) if (d.from === 'agent') look(d.shopper, d.text, d.id);
  for (const [i, m] of history.wechatSent.entries()) look(m.shopper, m.content, `wechat message ${i + 1}`);
  return found;
}

function takenInTwice(messages: readonly ShopperMessage[]): Finding[] {
  return messages
    .filter((message) => message.seqs.length > 1)
    .map(({ shopper, id, seqs }) => ({
      shopper,
      what: `one message has places ${seqs.join(' and ')} of its conversation`,
      ids: [id],
    }));
}

/** What was acknowledged before the next was sent comes before it. */
function takenInOutOfOrder(messages: readonly ShopperMessage[]): Finding[] {
  const found: Finding[] = [];
  const placed = messages.filter((m) => m.acknowledgedAt !== null && m.seqs.length === 1);
  const byShopper = Map.groupBy(placed, (m) => m.shopper);
  for (const own of byShopper.values()) {
    for (const later of own) {
      const overtaken = own.find((m) => m.acknowledgedAt! < later.firstSentAt && m.seqs[0]! > later.seqs[0]!);
      if (overtaken) {
        const what = 'a message was placed before one that had been acknowledged earlier';
        found.push({ shopper: later.shopper, what, ids: [overtaken.id, later.id] });
      }
    }
  }
  return found;
}

/** By first arrival, sequence numbers and the messages they answer only go up. */
function deliveredOutOfOrder(history: History): Finding[] {
  const places = new Map(history.messages.map((m) => [m.id, m.seqs[0] ?? null]));
  const last = new Map<string, { delivery: Delivery; answered: number }>();
  const found: Finding[] = [];
  for (const delivery of history.deliveries) {
    const before = last.get(delivery.conversation);
    const answers = delivery.inReplyTo.map((id) => places.get(id)).filter((place) => typeof place === 'number');
    const ids = before ? [before.delivery.id, delivery.id] : [delivery.id];
    const report = (what: string) => found.push({ shopper: delivery.shopper, what, ids });
    if (before && delivery.sequence <= before.delivery.sequence) {
      report(`sequence ${delivery.sequence} arrived after ${before.delivery.sequence}`);
    } else if (answers.some((place, i) => i > 0 && place < answers[i - 1]!)) {
      report('names the messages it answers out of order');
    } else if (before && answers.length > 0 && !areParts(before.delivery, delivery) && answers[0]! < before.answered) {
      report('answers an earlier message after a later one was answered');
    }
    last.set(delivery.conversation, { delivery, answered: Math.max(before?.answered ?? 0, ...answers) });
  }
  return found;
}

export function checkOrder(history: History): { duplicates: Finding[]; inversions: Finding[] } {
  return {
    duplicates: [
      ...answeredTwice(history),
      ...changedWords(history),
      ...saidTwice(history),
      ...takenInTwice(history.messages),
    ],
    inversions: [...takenInOutOfOrder(history.messages), ...deliveredOutOfOrder(history)],
  };
}
