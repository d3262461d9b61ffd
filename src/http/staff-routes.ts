// Signing in and out, one-time links, presence.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { sessionRoutes } from '../contract/routes/session.ts';
import { saveAwayWords } from '../desk/away.ts';
import { changePresence, orderPresence } from '../desk/presence.ts';
import { AppError } from '../errors.ts';
import { PRESENCES, readShopName } from '../staff/accounts.ts';
import { completeSession, endSession, type Session, signIn, signInAs, signInByLink } from '../staff/sessions.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import {
  COOKIE,
  createSignInLimit,
  deviceOf,
  isLocal,
  requireSession,
  requireStaff,
  setSessionCookie,
} from './sessions.ts';

const toSignedIn = async (ctx: HttpContext, { staff, csrf, second }: Session) => ({
  shopName: await readShopName(ctx.pool, staff.shopId),
  user: { id: staff.id, login: staff.login, name: staff.name, role: staff.role, teams: staff.teams },
  csrf,
  second,
  channels: Object.fromEntries(ctx.accounts.kinds.map(({ kind, label }) => [kind, label])),
});

/** The sample staff of the demo, by role. */
export const DEMO_LOGINS: Record<string, string> = {
  agent: 'demo-agent',
  supervisor: 'demo-supervisor',
  editor: 'demo-editor',
  admin: 'demo-admin',
};

export const staffRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const limit = createSignInLimit();

  const on = mount(app, sessionRoutes);

  on('POST /api/session', async ({ body: { login, password } }, request, reply) => {
    const keys = [`login:${login}`, `ip:${request.ip}`];
    limit.check([keys[0]!]);
    try {
      const session = await signIn(ctx.pool, login, password, deviceOf(request));
      setSessionCookie(reply, session.token, ctx.secureCookies);
      return toSignedIn(ctx, session);
    } catch (error) {
      if (error instanceof AppError && error.code === 'invalid_credentials') limit.failed(keys);
      throw error;
    }
  });

  on('POST /api/session/link', async ({ body }, request, reply) => {
    const session = await signInByLink(ctx.pool, body.token, deviceOf(request));
    setSessionCookie(reply, session.token, ctx.secureCookies);
    return toSignedIn(ctx, session);
  });

  on('POST /api/session/demo', async ({ body }, request, reply) => {
    const login = DEMO_LOGINS[body.role];
    // only for somebody sitting at this machine: a page of another site cannot send JSON here without CORS, which is off
    if (!ctx.demo || !isLocal(request) || !login) throw new AppError('not_found');
    const session = await signInAs(ctx.pool, ctx.defaultShop.id, login, deviceOf(request));
    if (session === null) throw new AppError('not_found');
    setSessionCookie(reply, session.token, ctx.secureCookies);
    return toSignedIn(ctx, session);
  });

  on('POST /api/session/totp', async ({ body }, request, reply) => {
    const session = await requireSession(ctx.pool, request);
    if (session.second !== 'code') throw new AppError('wrong_state', '这次登录不需要验证码');
    const keys = [`totp:${session.staff.id}`];
    limit.check(keys);
    try {
      await ctx.secondFactor.check(session.staff, body.code);
    } catch (error) {
      if (error instanceof AppError && error.code === 'wrong_code') limit.failed(keys);
      throw error;
    }
    // another token than the one that stood for half a sign-in
    const whole = await completeSession(ctx.pool, session);
    setSessionCookie(reply, whole.token, ctx.secureCookies);
    return toSignedIn(ctx, whole);
  });

  on('GET /api/session', async (_input, request) => toSignedIn(ctx, await requireSession(ctx.pool, request)));

  on('DELETE /api/session', async (_input, request, reply) => {
    const session = await requireSession(ctx.pool, request);
    await endSession(ctx.pool, session);
    void reply.clearCookie(COOKIE, { path: '/' });
    return { ok: true };
  });

  const State = Type.Union(PRESENCES.map((p) => Type.Literal(p)));

  app.put(
    '/api/me/presence',
    {
      schema: {
        summary: 'Presence, and its heartbeat; 409 with the list of open work when going offline with some',
        body: Type.Object({ state: State }),
        response: { 200: Type.Object({ state: Type.String() }) },
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const { state } = request.body;
      const { changed } = await changePresence(ctx.desk, staff, state);
      ctx.onPresence(staff, state, changed);
      return { state };
    },
  );

  app.put(
    '/api/me/away-words',
    {
      schema: {
        summary: 'What shoppers hear once while one is away; null for the usual sentence',
        body: Type.Object({ words: Type.Union([Type.String({ minLength: 1, maxLength: 300 }), Type.Null()]) }),
        response: { 200: Type.Object({ words: Type.Union([Type.String(), Type.Null()]) }) },
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const { words } = request.body;
      await saveAwayWords(ctx.desk, staff, words);
      return { words };
    },
  );

  app.put(
    '/api/staff/:id/presence',
    {
      schema: {
        summary: 'A colleague’s presence; `force` gives back what they have before they go offline',
        params: Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) }),
        body: Type.Object({ state: State, force: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
        response: { 200: Type.Object({ state: Type.String(), released: Type.Array(Type.String()) }) },
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['supervisor', 'admin']);
      const { state, force = false } = request.body;
      const { id } = request.params;
      const { changed, released } = await orderPresence(ctx.desk, staff, id, { state, force });
      ctx.onPresence({ id, shopId: staff.shopId }, state, changed);
      return { state, released };
    },
  );
  done();
};
