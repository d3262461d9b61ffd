// Tells the history of a storm in which all went well, one event after the other, as the two record files would hold it.
import type { ListedHandoff, ReceivedRecord, Undelivered, WitnessRecord } from '../../scripts/faults/records.ts';

export interface Records {
  witness: WitnessRecord[];
  received: ReceivedRecord[];
}

export function createStory() {
  const witness: WitnessRecord[] = [];
  const received: ReceivedRecord[] = [];
  const conversations = new Map<string, { id: string; nextSeq: number }>();
  const handoffs = new Map<string, ListedHandoff>();
  const undelivered: Undelivered[] = [];
  let at = 1_000;
  let made = 0;
  const tick = (): number => (at += 10);
  const fresh = (kind: string): string => `${kind}-${++made}`;
  const conversationOf = (shopper: string) => {
    const known = conversations.get(shopper) ?? { id: String(conversations.size + 1), nextSeq: 1 };
    conversations.set(shopper, known);
    return known;
  };
  const arrive = (shopper: string, from: string, text: string, inReplyTo: string[]): string => {
    const conversation = conversationOf(shopper);
    const id = fresh('delivery');
    const place = { conversation: conversation.id, shopper, sequence: conversation.nextSeq++ };
    received.push({ kind: 'webhook', at: tick(), taken: true, fault: 'none', id, ...place, from, text, inReplyTo });
    return id;
  };

  const story = {
    /** A shopper's message over the webhook channel, acknowledged at once. */
    says(shopper: string): string {
      const conversation = conversationOf(shopper);
      const id = fresh('message');
      const who = { channel: 'webhook' as const, shopper, id };
      witness.push({ kind: 'sent', at: tick(), ...who, text: '几天能到' });
      witness.push({
        kind: 'acknowledged',
        at: tick(),
        ...who,
        conversation: conversation.id,
        seq: conversation.nextSeq++,
      });
      return id;
    },
    /** The platform repeats what was acknowledged; the product names the same place. */
    repeats(id: string): void {
      const before = witness.find((r) => r.kind === 'acknowledged' && r.id === id);
      if (before?.kind !== 'acknowledged') throw new Error(`${id} was never acknowledged`);
      witness.push({
        kind: 'sent',
        at: tick(),
        channel: before.channel,
        shopper: before.shopper,
        id,
        text: '几天能到',
      });
      witness.push({ ...before, at: tick() });
    },
    answers(shopper: string, ids: string[], parts = 1): void {
      for (let part = 1; part <= parts; part++) arrive(shopper, 'bot', `答复 ${fresh('words')}`, ids);
    },
    /** The last delivery comes once more with the same id: the sender did not hear our yes. */
    arrivesAgain(): void {
      const last = received.findLast((r) => r.kind === 'webhook');
      if (last) received.push({ ...last, at: tick() });
    },
    wechatSays(shopper: string): string {
      conversationOf(shopper);
      const id = fresh('7000');
      const who = { channel: 'wechat-oa' as const, shopper, id };
      witness.push({ kind: 'sent', at: tick(), ...who, text: '能退吗' });
      witness.push({ kind: 'acknowledged', at: tick(), ...who, conversation: null, seq: null });
      return id;
    },
    wechatHears(shopper: string, content = `答复 ${fresh('words')}`, fault: ReceivedRecord['fault'] = 'none'): void {
      const taken = fault !== 'lost' && fault !== 'refused';
      received.push({ kind: 'wechat', at: tick(), taken, fault, shopper, content });
    },
    /** A handoff waits in the queue, as the last listing shows it. */
    waits(shopper: string): string {
      const id = fresh('handoff');
      handoffs.set(id, { id, conversation: conversationOf(shopper).id, shopper, state: 'waiting' });
      return id;
    },
    claims(agent: string, handoff: string, outcome: 'done' | 'refused' | 'unsure' = 'done'): void {
      const row = handoffs.get(handoff)!;
      witness.push({
        kind: 'claim',
        asked: tick(),
        at: tick(),
        agent,
        handoff,
        conversation: row.conversation,
        outcome,
      });
      if (outcome === 'done') row.state = 'with-agent';
    },
    replies(agent: string, shopper: string, over: 'webhook' | 'wechat-oa' = 'webhook'): string {
      const id = fresh('reply');
      const text = `您好 ${id}`;
      const conversation = conversationOf(shopper).id;
      witness.push({ kind: 'reply', asked: tick(), at: tick(), agent, conversation, id, text, outcome: 'done' });
      if (over === 'webhook') arrive(shopper, 'agent', text, []);
      else story.wechatHears(shopper, text);
      return id;
    },
    releases(agent: string, handoff: string, outcome: 'done' | 'unsure' = 'done'): void {
      const row = handoffs.get(handoff)!;
      const what = { agent, handoff, conversation: row.conversation, how: 'resolve' as const, outcome };
      witness.push({ kind: 'release', asked: tick(), at: tick(), ...what });
      row.state = 'resolved';
    },
    /** An outgoing message staff see as uncertain. */
    isUnknown(shopper: string, text = `答复 ${fresh('words')}`): void {
      const conversation = conversationOf(shopper);
      undelivered.push({ conversation: conversation.id, seq: conversation.nextSeq++, delivery: 'unknown', text });
    },
    killed(): void {
      witness.push({ kind: 'kill', at: tick() });
    },
    /** The two files, closed by what staff see at the end. */
    records(): Records {
      const listing = { handoffs: [...handoffs.values()].map((h) => ({ ...h })), undelivered: [...undelivered] };
      return structuredClone({ witness: [...witness, { kind: 'listing', at: tick(), ...listing }], received });
    },
  };
  return story;
}
