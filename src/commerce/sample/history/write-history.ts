// Writes the sample history as the rows that the engine itself would have left, in one transaction, into a sample shop only.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { ShopId } from '../../../contract/conversation.ts';
import type { Database, Pool, PoolClient } from '../../../db/database.ts';
import { inShop, shopQuery } from '../../../db/transaction.ts';
import { saveStaff } from '../../../staff/accounts.ts';
import {
  makeHistory,
  SAMPLE_AGENTS,
  type SampleHistory,
  type SampleShopper,
  type SampleWaiting,
} from './make-history.ts';
import { each, iso, type Scribe } from './scribe.ts';
import type { Topic } from './story.ts';
import {
  type HandoffRow,
  handoffRow,
  packetOf,
  RANK,
  writeHandoffs,
  writeStars,
  writeTraces,
} from './write-handoffs.ts';

const MINUTE_MS = 60_000;

/** A transaction's rows are read back by what makes them one of a kind. */
async function conversationsOf(tx: PoolClient, shopId: ShopId, accountId: string, history: SampleHistory, now: number) {
  const handoffs = (s: SampleShopper) => s.visits.filter((v) => v.handoff).length;
  const rows = [
    ...history.shoppers.map((s) => ({
      key: s.key,
      name: s.name,
      owner: 'bot',
      epoch: 1 + 2 * handoffs(s),
      next: 1 + s.visits.reduce((n, v) => n + v.messages.length, 0),
      first: iso(s.visits[0]!.messages[0]!.at),
      last: iso(s.visits.at(-1)!.messages.findLast((m) => m.author === 'shopper')!.at),
    })),
    ...history.waiting.map((w) => ({
      key: w.key,
      name: w.name,
      owner: 'queue',
      epoch: 2,
      next: 4,
      first: iso(now - (w.waitedS + 40) * 1_000),
      last: iso(now - w.waitedS * 1_000),
    })),
  ];
  await each(
    tx,
    `insert into shoppers (shop_id, channel_account_id, platform_id, name, created_at)
     select $2, $3, x->>'key', x->>'name', (x->>'first')::timestamptz`,
    rows,
    shopId,
    accountId,
  );
  await tx.query(
    `insert into conversations (shop_id, channel_account_id, shopper_id, owner_kind, epoch, next_seq, last_shopper_at, created_at, closed_at)
     select $2, $3, s.id, x->>'owner', (x->>'epoch')::bigint, (x->>'next')::bigint, (x->>'last')::timestamptz, (x->>'first')::timestamptz,
       case when x->>'owner' = 'bot' and (x->>'last')::timestamptz < now() - interval '24 hours' then (x->>'last')::timestamptz end
     from jsonb_array_elements($1::jsonb) x join shoppers s on s.channel_account_id = $3 and s.platform_id = x->>'key'`,
    [JSON.stringify(rows), shopId, accountId],
  );
  const made = await tx.query<{ id: string; key: string }>(
    `select c.id::text, s.platform_id as key from conversations c join shoppers s on s.id = c.shopper_id
     where c.channel_account_id = $1 and s.platform_id like 'sample:%'`,
    [accountId],
  );
  return new Map(made.rows.map((r) => [r.key, r.id]));
}

interface MessageRow {
  c: string;
  seq: number;
  author: string;
  by: string | null;
  kind: string;
  text: string;
  payload: Record<string, unknown>;
  at: string;
}

interface TurnRow {
  c: string;
  seq: number;
  at: string;
  receipt: Record<string, unknown>;
}

