// Outgoing events through the running product: an admin names an address, the shop's own system hears what happens on the desk.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { isSignedBy, type Listener, openListener } from '../hooks/listener.ts';
import { openReceiver, type Receiver } from '../providers/robot-receivers.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let listener: Listener;
let robot: Receiver;
let admin: Awaited<ReturnType<typeof signIn>>;
let agent: Awaited<ReturnType<typeof signIn>>;

interface HookView {
  id: string;
  secret: string;
  state: string;
  reason: string | null;
  waiting: number;
  dead: number;
  sequence: number;
  detail?: string;
}
type Page = { items: { id: string; sequence: number; state: string }[]; next: string | null };

beforeAll(async () => {
  listener = await openListener();
  robot = await openReceiver('dingtalk', 'SEC-of-the-robot');
  server = await startServer({
    env: {
      ALLOW_PRIVATE_HOSTS: '127.0.0.1',
      ROBOT_DINGTALK_URL: robot.url,
      ROBOT_DINGTALK_SECRET: 'SEC-of-the-robot',
    },
  });
  await server.addStaff('agent-h');
  await server.addStaff('admin-h', 'admin');
  admin = await signIn(server.base, 'admin-h');
  agent = await signIn(server.base, 'agent-h');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await Promise.all([listener?.close(), robot?.close()]);
});

async function until(holds: () => boolean | Promise<boolean>, ms = 12_000): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}
async function create(body: Record<string, unknown> = {}): Promise<HookView> {
  const made = await admin.post<HookView>('/api/hooks', { url: listener.url, ...body });
  expect(made.status).toBe(201);
  return made.body;
}
const remove = (id: string) =>
  fetch(`${server.base}/api/hooks/${id}`, { method: 'DELETE', headers: { cookie: admin.cookie, 'x-csrf-token': '' } });
const read = async (id: string): Promise<HookView> =>
  (await admin.get<{ items: HookView[] }>('/api/hooks')).body.items.find((hook) => hook.id === id)!;

