// The storm's judge judged: it passes what is right, and finds each wrong it is there for, and only that.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check, FAULTS, passes, type Verdict } from '../../scripts/faults/checker.ts';
import type { ReceivedRecord, WitnessRecord } from '../../scripts/faults/records.ts';
import { createStory, type Records } from './story.ts';

type Fault = (typeof FAULTS)[number] | 'unknown';

const judge = ({ witness, received }: Records): Verdict => check(witness, received);

function faultsOf(verdict: Verdict): Fault[] {
  const found: Fault[] = FAULTS.filter((fault) => verdict[fault].length > 0);
  return verdict.unknown.length > verdict.unknownAllowed ? [...found, 'unknown'] : found;
}

/** Two conversations: one the bot answers, one that goes to a person and back. */
function smallStory() {
  const story = createStory();
  const first = story.says('li');
  story.repeats(first);
  story.answers('li', [first]);
  story.arrivesAgain();
  const burst = [story.says('li'), story.says('li')];
  story.answers('li', burst, 2);

  const complaint = story.says('wang');
  const handoff = story.waits('wang');
  story.answers('wang', [complaint]);
  story.claims('anna', handoff);
  story.claims('ben', handoff, 'refused');
  story.says('wang'); // to the person: nobody has to answer it
  story.replies('anna', 'wang');
  story.releases('anna', handoff);
  const after = story.says('wang');
  story.answers('wang', [after]);
  return { story, handoff };
}

const webhookAt = (records: Records, i: number) => records.received.filter((r) => r.kind === 'webhook')[i]!;

describe('a history without faults passes', () => {
  test('answers, a burst in two parts, repeats, a handoff and back', () => {
    const verdict = judge(smallStory().story.records());
    expect(faultsOf(verdict)).toEqual([]);
    expect(passes(verdict)).toBe(true);
    expect(verdict).toMatchObject({ acknowledged: 6, answered: 5, withPerson: 1 });
  });

  test('a message that was never acknowledged is nobody’s promise', () => {
    const { story } = smallStory();
    const records = story.records();
    records.witness.push({ kind: 'sent', at: 9e6, channel: 'webhook', shopper: 'li', id: 'later', text: '在吗' });
    expect(faultsOf(judge(records))).toEqual([]);
  });

  test('a release without an answer counts as a release: another agent may have it then', () => {
    const story = createStory();
    story.says('wang');
    const first = story.waits('wang');
    story.claims('anna', first);
    story.releases('anna', first, 'unsure');
    const second = story.waits('wang');
    story.claims('ben', second);
    expect(faultsOf(judge(story.records()))).toEqual([]);
  });

  test('a WeChat message whose answer is uncertain and shown to staff is unknown, within the kills', () => {
    const story = createStory();
    story.wechatSays('oMei');
    story.killed();
    story.isUnknown('oMei');
    story.waits('oMei');
    const verdict = judge(story.records());
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.unknown).toHaveLength(1);
    expect(verdict).toMatchObject({ answered: 0, withPerson: 0, unknownAllowed: 1 });
  });

  test('WeChat leaving the sender in doubt allows an unknown without a kill', () => {
    const story = createStory();
    story.wechatSays('oMei');
    story.wechatHears('oMei', '可以退', 'cut');
    story.isUnknown('oMei', '可以退');
    story.waits('oMei');
    expect(faultsOf(judge(story.records()))).toEqual([]);
  });
});

