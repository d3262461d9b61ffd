// Colleagues as an admin keeps them, and one's own ways in: devices, password, second factor.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { meRoutes } from '../contract/routes/me.ts';
import { peopleRoutes } from '../contract/routes/people.ts';
import { inShop } from '../db/transaction.ts';
import { orderPresence } from '../desk/presence.ts';
import { AppError } from '../errors.ts';
import { readTeams } from '../handoff/teams.ts';
import {
  addPerson,
  changePassword,
  changePerson,
  listPeople,
  type Person,
  resetAccess,
  setActive,
} from '../staff/people.ts';
import {
  completeSession,
  createLink,
  endAllSessions,
  endOtherSessions,
  LINK_HOURS,
  listDevices,
} from '../staff/sessions.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { createSignInLimit, requireSession, requireStaff, setSessionCookie } from './sessions.ts';

const ADMIN = ['admin'] as const;

const toView = ({ lastSeenAt, ...person }: Person) => ({
  ...person,
  lastSeenAt: lastSeenAt === null || lastSeenAt === undefined ? null : lastSeenAt.toISOString(),
});

async function checkTeams(ctx: HttpContext, shopId: string, teams: readonly string[]): Promise<void> {
  const known = new Set((await readTeams(ctx.pool, shopId)).map((t) => t.name));
  const strange = teams.find((t) => !known.has(t));
  if (strange !== undefined)
    throw new AppError('invalid_request', `没有团队“${strange}”，请先建团队`, { field: 'teams' });
}

export const peopleAndMeRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const people = mount(app, peopleRoutes);
  const newLink = async (of: { id: string; shopId: string }) => ({
    url: `${ctx.publicUrl}/sign-in?token=${await createLink(ctx.pool, of)}`,
    hours: LINK_HOURS,
  });

  people('GET /api/staff/people', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    return { items: (await listPeople(ctx.pool, staff.shopId)).map(toView) };
  });

  people('POST /api/staff', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    await checkTeams(ctx, staff.shopId, body.teams);
    const person = await addPerson(ctx.pool, staff, body);
    return { person: toView({ ...person, lastSeenAt: null }), link: await newLink({ ...staff, id: person.id }) };
  });

  people('PUT /api/staff/:id', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    await checkTeams(ctx, staff.shopId, body.teams);
    const person = await changePerson(ctx.pool, staff, params.id, body);
    ctx.onTeams(staff.shopId);
    return toView({ ...person, lastSeenAt: null });
  });

  people('POST /api/staff/:id/link', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    await resetAccess(ctx.pool, staff, params.id);
    ctx.live.touch(`staff:${params.id}`);
    return newLink({ ...staff, id: params.id });
  });

  people('POST /api/staff/:id/deactivate', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const person = await setActive(ctx.pool, staff, params.id, false);
    ctx.live.touch(`staff:${params.id}`);
    // nobody signs in as them any more; what they had in hand waits again, with its age
    const order = { state: 'offline', force: true } as const;
    const { changed, released } = await orderPresence(ctx.desk, staff, params.id, order);
    ctx.onPresence({ id: params.id, shopId: staff.shopId }, 'offline', changed);
    return { person: toView({ ...person, lastSeenAt: null }), released: released.length };
  });

  people('POST /api/staff/:id/activate', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    return toView({ ...(await setActive(ctx.pool, staff, params.id, true)), lastSeenAt: null });
  });

  people('DELETE /api/staff/:id/totp', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const person = (await listPeople(ctx.pool, staff.shopId)).find((p) => p.id === params.id);
    if (!person) throw new AppError('not_found', '没有这位同事');
    if (person.id === staff.id) throw new AppError('wrong_state', '自己的两步验证请在“登录与安全”里用验证码关闭');
    const removed = await ctx.secondFactor.remove({ ...person, shopId: staff.shopId }, staff.id);
    if (!removed) throw new AppError('wrong_state', '这位同事没有开启两步验证');
    await inShop(ctx.pool, staff.shopId, (tx) => endAllSessions(tx, person.id));
    ctx.live.touch(`staff:${params.id}`);
    return { ok: true };
  });

  me(app, ctx);
  done();
};

function me(app: Parameters<typeof peopleAndMeRoutes>[0], ctx: HttpContext): void {
  const on = mount(app, meRoutes);
  const limit = createSignInLimit();
  /** Whoever sits at an open page must not try codes or passwords without end. */
  async function guarded<T>(key: string, work: () => Promise<T>): Promise<T> {
    limit.check([key]);
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.status < 500) limit.failed([key]);
      throw error;
    }
  }

  on('GET /api/me/security', async (_input, request) => {
    const session = await requireStaff(ctx.pool, request);
    const { staff } = session;
    const [devices, factors] = await Promise.all([listDevices(ctx.pool, staff), ctx.secondFactor.read(staff)]);
    return {
      ...factors,
      sessions: devices.map(({ id, device, createdAt, seenAt }) => ({
        id,
        device,
        createdAt: createdAt.toISOString(),
        seenAt: seenAt.toISOString(),
        isThis: id === session.id,
      })),
    };
  });

  on('DELETE /api/me/sessions', async (_input, request) => {
    const session = await requireStaff(ctx.pool, request);
    const ended = await endOtherSessions(ctx.pool, session, null);
    ctx.live.touch(`staff:${session.staff.id}`);
    return { ended };
  });

  on('DELETE /api/me/sessions/:id', async ({ params }, request) => {
    const session = await requireStaff(ctx.pool, request);
    const ended = await endOtherSessions(ctx.pool, session, params.id);
    if (ended === 0) throw new AppError('not_found', '没有这个登录，或它就是现在这个');
    ctx.live.touch(`staff:${session.staff.id}`);
    return { ended };
  });

  on('PUT /api/me/password', async ({ body }, request) => {
    const session = await requireStaff(ctx.pool, request);
    await guarded(`password:${session.staff.id}`, () => changePassword(ctx.pool, session, body));
    ctx.live.touch(`staff:${session.staff.id}`);
    return { ok: true };
  });

  on('POST /api/me/totp', async (_input, request) => {
    const { staff, second } = await requireSession(ctx.pool, request);
    if (second === 'code') throw new AppError('second_factor');
    if ((await ctx.secondFactor.read(staff)).hasSecondFactor)
      throw new AppError('wrong_state', '两步验证已经开启，请先关闭再重新设置');
    return ctx.secondFactor.begin(staff);
  });

  on('PUT /api/me/totp', async ({ body }, request, reply) => {
    const session = await requireSession(ctx.pool, request);
    const { staff, second } = session;
    if (second === 'code') throw new AppError('second_factor');
    const recoveryCodes = await guarded(`totp:${staff.id}`, () => ctx.secondFactor.confirm(staff, body.code));
    const whole = await completeSession(ctx.pool, session);
    setSessionCookie(reply, whole.token, ctx.secureCookies);
    return { recoveryCodes, csrf: whole.csrf };
  });

  on('POST /api/me/totp/remove', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    await guarded(`totp:${staff.id}`, () => ctx.secondFactor.check(staff, body.code));
    await ctx.secondFactor.remove(staff, staff.id);
    return { ok: true };
  });
}