describe('a shop’s own system', () => {
  it('hears how a handoff goes: requested, accepted, resolved, in order, signed, within a moment', async () => {
    const { id, secret } = await create();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    const row = await agent.waiting(shopper.conversationId);
    expect(await until(() => listener.heard.length === 1)).toBe(true);
    await agent.post(`/api/handoffs/${row!.id}/claim`);
    await agent.post(`/api/handoffs/${row!.id}/resolve`, { disposition: 'resolved' });
    expect(await until(() => listener.heard.length === 3)).toBe(true);
    const about = { handoff_id: row!.id, conversation_id: shopper.conversationId, reason: 'asked_for_human' };
    expect(listener.heard.map(({ event }) => event)).toEqual([
      expect.objectContaining({ type: 'handoff.requested', data: expect.objectContaining(about) }),
      expect.objectContaining({
        type: 'handoff.accepted',
        data: expect.objectContaining({ ...about, agent_id: agent.id }),
      }),
      expect.objectContaining({
        type: 'handoff.resolved',
        data: expect.objectContaining({ ...about, disposition: 'resolved' }),
      }),
    ]);
    for (const heard of listener.heard) expect(await isSignedBy(secret, heard)).toBe(true);
    expect(JSON.stringify(await read(id))).not.toContain('whsec_');
  });

  it('hears what nobody gave a hint of: the reconciler finds it in the rows', async () => {
    const before = listener.heard.length;
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`select append_event($1, 'desk', 'commitment.due', '{"commitmentId":"1"}')`, [server.shopId]),
    );
    expect(await until(() => listener.heard.length > before)).toBe(true);
    expect(listener.heard.at(-1)!.event).toMatchObject({ type: 'commitment.due', data: { commitment_id: '1' } });
  });

  it('hears again what it asks for', async () => {
    const { items } = (await admin.get<{ items: HookView[] }>('/api/hooks')).body;
    const before = listener.heard.map(({ id }) => id);
    const from = listener.heard[0]!.event.sequence;
    const asked = await admin.post(`/api/hooks/${items[0]!.id}/replay`, { fromSequence: from });
    expect(asked.status).toBe(202);
    expect(await until(() => listener.heard.length === 2 * before.length)).toBe(true);
    expect(listener.heard.slice(before.length).map(({ id }) => id)).toEqual(before);
  });

  it('that goes away for good is left alone; the staff’s group hears of it, and the admin starts it again', async () => {
    const { items } = (await admin.get<{ items: HookView[] }>('/api/hooks')).body;
    const { id } = items[0]!;
    listener.answer = () => ({ status: 410 });
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    expect(await until(async () => (await read(id)).state === 'disabled')).toBe(true);
    // the group may have heard of the morning's patrol before
    const about = () => robot.taken.map((one) => JSON.stringify(one)).filter((one) => one.includes('事件推送已停用'));
    expect(await until(() => about().length === 1)).toBe(true);
    const [said] = about();
    expect(said).toContain(new URL(listener.url).host);
    expect(said).not.toContain('canary');
    listener.answer = () => ({ status: 204 });
    const before = listener.heard.length;
    await patch(id, { state: 'active' });
    expect(await until(() => listener.heard.length > before)).toBe(true);
    expect(listener.heard.at(-1)!.id).toBe(listener.heard[before - 1]!.id);
  });

  it('has its dead letters listed, and told again one by one', async () => {
    const { items } = (await admin.get<{ items: HookView[] }>('/api/hooks')).body;
    const { id } = items[0]!;
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update hook_deliveries set state = 'dead' where endpoint_id = $1 and state = 'delivered'`, [id]),
    );
    const { body: first } = await admin.get<Page>(`/api/hooks/${id}/deliveries?state=dead&limit=2`);
    expect(first.items).toHaveLength(2);
    const { body: second } = await admin.get<Page>(
      `/api/hooks/${id}/deliveries?state=dead&limit=2&cursor=${first.next}`,
    );
    expect(second.items[0]!.sequence).toBeLessThan(first.items[1]!.sequence);
    const letter = first.items[0]!;
    const before = listener.heard.length;
    expect((await admin.post(`/api/hooks/${id}/deliveries/${letter.id}/replay`)).status).toBe(202);
    expect(await until(() => listener.heard.length > before)).toBe(true);
    expect(listener.heard.at(-1)!.event.sequence).toBe(letter.sequence);
    expect((await admin.post(`/api/hooks/${id}/deliveries/${letter.id}/replay`)).status).toBe(404);
  });
});

async function patch(id: string, body: unknown): Promise<{ status: number; body: HookView }> {
  return admin.patch<HookView>(`/api/hooks/${id}`, body);
}

describe('who may', () => {
  it('is the admin alone, of this shop', async () => {
    const { id } = await create({ kinds: ['csat.received'], description: '订单系统' });
    const other = await server.database
      .ownerPool()
      .query<{ id: string }>(`select ensure_shop('other-hooks', '别家店', false)::text as id`);
    await saveStaff(server.database.pool, other.rows[0]!.id, {
      login: 'stranger-h',
      name: '外人',
      role: 'admin',
      teams: [],
      password: PASSWORD,
    });
    const stranger = await signIn(server.base, 'stranger-h');
    await server.addStaff('supervisor-h', 'supervisor');
    const supervisor = await signIn(server.base, 'supervisor-h');
    const tries = (who: typeof admin) =>
      Promise.all([
        who.patch(`/api/hooks/${id}`, { state: 'paused' }),
        who.delete(`/api/hooks/${id}`),
        who.post(`/api/hooks/${id}/rotate-secret`),
        who.post(`/api/hooks/${id}/replay`, { fromSequence: 1 }),
        who.post(`/api/hooks/${id}/deliveries/1/replay`),
      ]);
    for (const who of [agent, supervisor]) {
      const answers = [
        ...(await tries(who)),
        await who.get('/api/hooks'),
        await who.get('/api/hooks/kinds'),
        await who.get(`/api/hooks/${id}/deliveries`),
        await who.post('/api/hooks', { url: listener.url }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    }
    expect((await tries(stranger)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await stranger.get<{ items: unknown[] }>('/api/hooks')).body.items).toEqual([]);
    expect((await stranger.get<Page>(`/api/hooks/${id}/deliveries?state=delivered`)).body.items).toEqual([]);
    expect((await fetch(`${server.base}/api/hooks`)).status).toBe(401);
    expect((await remove(id)).status).toBe(403); // without the CSRF token
    expect(await read(id)).toMatchObject({ state: 'active', description: '订单系统', kinds: ['csat.received'] });
    expect((await admin.delete(`/api/hooks/${id}`)).status).toBe(204);
    expect((await admin.delete(`/api/hooks/${id}`)).status).toBe(404);
  });
});

describe('what is refused', () => {
  it.each([
    ['an address in the network', { url: 'http://10.0.0.1/hook' }, /内网/],
    ['a metadata service', { url: 'http://169.254.169.254/latest/meta-data' }, /元数据/],
    ['this machine in IPv6', { url: 'https://[::1]/' }, /内网/],
    ['this machine as a number', { url: 'http://[::ffff:127.0.0.2]/' }, /内网/],
    ['an address without TLS', { url: 'http://1.1.1.1/hook' }, /https/],
    ['no address', { url: 'shop.example/hook' }, /网址/],
    ['a password in the address', { url: 'https://u:p@1.1.1.1/' }, /密码/],
    ['a kind that there is not', { url: 'https://1.1.1.1/', kinds: ['order.paid'] }, /kinds/],
  ])('%s, with a reason', async (_what, body, reason) => {
    const answer = await admin.post<HookView>('/api/hooks', body);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail: expect.stringMatching(reason) },
    });
  });

  it('changing to such an address as well, or to nothing at all', async () => {
    const { id } = await create();
    for (const body of [{ url: 'http://192.168.0.1/' }, {}, { secret: 'whsec_mine' }, { state: 'disabled' }])
      expect((await patch(id, body)).status, JSON.stringify(body)).toBe(400);
    expect((await patch('999999', { state: 'active' })).status).toBe(404);
  });
});