describe('each planted fault is found, and only that', () => {
  const only = (records: Records, fault: Fault) => {
    const verdict = judge(records);
    expect(faultsOf(verdict)).toEqual([fault]);
    expect(passes(verdict)).toBe(false);
  };

  test('a loss: the answer never arrived', () => {
    const records = smallStory().story.records();
    records.received = records.received.filter((r) => r.kind !== 'webhook' || r.id !== webhookAt(records, 0).id);
    only(records, 'lost');
  });

  test('a loss: the platform refused the answer and nobody tried again', () => {
    const records = smallStory().story.records();
    const id = webhookAt(records, 0).kind === 'webhook' ? (webhookAt(records, 0) as { id: string }).id : '';
    for (const r of records.received)
      if (r.kind === 'webhook' && r.id === id) Object.assign(r, { taken: false, fault: 'refused' });
    only(records, 'lost');
  });

  test('a loss: the conversation was with a person only before the message', () => {
    const { story } = smallStory();
    story.says('wang');
    only(story.records(), 'lost');
  });

  test('a loss over WeChat: what was heard came before', () => {
    const story = createStory();
    story.wechatHears('oMei');
    story.wechatSays('oMei');
    only(story.records(), 'lost');
  });

  test('a loss: an uncertain answer that no staff can see', () => {
    const story = createStory();
    story.wechatSays('oMei');
    story.killed();
    story.isUnknown('oMei');
    only(story.records(), 'lost');
  });

  test('a loss: an agent’s accepted reply never arrived', () => {
    const records = smallStory().story.records();
    records.received = records.received.filter((r) => r.kind !== 'webhook' || r.from !== 'agent');
    only(records, 'lost');
  });

  test('a loss: told about a person, and there is no handoff', () => {
    const story = createStory();
    story.wechatSays('oMei');
    story.wechatHears('oMei', '好的，正在为您转接人工客服。');
    only(story.records(), 'lost');
  });

  test('a duplicate: a second delivery with the same words', () => {
    const { story } = smallStory();
    const id = story.says('li');
    story.answers('li', [id]);
    const records = story.records();
    const last = records.received.at(-1) as Extract<ReceivedRecord, { kind: 'webhook' }>;
    records.received.push({ ...last, id: 'another', sequence: last.sequence + 1, at: last.at + 1 });
    only(records, 'duplicates');
  });

  test('a duplicate: another turn answers the same message in other words', () => {
    const { story } = smallStory();
    const id = story.says('li');
    story.answers('li', [id]);
    story.says('chen');
    const records = story.records();
    const last = records.received.at(-1) as Extract<ReceivedRecord, { kind: 'webhook' }>;
    records.received.push({ ...last, id: 'another', text: '另一种说法', sequence: last.sequence + 2, at: last.at + 1 });
    records.witness = records.witness.filter((r) => !('shopper' in r) || r.shopper !== 'chen');
    only(records, 'duplicates');
  });

  test('a duplicate: the same id with other words', () => {
    const { story } = smallStory();
    story.arrivesAgain();
    const records = story.records();
    Object.assign(records.received.at(-1)!, { text: '换了说法' });
    only(records, 'duplicates');
  });

  test('a duplicate over WeChat: the same words to one user', () => {
    const story = createStory();
    story.wechatSays('oMei');
    story.wechatHears('oMei', '可以退');
    story.wechatHears('oMei', '可以退');
    only(story.records(), 'duplicates');
  });

  test('a duplicate: one message has two places', () => {
    const { story } = smallStory();
    const id = story.says('li');
    story.answers('li', [id]);
    const records = story.records();
    const ack = records.witness.findLast((r) => r.kind === 'acknowledged') as Extract<WitnessRecord, { seq: unknown }>;
    records.witness.push({ ...ack, seq: 999, at: ack.at + 1 } as WitnessRecord);
    only(records, 'duplicates');
  });

  test('an inversion: two answers arrive in the other order', () => {
    const story = createStory();
    for (const _ of [1, 2]) story.answers('li', [story.says('li')]);
    const records = story.records();
    records.received.reverse();
    only(records, 'inversions');
  });

  test('an inversion: sequences go up, but the later message is answered first', () => {
    const story = createStory();
    for (const _ of [1, 2]) story.answers('li', [story.says('li')]);
    const records = story.records();
    const [a, b] = records.received as Extract<ReceivedRecord, { kind: 'webhook' }>[];
    [a!.inReplyTo, b!.inReplyTo] = [b!.inReplyTo, a!.inReplyTo];
    only(records, 'inversions');
  });

  test('an inversion: placed before what had been acknowledged earlier', () => {
    const story = createStory();
    const ids = [story.says('li'), story.says('li')];
    story.answers('li', ids.toReversed());
    const records = story.records();
    const [a, b] = records.witness.filter((r) => r.kind === 'acknowledged');
    [a!.seq, b!.seq] = [b!.seq, a!.seq];
    only(records, 'inversions');
  });

  test('two owners: both agents claimed the same handoff', () => {
    const story = createStory();
    story.answers('wang', [story.says('wang')]);
    const handoff = story.waits('wang');
    story.claims('anna', handoff);
    story.claims('ben', handoff);
    story.releases('anna', handoff);
    only(story.records(), 'doubleOwners');
  });

  test('two owners: two handoffs of one conversation', () => {
    const story = createStory();
    story.answers('wang', [story.says('wang')]);
    story.claims('anna', story.waits('wang'));
    story.claims('ben', story.waits('wang'));
    only(story.records(), 'doubleOwners');
  });

  test('two owners: a reply by somebody who does not have it was accepted', () => {
    const story = createStory();
    story.answers('wang', [story.says('wang')]);
    story.claims('anna', story.waits('wang'));
    story.replies('ben', 'wang');
    only(story.records(), 'doubleOwners');
  });

  test('talked over: the bot speaks while a person has the conversation', () => {
    const story = createStory();
    const id = story.says('wang');
    story.claims('anna', story.waits('wang'));
    story.answers('wang', [id]);
    only(story.records(), 'talkedOver');
  });

  test('talked over on WeChat, where only the agent’s own words tell who spoke', () => {
    const story = createStory();
    story.wechatSays('oMei');
    story.claims('anna', story.waits('oMei'));
    story.replies('anna', 'oMei', 'wechat-oa');
    expect(faultsOf(judge(story.records()))).toEqual([]);
    story.wechatHears('oMei');
    only(story.records(), 'talkedOver');
  });

  test('more unknown than kills and doubts explain', () => {
    const story = createStory();
    story.killed();
    for (const shopper of ['oMei', 'oLan']) {
      story.wechatSays(shopper);
      story.isUnknown(shopper);
      story.waits(shopper);
    }
    only(story.records(), 'unknown');
  });
});

