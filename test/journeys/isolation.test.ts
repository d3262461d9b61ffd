// Two shops in one database: what one shop's requests can see and write of the other's, asked of the database itself.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeal } from '../../src/db/seal.ts';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { DEFAULT_RULES } from '../../src/handoff/routing.ts';
import { DEFAULT_TEAMS, saveRules, saveTeam } from '../../src/handoff/teams.ts';
import { createHookStore } from '../../src/hooks/store.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let other: string;
let tables: string[];
let conversationId: string;
let handoffId: string;
let agentId: string;
let commitmentId: string;
beforeAll(async () => {
  server = await startServer();
  const { database } = server;
  const made = await database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('other', '别家店', false)::text as id`);
  other = made.rows[0]!.id;
  const named = await database.ownerPool().query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'shop_id' order by 1`,
  );
  tables = named.rows.map((r) => r.name);
  // the first shop gets a row in every table of the road
  await server.addStaff('agent-a');
  const agent = await signIn(server.base, 'agent-a');
  agentId = agent.id;
  const shopper = await enterShop(server.base);
  conversationId = shopper.conversationId;
  await shopper.say('我要投诉，你们卖假货');
  handoffId = (await agent.waiting(conversationId))!.id!;
  await agent.post(`/api/handoffs/${handoffId}/claim`);
  await agent.post(`/api/conversations/${conversationId}/presence`, { viewing: true, typing: false });
  await agent.put(`/api/conversations/${conversationId}/read`, { seq: 1 });
  const drafted = async () =>
    (await agent.get(`/api/conversations/${conversationId}/suggestions`)).body.forSeq !== null;
  for (const until = Date.now() + 15_000; Date.now() < until && !(await drafted()); ) {
    await new Promise((r) => setTimeout(r, 100));
  }
  await agent.reply(conversationId, '您好');
  await saveStaff(database.pool, server.shopId, {
    login: 'linked',
    name: '小李',
    role: 'agent',
    teams: [],
    password: null,
  });
  await inShop(database.pool, server.shopId, async (tx) => {
    await tx.query(
      `insert into uploads (id, shop_id, conversation_id, type, bytes) values ('secret', $1, $2, 'image/png', 1)`,
      [server.shopId, conversationId],
    );
    await tx.query(
      `insert into answer_feedback (shop_id, conversation_id, message_seq, helpful) values ($1, $2, 1, true)`,
      [server.shopId, conversationId],
    );
    await tx.query('insert into csat (handoff_id, shop_id, conversation_id) values ($1, $2, $3)', [
      handoffId,
      server.shopId,
      conversationId,
    ]);
  });
  const hooks = createHookStore({ pool: database.pool, seal: createSeal('key of this test') });
  const { hook } = await hooks.create(server.shopId, { url: 'https://shop.example/', kinds: [], description: '' });
  await inShop(database.pool, server.shopId, (tx) =>
    tx.query(
      `insert into hook_deliveries (shop_id, endpoint_id, seq, kind, body) values ($1, $2, 1, 'csat.received', '{}')`,
      [server.shopId, hook.id],
    ),
  );
  const [team] = DEFAULT_TEAMS;
  await inShop(database.pool, server.shopId, async (tx) => {
    await saveTeam(tx, server.shopId, team!);
    await saveRules(tx, server.shopId, DEFAULT_RULES);
    await tx.query('insert into shop_settings (shop_id) values ($1)', [server.shopId]);
    await tx.query(`insert into shop_words (shop_id, word, why) values ($1, '秘密', '秘密')`, [server.shopId]);
    await tx.query('insert into policy_revisions (shop_id, wrong_at_most, answer_min) values ($1, 0.02, 0.8)', [
      server.shopId,
    ]);
  });
  await inShop(database.pool, server.shopId, async (tx) => {
    const made = await tx.query<{ commitment: string }>(
      `insert into commitments (shop_id, staff_id, said_by, kind, evidence, task, state) select $1, id, 'hand', 'other', '秘密', '秘密', 'open'
       from staff limit 1 returning id::text as commitment`,
      [server.shopId],
    );
    commitmentId = made.rows[0]!.commitment;
    await tx.query(`insert into shifts (shop_id, staff_id, ends_at) select $1, id, now() from staff limit 1`, [
      server.shopId,
    ]);
    await tx.query(
      `with h as (insert into handovers (shop_id, from_id, to_team) select $1, id, 'insale' from staff limit 1 returning id)
       insert into handover_items (handover_id, position, shop_id, kind, text) select id, 1, $1, 'note', '秘密' from h`,
      [server.shopId],
    );
    // a day of its own: today's list is made by the shop's clock
    await tx.query(
      `insert into channel_memory (shop_id, account_id, name, value) select $1, id, 'secret', '秘密' from channel_accounts limit 1`,
      [server.shopId],
    );
    await tx.query(
      `insert into incoming_media (shop_id, account_id, conversation_id, message_seq, part, next_at)
       select $1, channel_account_id, id, 1, 9, now() + interval '1 day' from conversations limit 1`,
      [server.shopId],
    );
    await tx.query(
      `with s as (select id from staff limit 1),
         t as (insert into tickets (shop_id, kind, title, detail, priority, created_by) select $1, 'complaint', '秘密', '秘密', 'normal', s.id from s returning id)
       insert into ticket_steps (ticket_id, position, shop_id, step, due_at, reason, moved_by)
         select t.id, 1, $1, 'shop', now(), '秘密', s.id from t, s`,
      [server.shopId],
    );
    await tx.query(`insert into patrols (shop_id, day) values ($1, '2026-01-01')`, [server.shopId]);
    await tx.query(`insert into patrol_items (shop_id, day, key, item) values ($1, '2026-01-01', 'x', '{}')`, [
      server.shopId,
    ]);
  });
  await inShop(database.pool, server.shopId, async (tx) => {
    await tx.query(
      `insert into faq_edits (shop_id, entry_id, version, body, editor_id) select $1, 'secret', 1, '{}', id from staff limit 1`,
      [server.shopId],
    );
    await tx.query(
      `insert into faq_unknown_reports (shop_id, conversation_id, question, reported_by) select $1, $2, '秘密', id from staff limit 1`,
      [server.shopId, conversationId],
    );
    await tx.query(
      `insert into faq_unknown_closings (shop_id, key, outcome, closed_by) select $1, 'x', 'dismissed', id from staff limit 1`,
      [server.shopId],
    );
  });
  await agent.put(`/api/conversations/${conversationId}/draft`, { kind: 'reply', text: '秘密' });
  const note = await agent.reply(conversationId, '秘密', 'note');
  await agent.put(`/api/conversations/${conversationId}/notes/${note.body.seq}/pin`, undefined);
  await agent.post('/api/tickets', { kind: 'other', title: '秘密', conversationId });
  await inShop(database.pool, server.shopId, (tx) =>
    tx.query(`insert into breaches (shop_id, handoff_id, clock, started_at) values ($1, $2, 'first-reply', now())`, [
      server.shopId,
      handoffId,
    ]),
  );
  await inShop(database.pool, server.shopId, (tx) =>
    tx.query(
      `insert into sign_in_links (token_hash, shop_id, staff_id, expires_at) select 'hash', $1, id, now() from staff limit 1`,
      [server.shopId],
    ),
  );
}, 180_000);
afterAll(() => server?.close());

