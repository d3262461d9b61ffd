// Many readers, many messages, cut lines: says whether every reader got every message once and in order. Speaks HTTP only.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { enterShop, type signIn } from '../../test/journeys/people.ts';
import { openReader, type Reader } from './reader.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;

export interface StormOptions {
  base: string;
  agent: Agent;
  conversations: number;
  /** Shoppers' streams in each conversation. */
  readersEach: number;
  /** Desks that follow everything. */
  desks: number;
  messagesEach: number;
  /** How often every connection of the server is cut on the way. */
  cuts: number;
  cut(): Promise<void>;
}

export interface StormReport {
  streams: number;
  messages: number;
  deliveries: number;
  deskEvents: number;
  reconnects: number;
  seconds: number;
  /** Empty when all is well. */
  problems: string[];
}

const ARRIVES_WITHIN_MS = 60_000;
const NAME = '直播间';

async function until(done: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await pause(50)) if (done()) return true;
  return done();
}

/** A cut may take the answer with it: the same id again is the same message. */
async function stubborn<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === 50) throw error;
      await pause(100);
    }
  }
}

async function openRoom(base: string, agent: Agent, name: string) {
  const shopper = await enterShop(base, { name });
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId, 30_000);
  if (row === null) throw new Error(`${name} never came into the queue`);
  const { status } = await agent.post(`/api/handoffs/${row.id}/claim`);
  if (status !== 200) throw new Error(`the claim was answered with ${status}`);
  return shopper;
}

const wordsOf = (reader: Reader): string[] =>
  reader.heard.filter(({ data }) => data.from === 'agent').map(({ data }) => String(data.text));

const inOrder = (ids: readonly string[]): boolean => ids.every((id, i) => i === 0 || Number(ids[i - 1]) < Number(id));

function judge(readers: readonly Reader[], expected: readonly string[], where: string): string[] {
  return readers.flatMap((reader, i) => {
    const words = wordsOf(reader);
    const found: string[] = [];
    if (words.join('\n') !== expected.join('\n'))
      found.push(
        `${where}, reader ${i}: ${words.length} of ${expected.length} messages, ${new Set(words).size} different`,
      );
    if (!inOrder(reader.heard.map(({ id }) => id))) found.push(`${where}, reader ${i}: out of order`);
    return found;
  });
}

/** Who joins now and asks for everything since `after` hears what all others must have heard. */
async function judgeDesks(options: StormOptions, desks: readonly Reader[], after: string): Promise<string[]> {
  const witness = openDesk(options, after);
  await witness.open;
  const count = () => witness.heard.length;
  // it hears at least what somebody heard, and then whatever else there is
  await until(() => count() >= Math.max(...desks.map((desk) => desk.heard.length)), ARRIVES_WITHIN_MS);
  for (let before = -1; before !== count(); await pause(1_000)) before = count();
  const expected = witness.heard.map(({ id }) => id);
  await until(() => desks.every((desk) => desk.heard.length >= expected.length), ARRIVES_WITHIN_MS);
  await witness.close();
  return desks.flatMap((desk, i) => {
    const ids = desk.heard.map(({ id }) => id);
    const some = (list: readonly string[]) => list.slice(0, 12).join(' ');
    return ids.join() === expected.join()
      ? []
      : [`desk ${i}: ${ids.length} events (${some(ids)}) where ${expected.length} happened (${some(expected)})`];
  });
}

const openDesk = ({ base, agent }: StormOptions, after: string | null): Reader =>
  openReader(`${base}/api/stream?topics=desk`, { headers: { cookie: agent.cookie }, after });

/** The newest event of the desk, as a stream greets with it. */
async function topOf({ base, agent }: StormOptions): Promise<string> {
  const closing = new AbortController();
  const response = await fetch(`${base}/api/stream?topics=desk`, {
    headers: { cookie: agent.cookie, accept: 'text/event-stream' },
    signal: closing.signal,
  });
  let text = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const at = /data: ?\{"at":(\d+)\}/.exec(text)?.[1];
    if (at !== undefined) {
      closing.abort();
      return at;
    }
  }
  throw new Error('the stream ended before it greeted');
}

export async function storm(options: StormOptions): Promise<StormReport> {
  const { base, agent, conversations, readersEach, messagesEach, cuts, cut } = options;
  const begun = performance.now();
  const rooms = [];
  for (let i = 0; i < conversations; i++) rooms.push(await openRoom(base, agent, `${NAME}${i + 1}`));
  const top = await topOf(options);
  const desks = Array.from({ length: options.desks }, () => openDesk(options, top));
  const readers = rooms.map(({ token }) =>
    Array.from({ length: readersEach }, () =>
      openReader(`${base}/api/shop/stream`, { headers: { authorization: `Bearer ${token}` }, after: null }),
    ),
  );
  const all = [...desks, ...readers.flat()];
  await Promise.all(all.map(({ open }) => open));

  const expected = Array.from({ length: messagesEach }, (_, i) => `第 ${i + 1} 句`);
  const cutAt = new Set(Array.from({ length: cuts }, (_, i) => Math.floor((messagesEach * (i + 1)) / (cuts + 1))));
  const talk = async ({ conversationId }: { conversationId: string }, room: number) => {
    for (const [i, text] of expected.entries()) {
      if (room === 0 && cutAt.has(i)) await cut();
      // somebody new in the queue is news for every desk
      if (room === 0 && i % 25 === 0)
        await stubborn(() => enterShop(base, { name: `路人${i}` })).then((p) => p.say('转人工').catch(() => {}));
      const id = randomUUID();
      const { status } = await stubborn(() => agent.reply(conversationId, text, 'reply', id));
      if (status !== 200 && status !== 201 && status !== 202) throw new Error(`a reply was answered with ${status}`);
    }
  };
  await Promise.all(rooms.map(talk));
  await until(() => readers.flat().every((reader) => wordsOf(reader).length >= messagesEach), ARRIVES_WITHIN_MS);
  const problems = [
    ...readers.flatMap((of, i) => judge(of, expected, `conversation ${i + 1}`)),
    ...(await judgeDesks(options, desks, top)),
  ];
  const reconnects = all.reduce((sum, reader) => sum + reader.connections() - 1, 0);
  if (reconnects < all.length * cuts) problems.push(`${reconnects} reconnects: not every stream was cut ${cuts} times`);
  await Promise.all(all.map((reader) => reader.close()));
  return {
    streams: all.length,
    messages: conversations * messagesEach,
    deliveries: readers.flat().reduce((sum, reader) => sum + wordsOf(reader).length, 0),
    deskEvents: desks[0]?.heard.length ?? 0,
    reconnects,
    seconds: (performance.now() - begun) / 1_000,
    problems,
  };
}