/** Messages with their turns and outbox rows. What agents said needs no look for promises: the sample has its own. */
async function writeWords({ tx, shopId }: Scribe, messages: readonly MessageRow[], turns: readonly TurnRow[]) {
  await each(
    tx,
    `insert into messages (shop_id, conversation_id, seq, author, author_id, kind, text, payload, created_at)
     select $2, (x->>'c')::bigint, (x->>'seq')::bigint, x->>'author', (x->>'by')::bigint, x->>'kind', x->>'text', x->'payload',
       (x->>'at')::timestamptz`,
    messages,
    shopId,
  );
  await tx.query('delete from promise_checks where shop_id = $1', [shopId]);
  await each(
    tx,
    `insert into turns (shop_id, conversation_id, first_seq, last_seq, state, attempt, due_at, receipt, created_at, done_at)
     select $2, (x->>'c')::bigint, (x->>'seq')::bigint, (x->>'seq')::bigint, 'done', 1, (x->>'at')::timestamptz, x->'receipt',
       (x->>'at')::timestamptz, (x->>'at')::timestamptz + interval '1 second'`,
    turns,
    shopId,
  );
  await each(
    tx,
    `insert into outbox (shop_id, conversation_id, message_seq, author, epoch, state, attempt, next_at, created_at)
     select $2, (x->>'c')::bigint, (x->>'seq')::bigint, x->>'author', 1, 'sent', 1, (x->>'at')::timestamptz, (x->>'at')::timestamptz`,
    messages.filter((m) => m.author !== 'shopper'),
    shopId,
  );
}

async function writeVisits(scribe: Scribe, shoppers: readonly SampleShopper[]): Promise<void> {
  const messages: MessageRow[] = [];
  const turns: TurnRow[] = [];
  const handoffs: HandoffRow[] = [];
  for (const { key, visits } of shoppers) {
    const c = scribe.conversations.get(key)!;
    let seq = 1;
    for (const visit of visits) {
      const first = seq;
      for (const { by, at, ...message } of visit.messages)
        messages.push({ c, seq: seq++, ...message, by: by === null ? null : scribe.staff.get(by)!, at: iso(at) });
      for (const { message, receipt } of visit.turns)
        turns.push({ c, seq: first + message, at: iso(visit.messages[message]!.at), receipt });
      if (visit.handoff) handoffs.push(handoffRow(scribe, c, visit, visit.handoff, first));
    }
  }
  await writeWords(scribe, messages, turns);
  await writeHandoffs(scribe, handoffs);
  await writeStars(scribe, handoffs);
}

/** Four shoppers who wait for a person: one just came, one is nearly late, one complains, one is overdue. */
async function writeWaiting(scribe: Scribe, waiting: readonly SampleWaiting[], now: number): Promise<void> {
  const messages: MessageRow[] = [];
  const handoffs: HandoffRow[] = [];
  for (const w of waiting) {
    const c = scribe.conversations.get(w.key)!;
    const topic = scribe.topics.get(w.topic)!;
    const queued = now - w.waitedS * 1_000;
    const words = [
      { author: 'shopper', kind: 'text', text: topic.asks[0]!, at: queued - 40_000 },
      { author: 'bot', kind: 'text', text: topic.answer, at: queued - 39_000 },
      { author: 'shopper', kind: 'text', text: w.asks, at: queued },
    ];
    messages.push(...words.map((m, i) => ({ c, seq: i + 1, ...m, by: null, payload: {}, at: iso(m.at) })));
    handoffs.push({
      c,
      reason: w.reason,
      risk: w.risk,
      rank: RANK[w.risk],
      team: w.reason === 'complaint' ? 'complaint' : topic.team,
      state: 'waiting',
      summary: w.asks,
      intent: topic.intent,
      packet: packetOf(c, topic, { reason: w.reason, risk: w.risk, wish: w.asks }, [1, 3]),
      queued: iso(queued),
      due: iso(queued + w.dueS * 1_000),
    });
  }
  await writeWords(scribe, messages, []);
  await writeHandoffs(scribe, handoffs);
}