const countIn = async (shopId: string, table: string): Promise<number> => {
  const { rows } = await shopQuery<{ n: number }>(
    server.database.pool,
    shopId,
    `select count(*)::int as n from ${table}`,
  );
  return rows[0]!.n;
};

describe('row-level security', () => {
  it('is on and forced for every table that has a shop', async () => {
    const { rows } = await server.database.ownerPool().query<{ name: string; on: boolean; forced: boolean }>(
      `select relname as name, relrowsecurity as on, relforcerowsecurity as forced from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
           and relname not in ('schema_migrations', 'installation')`,
    );
    expect(rows.filter((r) => !r.on || !r.forced)).toEqual([]);
    expect(rows.map((r) => r.name)).toEqual(expect.arrayContaining(tables));
    expect(tables.length).toBeGreaterThanOrEqual(21);
  });

  it('the shop itself sees its rows, the other shop none of them, and without a shop there is nothing', async () => {
    const empty: string[] = [];
    for (const table of tables) {
      if ((await countIn(server.shopId, table)) === 0) empty.push(table);
      expect(await countIn(other, table), table).toBe(0);
      const { rows } = await server.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
      expect(rows[0]!.n, table).toBe(0);
    }
    expect(empty).toEqual([]); // a table without a row would prove nothing
    expect(await countIn(other, 'shops')).toBe(1);
    const none = await server.database.pool.query<{ n: number }>('select count(*)::int as n from shops');
    expect(none.rows[0]!.n).toBe(0);
  });

  it('the shop of one request does not stay on the connection for the next', async () => {
    for (let i = 0; i < 30; i++) {
      await countIn(server.shopId, 'messages');
      const { rows } = await server.database.pool.query<{ n: number; shop: string | null }>(
        `select count(*)::int as n, current_setting('app.shop_id', true) as shop from messages`,
      );
      expect(rows[0]!.n).toBe(0);
      expect(rows[0]!.shop || '').toBe('');
    }
  });

  it('rows cannot be written into, moved to or changed in the other shop', async () => {
    const { pool } = server.database;
    const refused = /row-level security/;
    await expect(
      inShop(pool, other, (tx) =>
        tx.query(`insert into staff (shop_id, login, name, role) values ($1, 'intruder', 'x', 'admin')`, [
          server.shopId,
        ]),
      ),
    ).rejects.toThrow(refused);
    await expect(
      inShop(pool, server.shopId, (tx) => tx.query('update conversations set shop_id = $1', [other])),
    ).rejects.toThrow(refused);
    const changed = await inShop(pool, other, async (tx) => [
      (await tx.query(`update messages set text = 'changed'`)).rowCount,
      (await tx.query(`update handoffs set state = 'resolved' where id = $1`, [handoffId])).rowCount,
      (await tx.query('delete from sessions')).rowCount,
    ]);
    expect(changed).toEqual([0, 0, 0]);
    await expect(pool.query(`insert into topics (shop_id, topic, seq) values ($1, 'x', 1)`, [other])).rejects.toThrow(
      refused,
    );
  });
});

