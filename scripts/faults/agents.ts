// Plays two agents at the desk: they race for waiting conversations, reply, resolve or give back, and write down every outcome.
import type { DeskAnswer, DeskClient } from './desk-client.ts';
import type { Random } from './random.ts';
import {
  clock,
  type ListedHandoff,
  type Outcome,
  type RecordFile,
  type Undelivered,
  type WitnessRecord,
} from './records.ts';

export interface AgentOptions {
  desks: readonly [DeskClient, DeskClient];
  witness: RecordFile<WitnessRecord>;
  random: Random;
  /** Makes every reply's words its own. */
  runId: number;
}

export interface Agents {
  /** Nothing new is claimed; resolves when what is under way has an outcome. */
  stop(): Promise<void>;
}

/** How many conversations both together have in hand. */
const IN_HAND_MAX = 8;
const TRIES_MAX = 60;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Row {
  id: string;
  conversationId: string;
  state: ListedHandoff['state'];
}

const REPLIES = [
  '您好，您的情况我看到了，正在为您核实',
  '久等了，这边已经帮您登记',
  '好的，我来跟进这件事',
  '已经联系仓库处理',
];

export function startAgents({ desks, witness, random, runId }: AgentOptions): Agents {
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  let said = 0;

  /** Calls until there is a clear answer; every attempt is written down by `note`. */
  async function untilSure(
    call: () => Promise<DeskAnswer | null>,
    judge: (answer: DeskAnswer) => Outcome,
    note: (asked: number, outcome: Outcome) => void,
  ): Promise<Outcome> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const asked = clock();
      const answer = await call();
      const outcome = answer === null ? 'unsure' : judge(answer);
      note(asked, outcome);
      if (outcome !== 'unsure') return outcome;
      await pause(random.between(200, 600));
    }
    return 'unsure';
  }

  const claim = (desk: DeskClient, row: Row): Promise<Outcome> =>
    untilSure(
      () => desk.call('POST', `/api/handoffs/${row.id}/claim`, {}),
      // an earlier try without an answer may have won already
      ({ status, body }) => (status === 200 || (status === 409 && body.owner === desk.name) ? 'done' : 'refused'),
      (asked, outcome) =>
        witness.write({
          kind: 'claim',
          asked,
          at: clock(),
          agent: desk.name,
          handoff: row.id,
          conversation: row.conversationId,
          outcome,
        }),
    );

  function reply(desk: DeskClient, conversation: string): Promise<Outcome> {
    said += 1;
    const id = `storm-${runId}-reply-${said}`;
    const text = `${random.pick(REPLIES)}（${desk.name} 记录 ${said}）。`;
    return untilSure(
      () =>
        desk.call('POST', `/api/conversations/${conversation}/messages`, { clientMessageId: id, text, kind: 'reply' }),
      ({ status }) => (status === 201 ? 'done' : 'refused'),
      (asked, outcome) =>
        witness.write({ kind: 'reply', asked, at: clock(), agent: desk.name, conversation, id, text, outcome }),
    );
  }

  const letGo = (desk: DeskClient, row: Row, how: 'resolve' | 'return'): Promise<Outcome> =>
    untilSure(
      () => desk.call('POST', `/api/handoffs/${row.id}/${how}`, how === 'resolve' ? { disposition: 'resolved' } : {}),
      ({ status }) => (status === 200 ? 'done' : 'refused'),
      (asked, outcome) =>
        witness.write({
          kind: 'release',
          asked,
          at: clock(),
          agent: desk.name,
          handoff: row.id,
          conversation: row.conversationId,
          how,
          outcome,
        }),
    );

  async function serve(desk: DeskClient, other: DeskClient, row: Row): Promise<void> {
    await pause(random.between(50, 800));
    // somebody who does not have the conversation tries to speak in it
    if (random.chance(0.15)) await reply(other, row.conversationId);
    for (let replies = random.between(0, 2); replies > 0; replies--) {
      await reply(desk, row.conversationId);
      await pause(random.between(50, 1500));
    }
    if (random.chance(0.1)) return; // still at it when the storm ends
    await letGo(desk, row, random.chance(0.8) ? 'resolve' : 'return');
  }

  async function claimOne(): Promise<void> {
    const answer = await random.pick(desks).call('GET', '/api/handoffs?state=waiting&limit=20');
    const rows = (answer?.body.items ?? []) as Row[];
    if (answer?.status !== 200 || rows.length === 0) return;
    const row = random.pick(rows);
    const contenders = random.chance(0.5) ? desks : [random.pick(desks)];
    const outcomes = await Promise.all(contenders.map((desk) => claim(desk, row)));
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome !== 'done') continue;
      const desk = contenders[i]!;
      const other = desks.find((d) => d !== desk)!;
      const work = serve(desk, other, row).finally(() => underWay.delete(work));
      underWay.add(work);
    }
  }

  const working = (async () => {
    while (!stopped) {
      if (underWay.size < IN_HAND_MAX) await claimOne();
      await pause(random.between(50, 400));
    }
  })();

  return {
    async stop() {
      stopped = true;
      await working;
      await Promise.all(underWay);
    },
  };
}

const STATES = ['waiting', 'with-agent', 'deferred', 'resolved'] as const;

async function readHandoffs(desk: DeskClient): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const state of STATES) {
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await desk.read(`/api/handoffs?state=${state}&limit=100${after}`);
      // one that moved on while the lists were read is in two of them: the later state counts
      for (const row of page.items as Row[]) rows.set(row.id, row);
      cursor = (page.next as string | null) ?? null;
    } while (cursor !== null);
  }
  return [...rows.values()];
}

/** What staff can see at this moment: all handoffs, and in their conversations the messages that may not have arrived. */
export async function readListing(
  desk: DeskClient,
): Promise<{ handoffs: ListedHandoff[]; undelivered: Undelivered[] }> {
  const rows = await readHandoffs(desk);
  const shoppers = new Map<string, string>();
  const undelivered: Undelivered[] = [];
  for (const conversation of new Set(rows.map((row) => row.conversationId))) {
    const view = await desk.read(`/api/conversations/${conversation}`);
    shoppers.set(conversation, (view.shopper as { platformId: string }).platformId);
    const { messages } = (await desk.read(`/api/conversations/${conversation}/messages`)) as {
      messages: { seq: number; delivery: string | null; text: string }[];
    };
    for (const { seq, delivery, text } of messages) {
      if (delivery === 'unknown' || delivery === 'failed') undelivered.push({ conversation, seq, delivery, text });
    }
  }
  const handoffs = rows.map(({ id, conversationId, state }) => ({
    id,
    conversation: conversationId,
    shopper: shoppers.get(conversationId)!,
    state,
  }));
  return { handoffs, undelivered };
}