/** What happens to one shopper; every list of these makes a clean history. */
const event = fc.oneof(
  { weight: 5, arbitrary: fc.constant('asked-and-answered' as const) },
  { weight: 2, arbitrary: fc.constant('burst' as const) },
  { weight: 1, arbitrary: fc.constant('repeated' as const) },
  { weight: 2, arbitrary: fc.constant('handed-over' as const) },
  { weight: 1, arbitrary: fc.constant('wechat' as const) },
  { weight: 1, arbitrary: fc.constant('killed' as const) },
);

type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

function play(events: readonly { what: Event; who: number }[]): Records {
  const story = createStory();
  // anchors: whatever was drawn, there is something for every fault to be planted in
  for (const _ of [1, 2]) story.answers('anchor', [story.says('anchor')]);
  const anchored = story.waits('handed');
  story.answers('handed', [story.says('handed')]);
  story.claims('anna', anchored);
  story.replies('anna', 'handed');
  for (const [i, { what, who }] of events.entries()) {
    const shopper = `shopper-${who}`;
    if (what === 'asked-and-answered') story.answers(shopper, [story.says(shopper)]);
    else if (what === 'burst') story.answers(shopper, [story.says(shopper), story.says(shopper)], 2);
    else if (what === 'repeated') {
      const id = story.says(shopper);
      story.answers(shopper, [id]);
      story.repeats(id);
      story.arrivesAgain();
    } else if (what === 'handed-over') {
      const handoff = story.waits(shopper);
      story.answers(shopper, [story.says(shopper)]);
      story.claims('anna', handoff);
      story.claims('ben', handoff, 'refused');
      story.replies('anna', shopper);
      story.releases('anna', handoff);
    } else if (what === 'wechat') {
      const user = `oUser-${i}`;
      story.wechatSays(user);
      story.wechatHears(user);
    } else story.killed();
  }
  return story.records();
}