describe('the roles', () => {
  it('the app’s is no superuser, cannot bypass the policies, and cannot become another', async () => {
    const { rows } = await server.database.pool.query<{ who: string; session: string; strong: boolean }>(
      `select current_user as who, session_user as session, (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as strong`,
    );
    expect(rows[0]).toMatchObject({ who: 'jiebang_app', strong: false });
    for (const role of ['jiebang_system', 'postgres']) {
      if (server.database.mode === 'embedded')
        await expect(server.database.pool.query(`set role ${role}`)).rejects.toThrow(/permission denied/);
    }
    await expect(server.database.pool.query('select * from installation')).rejects.toThrow(/permission denied/);
    await expect(server.database.pool.query('alter table messages disable row level security')).rejects.toThrow(
      /owner/,
    );
  });

  it('jiebang_system reads ids across shops and no words', async () => {
    const client = await server.database.ownerPool().connect();
    try {
      await client.query('set role jiebang_system');
      const ids = await client.query<{ shop: string }>('select shop_id::text as shop from handoffs');
      expect(ids.rows.map((r) => r.shop)).toContain(server.shopId);
      const wanted = [
        'select text from messages',
        'select payload from messages',
        'select count(*) from messages',
        'select summary from handoffs',
        'select packet from handoffs',
        'select memory from conversations',
        'select name from shoppers',
        'select platform_id from shoppers',
        'select reply from inbound_ids',
        'select receipt from turns',
        'select last_error from outbox',
        'select password_hash from staff',
        'select totp_secret from staff',
        'select after from audit_log',
        'select secrets from channel_accounts',
        'select name from staff',
        'select csrf from sessions',
        'select body from sample_orders',
        'select value from installation',
        'select payload from events',
        'select secret from hook_endpoints',
        'select url from hook_endpoints',
        'select body from hook_deliveries',
        'select task from commitments',
        'select evidence from commitments',
        'select text from handover_items',
        'select item from patrol_items',
        'select content from faq_releases',
        'select id from uploads',
        'select text from csat',
      ];
      for (const sql of wanted) await expect(client.query(sql), sql).rejects.toThrow(/permission denied/);
      await expect(client.query(`update handoffs set state = 'resolved'`)).rejects.toThrow(/permission denied/);
    } finally {
      client.release(true);
    }
  });

  it('every function that runs with its rights gives ids back, from a fixed search path, to the app alone', async () => {
    const { rows } = await server.database.ownerPool().query<{
      name: string;
      owner: string;
      result: string;
      path: string[] | null;
      all: boolean;
    }>(
      `select p.proname as name, r.rolname as owner, pg_get_function_result(p.oid) as result, p.proconfig as path,
         coalesce(p.proacl::text ~ '[{,]=X', p.proacl is null) as all
       from pg_proc p join pg_roles r on r.oid = p.proowner
       where p.prosecdef and p.pronamespace = 'public'::regnamespace`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const f of rows) {
      expect(f.owner, f.name).toBe('jiebang_system');
      expect(f.path, f.name).toEqual([expect.stringMatching(/^search_path=public/)]);
      expect(f.all, `${f.name} may be run by everybody`).toBe(false);
      expect(f.result, f.name).toMatch(/^(bigint|TABLE\((\w+ bigint|kind text)(, (\w+ bigint|kind text))*\))$/);
    }
    const due = [
      "due_work(10, 0, 0, 0, '{}')",
      'due_clocks(10, 0, 0, 0)',
      'due_hooks(10)',
      "due_assists(10, '{}')",
      'due_commitments(10, 0)',
    ];
    const found = await Promise.all(due.map((f) => server.database.pool.query(`select * from ${f}`)));
    for (const row of found.flatMap((f) => f.rows))
      expect(Object.keys(row).sort()).toEqual(['id', 'kind', 'late_ms', 'shop_id']);
  });
});