/** Three promises for today, one of them overdue. */
async function writeCommitments({ tx, shopId, conversations, staff }: Scribe, now: number): Promise<void> {
  const rows = [
    {
      key: 'sample:1',
      by: 'demo-agent',
      kind: 'reply',
      words: '今天下班前给您回复',
      task: '回复顾客：退款进度',
      dueMin: 95,
    },
    {
      key: 'sample:4',
      by: 'demo-agent-2',
      kind: 'replacement',
      words: '今天给您补发',
      task: '补发缺少的一件并告知单号',
      dueMin: 240,
    },
    {
      key: 'sample:9',
      by: 'demo-agent-3',
      kind: 'refund',
      words: '一小时内给您处理退款',
      task: '处理退款',
      dueMin: -25,
    },
  ].flatMap(({ key, by, dueMin, ...row }) => {
    const c = conversations.get(key);
    return c
      ? [{ ...row, c, by: staff.get(by), due: iso(now + dueMin * MINUTE_MS), state: dueMin < 0 ? 'broken' : 'open' }]
      : [];
  });
  await each(
    tx,
    `insert into commitments (shop_id, conversation_id, staff_id, said_by, kind, evidence, task, state, due_at, said_due_at, broken_at)
     select $2, (x->>'c')::bigint, (x->>'by')::bigint, 'hand', x->>'kind', x->>'words', x->>'task', x->>'state', (x->>'due')::timestamptz,
       (x->>'due')::timestamptz, case when x->>'state' = 'broken' then (x->>'due')::timestamptz end`,
    rows,
    shopId,
  );
}

const FRESH = 'select demo and not exists (select from conversations) as fresh from shops where id = $1';

/** A sample shop that nobody has spoken to yet. */
async function isFresh(pool: Pool, shopId: ShopId): Promise<boolean> {
  const { rows } = await shopQuery<{ fresh: boolean }>(pool, shopId, FRESH, [shopId]);
  return rows[0]?.fresh ?? false;
}

async function write(pool: Pool, shopId: ShopId, now: number, when: 'fresh' | 'always'): Promise<void> {
  const topics = parse(await readFile(new URL('topics.yaml', import.meta.url), 'utf8')) as Topic[];
  const history = makeHistory(topics, now);
  const staff = new Map<string, string>();
  for (const { login, name } of SAMPLE_AGENTS) {
    const saved = await saveStaff(pool, shopId, { login, name, role: 'agent', teams: [], password: null });
    staff.set(login, saved.id);
  }
  await inShop(pool, shopId, async (tx) => {
    // under the shop's lock: of several processes that start together one writes
    await tx.query('select from shops where id = $1 for no key update', [shopId]);
    const { rows } = await tx.query<{ fresh: boolean }>(FRESH, [shopId]); // its own statement sees what the lock waited for
    if (when === 'fresh' && !rows[0]?.fresh) return;
    const account = await tx.query<{ id: string }>(
      `select id::text from channel_accounts where kind = 'web' order by channel_accounts.id limit 1`,
    );
    const accountId = account.rows[0]!.id;
    const conversations = await conversationsOf(tx, shopId, accountId, history, now);
    const byIntent = new Map(topics.map((t) => [t.intent, t]));
    const scribe: Scribe = { tx, shopId, accountId, topics: byIntent, conversations, staff };
    await writeVisits(scribe, history.shoppers);
    await writeWaiting(scribe, history.waiting, now);
    await writeTraces(scribe);
    await writeCommitments(scribe, now);
  });
}

/** For a sample shop that nobody has spoken to yet; does nothing otherwise. */
export async function seedSampleHistory(pool: Pool, shopId: ShopId, now: number): Promise<void> {
  if (await isFresh(pool, shopId)) await write(pool, shopId, now, 'fresh');
}

/**
 * As on the first day: every conversation of the sample shop goes.
 * @param database its owner may delete what requests may not @throws when it is no sample shop
 */
export async function resetSampleHistory(database: Database, shopId: ShopId, now: number): Promise<void> {
  await database.ownerPool().query('select clear_sample_shop($1)', [shopId]);
  await write(database.pool, shopId, now, 'always');
}
