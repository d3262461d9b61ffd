// The settings over HTTP: ways in, colleagues, teams and rules, channels, and the log that remembers who changed what. Long, because all of them share the one server whose start is the expensive part.

import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecrets, signedHeaders } from '../../src/channels/webhook/signing.ts';
import { inShop } from '../../src/db/transaction.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { type Listener, openListener } from '../hooks/listener.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let listener: Listener;
let admin: Awaited<ReturnType<typeof signIn>>;
let stranger: Awaited<ReturnType<typeof signIn>>;

beforeAll(async () => {
  listener = await openListener();
  server = await startServer({ env: { ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  await server.addStaff('boss', 'admin');
  admin = await signIn(server.base, 'boss');
  const made = await server.database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('other', '别家店', false)::text as id`);
  const other = { login: 'stranger', name: '外人', role: 'admin' as const, teams: [], password: PASSWORD };
  await saveStaff(server.database.pool, made.rows[0]!.id, other);
  stranger = await signIn(server.base, 'stranger');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await listener?.close();
});

const NEW = { name: '小新', role: 'agent', teams: [], skills: [], languages: ['zh'], capacity: 4 };
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

/** A sign-in step by step, as a browser goes through it. */
async function enter(path: string, body: unknown, cookie = '', csrf = '') {
  const response = await fetch(server.base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, 'x-csrf-token': csrf },
    body: JSON.stringify(body),
  });
  const next = response.headers.getSetCookie().map((c) => c.split(';')[0])[0] ?? cookie;
  const answer = (await response.json()) as { csrf: string; second: string; code?: string; user: { id: string } };
  return { status: response.status, cookie: next, ...answer };
}
const status = async (
  method: string,
  path: string,
  { cookie, csrf }: { cookie: string; csrf: string },
  body?: unknown,
) =>
  (
    await fetch(server.base + path, {
      method,
      headers: { cookie, 'x-csrf-token': csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  ).status;

async function enrol(login: string) {
  const one = await enter('/api/session', { login, password: PASSWORD });
  const key = await fetch(`${server.base}/api/me/totp`, {
    method: 'POST',
    headers: { cookie: one.cookie, 'x-csrf-token': one.csrf },
  });
  const { secret, uri } = (await key.json()) as { secret: string; uri: string };
  const code = codeOf(secret);
  const confirmed = await fetch(`${server.base}/api/me/totp`, {
    method: 'PUT',
    headers: { cookie: one.cookie, 'x-csrf-token': one.csrf, 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const { recoveryCodes } = (await confirmed.json()) as { recoveryCodes: string[] };
  return { one, secret, uri, code, recoveryCodes };
}

describe('the second factor', () => {
  it('lets nobody in with half a sign-in, takes each code once, and a recovery code once', async () => {
    await server.addStaff('careful');
    const { secret, uri, code, recoveryCodes, one } = await enrol('careful');
    expect(uri).toMatch(/^otpauth:\/\/totp\//);
    expect(new Set(recoveryCodes).size).toBe(10);
    // the token of before the second factor is worth nothing any more
    expect(await status('GET', '/api/handoffs?state=waiting', one)).toBe(401);

    const half = await enter('/api/session', { login: 'careful', password: PASSWORD });
    expect(half.second).toBe('code');
    expect(await status('GET', '/api/handoffs?state=waiting', half)).toBe(401);
    expect(await status('PUT', '/api/me/presence', half, { state: 'online' })).toBe(401);
    expect(await status('POST', '/api/me/totp', half)).toBe(401);
    // the code that confirmed it is spent, though it may be good for half a minute still
    const spent = await enter('/api/session/totp', { code }, half.cookie, half.csrf);
    expect(spent).toMatchObject({ status: 400, code: 'wrong_code' });
    const whole = await enter('/api/session/totp', { code: codeOf(secret, 1) }, half.cookie, half.csrf);
    expect(whole).toMatchObject({ status: 200, second: 'done' });
    expect(whole.cookie).not.toBe(half.cookie);
    expect(await status('GET', '/api/handoffs?state=waiting', whole)).toBe(200);
    expect(await status('GET', '/api/session', half)).toBe(401);

    const lost = await enter('/api/session', { login: 'careful', password: PASSWORD });
    const saved = recoveryCodes[3]!.toLowerCase().replaceAll('-', ' ');
    expect(await enter('/api/session/totp', { code: saved }, lost.cookie, lost.csrf)).toMatchObject({ second: 'done' });
    const again = await enter('/api/session', { login: 'careful', password: PASSWORD });
    expect(await enter('/api/session/totp', { code: saved }, again.cookie, again.csrf)).toMatchObject({ status: 400 });
  });

  it('stores neither the key nor a recovery code as it is', async () => {
    await server.addStaff('sealed');
    const { secret, recoveryCodes } = await enrol('sealed');
    const { rows } = await server.database
      .ownerPool()
      .query<{ all: string }>(`select row_to_json(s)::text as all from staff s where login = 'sealed'`);
    expect(rows[0]!.all).not.toContain(secret);
    for (const code of recoveryCodes) expect(rows[0]!.all).not.toContain(code.replaceAll('-', ''));
  });

  it('guessing is slowed down', async () => {
    await server.addStaff('guessed');
    const { secret } = await enrol('guessed');
    const half = await enter('/api/session', { login: 'guessed', password: PASSWORD });
    const tries = [];
    for (let n = 0; n < 11; n++)
      tries.push((await enter('/api/session/totp', { code: '000000' }, half.cookie, half.csrf)).status);
    expect(tries.at(-1)).toBe(429);
    expect((await enter('/api/session/totp', { code: codeOf(secret, 1) }, half.cookie, half.csrf)).status).toBe(429);
  });
});

describe('sessions', () => {
  it('are listed by device; the others end with one call, and with a new password', async () => {
    await server.addStaff('many');
    const here = await signIn(server.base, 'many');
    const there = await signIn(server.base, 'many');
    const { body } = await here.get<{ sessions: { id: string; isThis: boolean }[] }>('/api/me/security');
    expect(body.sessions.map((s) => s.isThis).sort()).toEqual([false, true]);
    expect((await here.delete<{ ended: number }>('/api/me/sessions')).body.ended).toBe(1);
    expect((await there.get('/api/session')).status).toBe(401);
    expect((await here.get('/api/session')).status).toBe(200);
    const third = await signIn(server.base, 'many');
    const next = 'Another-Long-Sentence-7';
    expect((await here.put('/api/me/password', { old: 'not it', next })).body).toMatchObject({ field: 'old' });
    expect((await here.put('/api/me/password', { old: PASSWORD, next: '1234567890' })).body).toMatchObject({
      field: 'next',
    });
    expect((await here.put('/api/me/password', { old: PASSWORD, next })).status).toBe(200);
    expect((await third.get('/api/session')).status).toBe(401);
    expect((await enter('/api/session', { login: 'many', password: next })).status).toBe(200);
  });

  it('end by themselves after half an hour without a sign of life', async () => {
    await server.addStaff('idle');
    const idle = await signIn(server.base, 'idle');
    const sql = <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
      inShop(server.database.pool, server.shopId, (tx) => tx.query<Row>(text, values));
    const age = (minutes: number) =>
      sql(
        `update sessions set seen_at = now() - $1 * interval '1 minute' where staff_id = (select id from staff where login = 'idle')`,
        [minutes],
      );
    await age(29);
    expect((await idle.get('/api/session')).status).toBe(200); // and that was a sign of life
    const { rows } = await sql<{ n: number }>(
      `select count(*)::int as n from sessions e join staff s on s.id = e.staff_id where s.login = 'idle' and e.seen_at > now() - interval '1 minute'`,
    );
    expect(rows[0]!.n).toBe(1);
    await age(31);
    expect((await idle.get('/api/session')).status).toBe(401);
  });
});

describe('colleagues', () => {
  it('a new one comes by a link that works once; who leaves is out at once and their work waits again', async () => {
    const added = await admin.post<{ person: { id: string }; link: { url: string } }>('/api/staff', {
      login: 'newcomer',
      ...NEW,
    });
    expect(added.status).toBe(200);
    expect((await admin.post('/api/staff', { login: 'newcomer', ...NEW })).body).toMatchObject({ field: 'login' });
    const token = new URL(added.body.link.url).searchParams.get('token');
    const came = await enter('/api/session/link', { token });
    expect(came.status).toBe(200);
    expect((await enter('/api/session/link', { token })).status).toBe(401);
    expect(await status('PUT', '/api/me/password', came, { old: '', next: PASSWORD })).toBe(200);

    const newcomer = await signIn(server.base, 'newcomer');
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    const row = await newcomer.waiting(shopper.conversationId);
    expect((await newcomer.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    const { id } = added.body.person;
    const stream = await fetch(`${server.base}/api/stream?topics=desk`, {
      headers: { cookie: newcomer.cookie, accept: 'text/event-stream' },
    });
    const left = await admin.post<{ released: number }>(`/api/staff/${id}/deactivate`);
    expect(left.body).toMatchObject({ released: 1 });
    expect(await stream.text()).toContain('hello'); // it has ended
    expect((await newcomer.get('/api/session')).status).toBe(401);
    expect((await enter('/api/session', { login: 'newcomer', password: PASSWORD })).status).toBe(401);
    expect(await admin.waiting(shopper.conversationId)).not.toBeNull();
    expect((await admin.post(`/api/staff/${id}/link`)).status).toBe(409);
    expect((await admin.post(`/api/staff/${id}/activate`)).status).toBe(200);
    expect((await enter('/api/session', { login: 'newcomer', password: PASSWORD })).status).toBe(200);
  });

  it('nobody locks the shop: not oneself, not the last admin', async () => {
    expect((await admin.post(`/api/staff/${admin.id}/deactivate`)).status).toBe(409);
    const people = await stranger.get<{ items: { id: string; name: string }[] }>('/api/staff/people');
    expect(people.body.items.map((p) => p.name)).toEqual(['外人']);
    const self = people.body.items[0]!.id;
    expect((await stranger.put(`/api/staff/${self}`, { ...NEW, role: 'agent' })).status).toBe(409);
  });

  it('are the admin’s alone, and another shop’s are not there', async () => {
    await server.addStaff('lead', 'supervisor');
    const lead = await signIn(server.base, 'lead');
    expect((await lead.get('/api/staff/people')).status).toBe(403);
    expect((await lead.post('/api/staff', { login: 'x-1', ...NEW })).status).toBe(403);
    const tries = await Promise.all([
      stranger.put(`/api/staff/${admin.id}`, NEW),
      stranger.post(`/api/staff/${admin.id}/link`),
      stranger.post(`/api/staff/${admin.id}/deactivate`),
      stranger.post(`/api/staff/${admin.id}/activate`),
      stranger.delete(`/api/staff/${admin.id}/totp`),
      stranger.delete('/api/teams/insale2'),
      stranger.delete('/api/me/sessions/1'),
    ]);
    expect(tries.map((t) => t.status)).toEqual(tries.map(() => 404));
  });
});

describe('teams and rules', () => {
  const CASE = {
    risk: 'none',
    reason: 'asked_for_human',
    stage: 'presale',
    order: 'none',
    intent: null,
    intentTeam: null,
    channel: 'web',
    language: 'zh',
    vip: false,
    senior: false,
    again: false,
  };

  it('a rule can be tried before it is saved, and takes effect at once when it is', async () => {
    const team = { label: '贵宾', mode: 'pull', offerSeconds: 30, overflow: null, hours: null };
    expect((await admin.put('/api/teams/vip', team)).status).toBe(200);
    const { body: now } = await admin.get<{ items: object[] }>('/api/rules');
    const first = { name: '都给贵宾组', when: { reason: ['asked_for_human'] }, team: 'vip', priority: 1, skills: [] };
    const rules = [first, ...now.items];
    expect((await admin.post('/api/rules/try', { case: CASE, rules })).body).toMatchObject({ team: 'vip' });
    expect((await admin.post('/api/rules/try', { case: CASE })).body).toMatchObject({ team: 'presale' });
    const early = await admin.put('/api/rules', { rules: [{ ...first, when: {} }, ...now.items] });
    expect(early.body).toMatchObject({ status: 400, row: 0 });
    expect((await admin.put('/api/rules', { rules })).status).toBe(200);
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    expect(await admin.waiting(shopper.conversationId)).toMatchObject({ team: 'vip' });
    expect((await admin.delete('/api/teams/vip')).status).toBe(409); // a rule names it
    expect((await admin.put('/api/rules', { rules: now.items })).status).toBe(200);
    expect((await admin.delete('/api/teams/vip')).status).toBe(409); // a case is open
    expect((await admin.delete('/api/teams/insale')).status).toBe(409); // intent files name it
  });
});

describe('channel accounts', () => {
  interface Account {
    id: string;
    isOn: boolean;
    previousUntil: string | null;
    webhookUrl: string;
  }
  const add = (name: string, settings: Record<string, string> = { deliverUrl: listener.url }) =>
    admin.post<{ account: Account; secret: string }>('/api/accounts', { kind: 'webhook', name, settings, secrets: {} });
  async function knock(name: string, secret: string, id: string): Promise<number> {
    const body = JSON.stringify({
      type: 'message.created',
      data: { id, user: { id: 'u1', name: '阿伟' }, text: '在吗' },
    });
    const response = await fetch(`${server.base}/channels/webhook/${name}/webhook`, {
      method: 'POST',
      headers: signedHeaders(readSecrets(secret, 'x'), id, body, new Date()),
      body,
    });
    return response.status;
  }

  it('is heard as soon as it is added, by its old secret for another day, and by none when it is off', async () => {
    expect(await knock('shop-a', 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz', 'm0')).toBe(404);
    const { body } = await add('shop-a');
    const { id } = body.account;
    expect(await knock('shop-a', body.secret, 'm1')).toBe(202);
    const next = await admin.post<{ account: Account; secret: string }>(`/api/accounts/${id}/rotate`, { secrets: {} });
    expect(next.body.account.previousUntil).not.toBeNull();
    expect(await knock('shop-a', body.secret, 'm2')).toBe(202);
    expect(await knock('shop-a', next.body.secret, 'm3')).toBe(202);
    const off = await admin.put<Account>(`/api/accounts/${id}`, { settings: {}, secrets: {}, isOff: true });
    expect(off.body.isOn).toBe(false);
    expect(await knock('shop-a', next.body.secret, 'm4')).toBe(404);
    await admin.put(`/api/accounts/${id}`, { settings: {}, secrets: {}, isOff: false });
    expect(await knock('shop-a', next.body.secret, 'm5')).toBe(202);
    expect((await add('shop-a')).body).toMatchObject({ field: 'name' });

    const seen = await Promise.all(['/api/accounts', '/api/audit?limit=200'].map((path) => admin.get(path)));
    const { rows } = await server.database
      .ownerPool()
      .query<{ all: string }>(`select json_agg(a)::text as all from channel_accounts a`);
    for (const secret of [body.secret, next.body.secret])
      expect(JSON.stringify(seen) + rows[0]!.all).not.toContain(secret.slice(6));
  });

  it('is asked for what its kind says, and all staff know what the kinds are called', async () => {
    interface Kind {
      kind: string;
      label: { zh: string };
      rotation: { makes: boolean; fields: string[]; overlaps: boolean } | null;
      fields: { name: string; isSecret: boolean; options: string[] | null; fallback: string }[];
    }
    const { kinds } = (await admin.get<{ kinds: Kind[] }>('/api/accounts')).body;
    const of = (kind: string) => kinds.find((one) => one.kind === kind)!;
    expect(of('web')).toBeUndefined(); // nothing to be set
    expect(of('webhook')).toMatchObject({ rotation: { makes: true, fields: [], overlaps: true } });
    // made here, of the environment, or of before a rotation: nothing an admin fills in
    expect(of('webhook').fields.map(({ name }) => name)).not.toContain('secret');
    expect(of('wechat-oa').rotation).toMatchObject({ makes: false, overlaps: true });
    expect(of('wechat-oa').rotation!.fields).toContain('aesKey');
    expect(of('wechat-oa').fields.find(({ name }) => name === 'mode')).toMatchObject({
      isSecret: false,
      options: ['plain', 'compat', 'secure'],
      fallback: 'secure',
    });
    const { channels } = (await admin.get<{ channels: Record<string, { zh: string }> }>('/api/session')).body;
    for (const { kind, label } of kinds) expect(channels[kind]).toEqual(label);
    expect(channels.web).toMatchObject({ zh: '网页' });
  });

  it('a key that an admin gives takes over while the old one holds', async () => {
    const [old, fresh] = ['abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', 'ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210abcdefg'];
    const made = await admin.post<{ account: Account }>('/api/accounts', {
      kind: 'wechat-oa',
      name: 'turning',
      settings: { appId: 'wx1', mode: 'secure', reply: 'passive' },
      secrets: { token: 't1', aesKey: old },
    });
    const { id } = made.body.account;
    const empty = await admin.post(`/api/accounts/${id}/rotate`, { secrets: {} });
    expect(empty.body).toMatchObject({ status: 400, field: 'aesKey' });
    const turned = await admin.post<{ account: Account; secret: null }>(`/api/accounts/${id}/rotate`, {
      secrets: { aesKey: fresh },
    });
    expect(turned.body.secret).toBeNull();
    expect(turned.body.account.previousUntil).not.toBeNull();
    // a token has no second place: nothing is said to hold any longer for it
    const token = await admin.post<{ account: Account }>(`/api/accounts/${id}/rotate`, { secrets: { token: 't2' } });
    expect(token.body.account.previousUntil).toBe(turned.body.account.previousUntil);
    await admin.put(`/api/accounts/${id}`, { settings: {}, secrets: {}, isOff: true });
  });

  it('is tried for real: the address gets a signed ping, and what is wrong is said', async () => {
    const { body } = await add('shop-b', { deliverUrl: listener.url });
    const test = await admin.post(`/api/accounts/${body.account.id}/test`);
    expect(test.body).toMatchObject({ ok: true });
    expect(listener.heard.at(-1)?.event.type).toBe('ping');
    const silent = await add('shop-c', {});
    expect(silent.body).toMatchObject({ status: 400, field: 'deliverUrl' });
    const cloud = await add('shop-d', { deliverUrl: 'http://169.254.169.254/latest' });
    expect(cloud.body).toMatchObject({ status: 400, field: 'deliverUrl' });
    const wechat = { kind: 'wechat-oa', name: 'oa', settings: { appId: 'wx1', mode: 'secure' } };
    expect(
      (await admin.post('/api/accounts', { ...wechat, secrets: { token: 't', aesKey: 'short' } })).body,
    ).toMatchObject({ status: 400, field: 'aesKey' });
    const strange = await Promise.all([
      stranger.put(`/api/accounts/${body.account.id}`, { settings: {}, secrets: {}, isOff: true }),
      stranger.post(`/api/accounts/${body.account.id}/rotate`, { secrets: {} }),
      stranger.post(`/api/accounts/${body.account.id}/test`),
    ]);
    expect(strange.map((one) => one.status)).toEqual([404, 404, 404]);
  });
});

describe('endpoints', () => {
  it('are tried with a signed ping, and every change of them is in the log without the path of the address', async () => {
    const made = await admin.post<{ id: string }>('/api/hooks', { url: `${listener.url}secret-path` });
    const before = listener.heard.length;
    expect((await admin.post(`/api/hooks/${made.body.id}/test`)).body).toMatchObject({ ok: true });
    expect(listener.heard.length).toBe(before + 1);
    expect((await stranger.post(`/api/hooks/${made.body.id}/test`)).status).toBe(404);
    await admin.post(`/api/hooks/${made.body.id}/rotate-secret`);
    await admin.patch(`/api/hooks/${made.body.id}`, { state: 'paused' });
    await admin.delete(`/api/hooks/${made.body.id}`);
    const { body } = await admin.get<{ items: { action: string; by: { name: string } }[] }>('/api/audit?area=hook');
    expect(body.items.map((row) => row.action)).toEqual(['hook.remove', 'hook.change', 'hook.rotate', 'hook.add']);
    expect(JSON.stringify(body)).not.toContain('secret-path');
    expect(body.items.every((row) => row.by.name === 'boss')).toBe(true);
  });
});

describe('what may be said', () => {
  it('one number is a new revision of the policy, at once; a number no threshold reaches is refused', async () => {
    const before = await admin.get<{ version: string; curve: { wrong: number }[] }>('/api/policy');
    expect(before.body.curve.length).toBeGreaterThan(5);
    const after = await admin.put<{ version: string; answerMin: number }>('/api/policy', { wrongAtMost: 0.1 });
    expect(after.body).toMatchObject({ wrongAtMost: 0.1, chosenBy: { by: 'boss' } });
    expect(after.body.version).not.toBe(before.body.version);
    const current = await admin.get<{ policy: { answerMin: number } }>('/api/releases/current');
    expect(current.body.policy.answerMin).toBe(after.body.answerMin);
    if (Math.min(...before.body.curve.map((p) => p.wrong)) > 0.001)
      expect((await admin.put('/api/policy', { wrongAtMost: 0.001 })).body).toMatchObject({ field: 'wrongAtMost' });
  });

  it('the shop’s own word holds a reply back, however it is written', async () => {
    const word = { word: '全网最惨', why: '不要卖惨' };
    const added = await admin.post<{ id: string }>('/api/words', word);
    expect((await admin.post('/api/words', word)).body).toMatchObject({ field: 'word' });
    await server.addStaff('talker');
    const talker = await signIn(server.base, 'talker');
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    const row = await talker.waiting(shopper.conversationId);
    await talker.post(`/api/handoffs/${row!.id}/claim`);
    const refused = await talker.reply(shopper.conversationId, '我们是全网 最惨 的');
    expect(refused).toMatchObject({ status: 400 });
    expect(JSON.stringify(refused.body)).toContain('不要卖惨');
    expect((await stranger.delete(`/api/words/${added.body.id}`)).status).toBe(404);
    expect((await talker.delete(`/api/words/${added.body.id}`)).status).toBe(403);
    expect((await admin.delete(`/api/words/${added.body.id}`)).status).toBe(200);
    expect((await talker.reply(shopper.conversationId, '我们是全网 最惨 的')).status).toBe(201);
  });

  it('admins without a second factor set it up before anything else, once the shop asks for it', async () => {
    expect((await admin.put('/api/shop-settings', { totpForAdmins: true })).status).toBe(409);
    await server.addStaff('owner', 'admin');
    const { secret } = await enrol('owner');
    const half = await enter('/api/session', { login: 'owner', password: PASSWORD });
    const whole = await enter('/api/session/totp', { code: codeOf(secret, 1) }, half.cookie, half.csrf);
    expect(await status('PUT', '/api/shop-settings', whole, { totpForAdmins: true })).toBe(200);
    await server.addStaff('late', 'admin');
    const late = await enter('/api/session', { login: 'late', password: PASSWORD });
    expect(late.second).toBe('enrol');
    expect(await status('GET', '/api/audit', late)).toBe(401);
    expect(await status('POST', '/api/me/totp', late)).toBe(200);
    expect(await status('PUT', '/api/shop-settings', whole, { totpForAdmins: false })).toBe(200);
  });
});

describe('the log', () => {
  it('knows who changed what, says no secret, and cannot be altered', async () => {
    const { body } = await admin.get<{ items: { action: string; by: { name: string } | null; subject: string }[] }>(
      '/api/audit?limit=200',
    );
    const actions = new Set(body.items.map((row) => row.action));
    for (const action of ['staff.add', 'staff.deactivate', 'team.save', 'rules.save', 'totp.enable', 'password.change'])
      expect(actions, action).toContain(action);
    const moved = body.items.find((row) => row.action === 'staff.deactivate');
    expect(moved).toMatchObject({ by: { name: 'boss' }, subject: '小新' });
    expect(JSON.stringify(body)).not.toContain(PASSWORD);
    const only = await admin.get<{ items: { action: string }[] }>('/api/audit?area=rules');
    expect(new Set(only.body.items.map((row) => row.action))).toEqual(new Set(['rules.save']));
    expect((await admin.get('/api/audit/check')).body).toEqual({ whole: true, brokenAt: null });

    const { pool } = server.database;
    const { inShop } = await import('../../src/db/transaction.ts');
    for (const sql of [`update audit_log set subject = 'x'`, 'delete from audit_log'])
      await expect(inShop(pool, server.shopId, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
    // even the owner of the tables leaves a trace
    const owner = server.database.ownerPool();
    await owner.query(`alter table audit_log no force row level security`);
    await owner.query(`update audit_log set subject = '没人' where shop_id = $1 and seq = 3`, [server.shopId]);
    await owner.query(`alter table audit_log force row level security`);
    expect((await admin.get('/api/audit/check')).body).toEqual({ whole: false, brokenAt: 3 });
  });

  it('as a file opens in a spreadsheet without running anything', async () => {
    await admin.put(`/api/staff/${admin.id}`, { ...NEW, name: '=HYPERLINK("http://x")', role: 'admin' });
    const { body } = await admin.get<{ text: string; rows: number }>('/api/audit/export?area=staff');
    expect(body.text).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(body.text.startsWith('\ufeff')).toBe(true);
    expect(body.rows).toBeGreaterThan(3);
  });
});
