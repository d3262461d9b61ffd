// The record files, gathered by message, delivery and handoff so that the checks read like their sentences. Pure.
import type { ListedHandoff, Outcome, ReceivedRecord, StormChannel, Undelivered, WitnessRecord } from './records.ts';

type Of<R, K> = Extract<R, { kind: K }>;
export type Claim = Of<WitnessRecord, 'claim'>;
export type Reply = Of<WitnessRecord, 'reply'>;
export type Release = Of<WitnessRecord, 'release'>;
export type Delivery = Of<ReceivedRecord, 'webhook'>;
export type WechatSent = Of<ReceivedRecord, 'wechat'>;

export interface ShopperMessage {
  id: string;
  channel: StormChannel;
  shopper: string;
  firstSentAt: number;
  /** The first 2xx. */
  acknowledgedAt: number | null;
  /** Every place in the conversation an acknowledgement named; one, unless it was taken in twice. */
  seqs: number[];
}

export interface HandoffHistory {
  id: string;
  conversation: string;
  /** Its state in the last listing; null when it was not listed. */
  listed: ListedHandoff['state'] | null;
  claims: Claim[];
  /** When the last release was over; Infinity while nobody released it. */
  releasedAt: number;
}

export interface History {
  messages: ShopperMessage[];
  /** Webhook deliveries that were taken, first arrivals only, in order of arrival. */
  deliveries: Delivery[];
  /** Every arrival that was taken, repeats included. */
  arrivals: Delivery[];
  wechatSent: WechatSent[];
  claims: Claim[];
  replies: Reply[];
  releases: Release[];
  undelivered: Undelivered[];
  kills: number;
  wechatTo(shopper: string): WechatSent[];
  handoffsOf(conversation: string): HandoffHistory[];
  undeliveredIn(conversation: string): Undelivered[];
  conversationOf(shopper: string): string | null;
  shopperOf(conversation: string): string | null;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const ofKind = <K extends WitnessRecord['kind']>(witness: readonly WitnessRecord[], kind: K) =>
  witness.filter((record): record is Of<WitnessRecord, K> => record.kind === kind);

function readMessages(witness: readonly WitnessRecord[]): ShopperMessage[] {
  const messages = new Map<string, ShopperMessage>();
  for (const record of witness) {
    if (record.kind !== 'sent' && record.kind !== 'acknowledged') continue;
    const { id, channel, shopper, at } = record;
    const message = messages.get(id) ?? { id, channel, shopper, firstSentAt: at, acknowledgedAt: null, seqs: [] };
    messages.set(id, message);
    message.firstSentAt = Math.min(message.firstSentAt, at);
    if (record.kind !== 'acknowledged') continue;
    message.acknowledgedAt = Math.min(message.acknowledgedAt ?? Number.POSITIVE_INFINITY, at);
    if (record.seq !== null && !message.seqs.includes(record.seq)) message.seqs.push(record.seq);
  }
  return [...messages.values()];
}

function readHandoffs(claims: Claim[], releases: Release[], listing: readonly ListedHandoff[]): HandoffHistory[] {
  const handoffs = new Map<string, HandoffHistory>();
  const of = (id: string, conversation: string): HandoffHistory => {
    const handoff = handoffs.get(id) ?? {
      id,
      conversation,
      listed: null,
      claims: [],
      releasedAt: Number.POSITIVE_INFINITY,
    };
    handoffs.set(id, handoff);
    return handoff;
  };
  for (const row of listing) of(row.id, row.conversation).listed = row.state;
  for (const claim of claims) of(claim.handoff, claim.conversation).claims.push(claim);
  for (const release of releases) {
    if (release.outcome !== 'refused') of(release.handoff, release.conversation).releasedAt = release.at;
  }
  return [...handoffs.values()];
}

function firstArrivals(arrivals: readonly Delivery[]): Delivery[] {
  const seen = new Set<string>();
  return arrivals.filter((delivery) => {
    if (seen.has(delivery.id)) return false;
    seen.add(delivery.id);
    return true;
  });
}

export const happened = (outcome: Outcome): boolean => outcome !== 'refused';

export function readHistory(witness: readonly WitnessRecord[], received: readonly ReceivedRecord[]): History {
  const claims = ofKind(witness, 'claim');
  const releases = ofKind(witness, 'release');
  const listing = ofKind(witness, 'listing').at(-1);
  const taken = received.filter((record) => record.taken);
  const arrivals = taken.filter((record): record is Delivery => record.kind === 'webhook');
  const wechatSent = taken.filter((record): record is WechatSent => record.kind === 'wechat');
  const handoffs = groupBy(readHandoffs(claims, releases, listing?.handoffs ?? []), (h) => h.conversation);
  const wechat = groupBy(wechatSent, (m) => m.shopper);
  const undelivered = groupBy(listing?.undelivered ?? [], (u) => u.conversation);

  const conversations = new Map<string, string>();
  for (const ack of ofKind(witness, 'acknowledged')) {
    if (ack.conversation !== null) conversations.set(ack.shopper, ack.conversation);
  }
  for (const row of listing?.handoffs ?? []) conversations.set(row.shopper, row.conversation);
  for (const delivery of arrivals) conversations.set(delivery.shopper, delivery.conversation);
  const shoppers = new Map([...conversations].map(([shopper, conversation]) => [conversation, shopper]));

  return {
    messages: readMessages(witness),
    deliveries: firstArrivals(arrivals),
    arrivals,
    wechatSent,
    claims,
    replies: ofKind(witness, 'reply'),
    releases,
    undelivered: listing?.undelivered ?? [],
    kills: ofKind(witness, 'kill').length,
    wechatTo: (shopper) => wechat.get(shopper) ?? [],
    handoffsOf: (conversation) => handoffs.get(conversation) ?? [],
    undeliveredIn: (conversation) => undelivered.get(conversation) ?? [],
    conversationOf: (shopper) => conversations.get(shopper) ?? null,
    shopperOf: (conversation) => shoppers.get(conversation) ?? null,
  };
}
