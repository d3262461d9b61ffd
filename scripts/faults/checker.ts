// The judge of a storm: from the two record files alone to a verdict. Pure; asks neither the product nor its database.
import { checkOrder } from './check-order.ts';
import { checkOwners } from './check-owners.ts';
import type { Finding } from './finding.ts';
import { type History, readHistory } from './history.ts';
import type { ReceivedRecord, WitnessRecord } from './records.ts';

export interface Verdict {
  /** Different messages of shoppers that were acknowledged. */
  acknowledged: number;
  answered: number;
  withPerson: number;
  /** Acknowledged by a 2xx, and neither answered, nor with a person, nor shown to staff as uncertain. Agents' replies too. */
  lost: Finding[];
  /** Something happened twice: a message taken in twice, answered by two turns, or the same words said again. */
  duplicates: Finding[];
  /** Taken in, answered or delivered in another order. */
  inversions: Finding[];
  /** Two agents had one conversation. */
  doubleOwners: Finding[];
  /** The bot spoke while a person had the conversation. */
  talkedOver: Finding[];
  /** Outgoing messages shown to staff as uncertain. */
  unknown: Finding[];
  /** Kills, plus the times WeChat left the sender in doubt: more uncertainty than this has no excuse. */
  unknownAllowed: number;
}

export const FAULTS = ['lost', 'duplicates', 'inversions', 'doubleOwners', 'talkedOver'] as const;

/** True when nothing is wrong. */
export const passes = (verdict: Verdict): boolean =>
  FAULTS.every((fault) => verdict[fault].length === 0) && verdict.unknown.length <= verdict.unknownAllowed;

/** Sentences by which the bot promises a person; a promise needs a handoff behind it. */
const PROMISE = /正在为您转接|马上有人联系处理|交给人工客服跟进/;

type Ending = 'answered' | 'unknown' | 'with-person' | 'lost';

/** With a person: the conversation waits for one, or was with one at any moment after the message had been sent. */
function isWithPerson(history: History, conversation: string | null, since: number): boolean {
  if (conversation === null) return false;
  return history.handoffsOf(conversation).some((handoff) => {
    if (handoff.listed !== null && handoff.listed !== 'resolved') return true;
    return handoff.claims.some((claim) => claim.outcome === 'done') && !(handoff.releasedAt < since);
  });
}

function endingOf(history: History, message: History['messages'][number]): Ending {
  const { id, channel, shopper, firstSentAt } = message;
  const answered =
    channel === 'webhook'
      ? history.deliveries.some((delivery) => delivery.inReplyTo.includes(id))
      : history.wechatTo(shopper).some((sent) => sent.at >= firstSentAt);
  if (answered) return 'answered';
  const conversation = history.conversationOf(shopper);
  const shown = conversation !== null && history.undeliveredIn(conversation).length > 0;
  if (shown && history.handoffsOf(conversation).length > 0) return 'unknown';
  return isWithPerson(history, conversation, firstSentAt) ? 'with-person' : 'lost';
}

/** The bot told a shopper about a person, and there is nobody. */
function brokenPromises(history: History): Finding[] {
  const promised = [
    ...history.deliveries.filter((d) => d.from === 'bot' && PROMISE.test(d.text)).map((d) => d.shopper),
    ...history.wechatSent.filter((m) => PROMISE.test(m.content)).map((m) => m.shopper),
  ];
  return [...new Set(promised)]
    .filter((shopper) => {
      const conversation = history.conversationOf(shopper);
      return conversation === null || history.handoffsOf(conversation).length === 0;
    })
    .map((shopper) => ({ shopper, what: 'told about a person, but there is no handoff', ids: [] }));
}

function lostReplies(history: History): Finding[] {
  return history.replies
    .filter((reply) => reply.outcome === 'done')
    .filter((reply) => {
      const shopper = history.shopperOf(reply.conversation);
      const arrived =
        history.deliveries.some((d) => d.conversation === reply.conversation && d.text === reply.text) ||
        (shopper !== null && history.wechatTo(shopper).some((m) => m.content === reply.text));
      return !arrived && !history.undeliveredIn(reply.conversation).some((u) => u.text === reply.text);
    })
    .map((reply) => ({
      shopper: history.shopperOf(reply.conversation) ?? `conversation ${reply.conversation}`,
      what: `a reply of ${reply.agent} was accepted and never arrived`,
      ids: [reply.id],
    }));
}

function unknowns(history: History): Finding[] {
  return history.undelivered
    .filter((u) => u.delivery === 'unknown')
    .map((u) => ({
      shopper: history.shopperOf(u.conversation) ?? `conversation ${u.conversation}`,
      what: `message ${u.seq} of conversation ${u.conversation} may or may not have arrived`,
      ids: [`${u.conversation}:${u.seq}`],
    }));
}

/** Judges one storm. The records are in the order of their files. */
export function check(witness: readonly WitnessRecord[], received: readonly ReceivedRecord[]): Verdict {
  const history = readHistory(witness, received);
  const acknowledged = history.messages.filter((message) => message.acknowledgedAt !== null);
  const endings = acknowledged.map((message) => ({ message, ending: endingOf(history, message) }));
  const count = (ending: Ending) => endings.filter((e) => e.ending === ending).length;
  const lost = endings
    .filter((e) => e.ending === 'lost')
    .map(({ message }) => ({
      shopper: message.shopper,
      what: 'acknowledged, and nobody answered or will',
      ids: [message.id],
    }));
  const inDoubt = received.filter(
    (r) => r.kind === 'wechat' && (r.fault === 'failed' || r.fault === 'cut' || r.fault === 'lost'),
  );
  return {
    acknowledged: acknowledged.length,
    answered: count('answered'),
    withPerson: count('with-person'),
    lost: [...lost, ...brokenPromises(history), ...lostReplies(history)],
    ...checkOrder(history),
    ...checkOwners(history),
    unknown: unknowns(history),
    unknownAllowed: history.kills + inDoubt.length,
  };
}