describe('over HTTP', () => {
  it('the other shop’s staff find neither conversation nor handoff', async () => {
    await saveStaff(server.database.pool, other, {
      login: 'stranger',
      name: '外人',
      role: 'admin',
      teams: [],
      password: PASSWORD,
    });
    const stranger = await signIn(server.base, 'stranger');
    const tries = await Promise.all([
      stranger.get(`/api/conversations/${conversationId}`),
      stranger.get(`/api/handoffs/${handoffId}`),
      stranger.post(`/api/handoffs/${handoffId}/claim`),
      stranger.post(`/api/conversations/${conversationId}/takeover`, { reason: '试试' }),
      stranger.reply(conversationId, '我是谁'),
      stranger.get(`/api/handoffs/${handoffId}/events`),
      stranger.get(`/api/conversations/${conversationId}/presence`),
      stranger.post(`/api/conversations/${conversationId}/presence`, { viewing: true, typing: true }),
      stranger.post(`/api/conversations/${conversationId}/suggestions/1/accept`, { clientMessageId: 'x', forSeq: 1 }),
      stranger.put(`/api/staff/${agentId}/presence`, { state: 'offline', force: true }),
      stranger.get(`/api/commitments/${commitmentId}`),
      stranger.post(`/api/commitments/${commitmentId}/done`),
      stranger.post(`/api/commitments/${commitmentId}/slip`, { newDueAt: '2099-01-01T00:00:00Z' }),
      stranger.post('/api/commitments', { text: '偷看', conversationId }),
    ]);
    expect(tries.map((t) => t.status)).toEqual(tries.map(() => 404));
    const lists = await Promise.all([
      stranger.get<{ items: unknown[] }>('/api/handoffs?state=with-agent'),
      stranger.get<{ items: unknown[] }>('/api/conversations?state=with-agent'),
      stranger.get<{ items: unknown[] }>(`/api/conversations/${conversationId}/receipts`),
      stranger.get<{ items: unknown[] }>('/api/commitments'),
      stranger.get<{ items: unknown[] }>('/api/handover'),
      stranger.get<{ messages: unknown[] }>(`/api/conversations/${conversationId}/messages`),
      stranger.get<{ items: unknown[] }>('/api/handoffs?for=me'),
      stranger.get<{ items: unknown[] }>('/api/suggestions/labels'),
      stranger.get<{ drafts: unknown[] }>(`/api/conversations/${conversationId}/suggestions`),
    ]);
    expect(lists.map((l) => JSON.stringify(l.body))).toEqual([
      '{"items":[],"next":null}',
      '{"items":[],"next":null}',
      '{"items":[],"next":null}',
      '{"items":[],"next":null}',
      '{"items":[],"next":null}',
      '{"messages":[]}',
      '{"items":[],"next":null}',
      '{"items":[],"next":null}',
      '{"forSeq":null,"answered":false,"failed":false,"drafts":[],"elsewhere":null}',
    ]);
  });
});