type Webhook = Extract<ReceivedRecord, { kind: 'webhook' }>;
const webhooks = (records: Records) => records.received.filter((r): r is Webhook => r.kind === 'webhook');

/** Each spoils a clean history at a place chosen by `pick`, in one way. */
const mutations: Record<Fault, (records: Records, pick: (n: number) => number) => void> = {
  lost(records, pick) {
    const handed = new Set(records.witness.flatMap((r) => (r.kind === 'claim' ? [r.conversation] : [])));
    const answers = webhooks(records).filter((d) => d.inReplyTo.length > 0 && !handed.has(d.conversation));
    const gone = answers[pick(answers.length)]!.inReplyTo[0]!;
    records.received = records.received.filter((r) => r.kind !== 'webhook' || !r.inReplyTo.includes(gone));
  },
  duplicates(records, pick) {
    const answers = webhooks(records).filter((d) => d.inReplyTo.length > 0);
    const again = answers[pick(answers.length)]!;
    const highest = Math.max(...webhooks(records).map((d) => d.sequence));
    records.received.push({ ...again, id: 'planted', sequence: highest + 2, at: again.at + 1 });
  },
  inversions(records, pick) {
    const pairs = webhooks(records).flatMap((a, i, all) => {
      const later = all.slice(i + 1).find((b) => b.conversation === a.conversation && b.id !== a.id);
      return later && all.findIndex((d) => d.id === a.id) === i ? [[a, later] as const] : [];
    });
    const [first, second] = pairs[pick(pairs.length)]!;
    const [i, j] = [records.received.indexOf(first), records.received.indexOf(second)];
    [records.received[i], records.received[j]] = [second, first];
  },
  doubleOwners(records, pick) {
    const won = records.witness.filter((r) => r.kind === 'claim' && r.outcome === 'done');
    const claim = won[pick(won.length)] as Extract<WitnessRecord, { kind: 'claim' }>;
    records.witness.push({ ...claim, agent: 'ben', asked: claim.asked + 1, at: claim.at + 1 });
  },
  talkedOver(records, pick) {
    const won = records.witness.filter((r) => r.kind === 'claim' && r.outcome === 'done');
    const claim = won[pick(won.length)] as Extract<WitnessRecord, { kind: 'claim' }>;
    const base = webhooks(records).find((d) => d.conversation === claim.conversation)!;
    records.received.push({
      ...base,
      id: 'planted',
      from: 'bot',
      text: '插一句',
      inReplyTo: [],
      sequence: 1e6,
      at: claim.at + 1,
    });
  },
  unknown(records) {
    const kills = records.witness.filter((r) => r.kind === 'kill').length;
    const listing = records.witness.at(-1);
    if (listing?.kind !== 'listing') throw new Error('the listing comes last');
    for (let i = 0; i <= kills; i++)
      listing.undelivered.push({ conversation: '1', seq: 500 + i, delivery: 'unknown', text: `${i}` });
  },
};

describe('any history', () => {
  const events = fc.array(fc.record({ what: event, who: fc.nat(4) }), { maxLength: 25 });

  test('a clean one passes', () => {
    fc.assert(
      fc.property(events, (drawn) => {
        expect(faultsOf(judge(play(drawn)))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test.each(Object.keys(mutations) as Fault[])('one planted fault is found: %s', (fault) => {
    fc.assert(
      fc.property(events, fc.nat(), (drawn, place) => {
        const records = play(drawn);
        mutations[fault](records, (n) => place % n);
        expect(faultsOf(judge(records))).toContain(fault);
      }),
      { numRuns: 200 },
    );
  });
});
