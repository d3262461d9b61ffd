// Random clients doing random things at the same time: the outcome must be that of some order, one after the other.
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, openLab, pause, value } from './harness.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.close());

type Step =
  | { kind: 'move'; from: number; to: number; amount: number }
  | { kind: 'set'; value: number }
  | { kind: 'shop'; value: number }
  | { kind: 'notify'; text: string }
  | { kind: 'named'; value: number }
  | { kind: 'refused' }
  | { kind: 'error' }
  | { kind: 'wait' };
interface Deal {
  steps: Step[];
  end: 'commit' | 'rollback' | 'vanish' | 'release';
}

const account = fc.integer({ min: 0, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      from: account,
      to: account,
      amount: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('set' as const), value: fc.integer({ min: 100, max: 999 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('shop' as const), value: account }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('notify' as const),
      text: fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme-ascii' }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('named' as const), value: account }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'refused' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'error' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' as const }) },
);
const deal: fc.Arbitrary<Deal> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  end: fc.constantFrom('commit', 'commit', 'commit', 'rollback', 'vanish', 'release'),
});

/** What the database should hold when all is over, and what the listener should have heard. */
interface Ledger {
  balances: number[];
  heard: string[];
}

test('interleaved transactions of many clients add up', async () => {
  await lab.pool.query('CREATE TABLE accounts (id int PRIMARY KEY, balance int)');
  const ear = await lab.createClient();
  const got: string[] = [];
  ear.on('notification', (one) => got.push(one.payload ?? ''));
  await ear.query('LISTEN deals');
  const lives = fc.array(fc.array(deal, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(lives, async (clients) => {
      got.length = 0;
      await lab.pool.query('TRUNCATE accounts; INSERT INTO accounts SELECT n, 100 FROM generate_series(0, 3) n');
      const ledger: Ledger = { balances: [100, 100, 100, 100], heard: [] };
      await Promise.all(clients.map((deals, at) => live(deals, at, ledger)));
      const { rows } = await lab.pool.query('SELECT balance FROM accounts ORDER BY id');
      expect(rows.map((row) => row.balance)).toEqual(ledger.balances);
      expect([...got].sort()).toEqual([...ledger.heard].sort());
      expect(await value(lab.pool, 'SHOW statement_timeout')).toBe('0');
      expect(await value(lab.pool, "SELECT current_setting('app.shop_id', true)")).toBeFalsy();
    }),
    { numRuns: 60 },
  );
  await ear.end();
}, 120_000);

/** One client's life: after each of its transactions, its own settings are as its own commits left them. */
async function live(deals: Deal[], at: number, ledger: Ledger): Promise<void> {
  let client = await lab.createClient();
  let timeout = '0';
  for (const one of deals) {
    const outcome = await run(client, one, `${at}`, timeout);
    if (outcome.committed) {
      ledger.balances = ledger.balances.map((balance, id) => balance + (outcome.change[id] ?? 0));
      ledger.heard.push(...outcome.sent);
      timeout = outcome.timeout;
    }
    if (one.end === 'vanish') {
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      client = await lab.createClient();
      timeout = '0';
    }
    expect(await value(client, "SELECT current_setting('statement_timeout')")).toBe(timeout);
    expect((await client.query({ name: 'mine', text: `SELECT ${at} AS x` })).rows).toEqual([{ x: at }]);
  }
  await client.end();
}

async function run(client: pg.Client, one: Deal, who: string, before: string) {
  const change = [0, 0, 0, 0];
  const sent: string[] = [];
  let timeout = before;
  await client.query('BEGIN');
  const start = Number(await value(client, 'SELECT sum(balance)::int FROM accounts'));
  expect(start).toBe(400);
  let broken = false;
  for (const step of one.steps) {
    broken ||= await take(client, step, who, change, sent, (set) => {
      timeout = set;
    });
    if (broken) break;
    expect(Number(await value(client, 'SELECT sum(balance)::int FROM accounts'))).toBe(400);
  }
  let committed = false;
  if (one.end === 'commit') committed = (await client.query('COMMIT')).command === 'COMMIT';
  else if (one.end !== 'vanish') await client.query('ROLLBACK');
  expect(committed).toBe(one.end === 'commit' && !broken);
  return { committed, change, sent: [...new Set(sent)], timeout };
}

/** Returns whether the transaction is broken now. */
async function take(
  client: pg.Client,
  step: Step,
  who: string,
  change: number[],
  sent: string[],
  setTimeout: (value: string) => void,
): Promise<boolean> {
  switch (step.kind) {
    case 'move':
      await client.query('UPDATE accounts SET balance = balance - $2 WHERE id = $1', [step.from, step.amount]);
      await client.query('UPDATE accounts SET balance = balance + $2 WHERE id = $1', [step.to, step.amount]);
      change[step.from] = (change[step.from] ?? 0) - step.amount;
      change[step.to] = (change[step.to] ?? 0) + step.amount;
      return false;
    case 'set':
      await client.query(`SET statement_timeout = ${step.value}`);
      setTimeout(`${step.value}ms`);
      return false;
    case 'shop':
      await client.query("SELECT set_config('app.shop_id', $1, true)", [String(step.value)]);
      expect(await value(client, "SELECT current_setting('app.shop_id')")).toBe(String(step.value));
      return false;
    case 'notify':
      sent.push(`${who}:${step.text}`);
      await client.query("SELECT pg_notify('deals', $1)", [`${who}:${step.text}`]);
      return false;
    case 'named':
      expect((await client.query({ name: 'n', text: 'SELECT $1::int AS x', values: [step.value] })).rows).toEqual([
        { x: step.value },
      ]);
      return false;
    case 'refused':
      await expect(client.query('SELECT pg_advisory_lock($1)', [1])).rejects.toMatchObject({ code: '0A000' });
      return true;
    case 'error':
      await expect(client.query('SELECT 1/$1::int', [0])).rejects.toMatchObject({ code: '22012' });
      return true;
    case 'wait':
      await pause(1);
      return false;
  }
}
