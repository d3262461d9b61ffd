// Settings of the baton: teams, routing rules, and what an agent may carry.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { AppError } from '../errors.ts';
import { Hours } from '../handoff/hours.ts';
import { RouteRule } from '../handoff/routing.ts';
import { markVip } from '../handoff/store.ts';
import { readRules, readTeams, saveRules, saveTeam } from '../handoff/teams.ts';
import { listStaff, saveSkills } from '../staff/accounts.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,39}$' });
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 20 });

export const teamRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.get('/api/teams', { schema: { summary: 'Teams with their mode, overflow and hours' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await readTeams(ctx.pool, staff.shopId), next: null };
  });

  app.put(
    '/api/teams/:name',
    {
      schema: {
        summary: 'Add or change a team',
        params: Type.Object({ name: Name }),
        body: Type.Object(
          {
            label: Type.String({ minLength: 1, maxLength: 40 }),
            mode: Type.Union([Type.Literal('pull'), Type.Literal('offer')]),
            offerSeconds: Type.Integer({ minimum: 5, maximum: 600 }),
            overflow: Type.Union([Name, Type.Null()]),
            hours: Type.Union([Hours, Type.Null()]),
          },
          { additionalProperties: false },
        ),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['admin', 'supervisor']);
      const team = { name: request.params.name, ...request.body };
      const known = (await readTeams(ctx.pool, staff.shopId)).map((t) => t.name);
      if (team.overflow !== null && (team.overflow === team.name || !known.includes(team.overflow)))
        throw new AppError('invalid_request', `溢出团队「${team.overflow}」不存在，或者就是它自己；请选另一个团队`);
      await saveTeam(ctx.pool, staff.shopId, team);
      ctx.onTeams(staff.shopId);
      return team;
    },
  );

  app.get('/api/rules', { schema: { summary: 'Routing rules, first match wins' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await readRules(ctx.pool, staff.shopId), next: null };
  });

  app.put(
    '/api/rules',
    {
      schema: {
        summary: 'Replace all routing rules',
        body: Type.Object({ rules: Type.Array(RouteRule, { minItems: 1, maxItems: 200 }) }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['admin', 'supervisor']);
      const { rules } = request.body;
      const known = new Set((await readTeams(ctx.pool, staff.shopId)).map((t) => t.name));
      const strange = rules.find((r) => r.team !== 'intent' && !known.has(r.team));
      if (strange)
        throw new AppError('invalid_request', `规则「${strange.name}」指向不存在的团队「${strange.team}」；请先建团队`);
      if (Object.keys(rules.at(-1)!.when).length > 0)
        throw new AppError(
          'invalid_request',
          `最后一条规则「${rules.at(-1)!.name}」必须没有条件，好让每个会话都有去处`,
        );
      await saveRules(ctx.pool, staff.shopId, rules);
      return { items: rules, next: null };
    },
  );

  app.get('/api/staff', { schema: { summary: 'Colleagues with presence, load and skills' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await listStaff(ctx.pool, staff.shopId), next: null };
  });

  app.put(
    '/api/staff/:id/skills',
    {
      schema: {
        summary: 'What an agent can do and how much at once',
        params: Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) }),
        body: Type.Object(
          {
            teams: Type.Array(Name, { maxItems: 20 }),
            skills: Tags,
            languages: Tags,
            capacity: Type.Integer({ minimum: 0, maximum: 100 }),
            channelCapacity: Type.Record(Type.String({ maxLength: 40 }), Type.Integer({ minimum: 0, maximum: 100 })),
          },
          { additionalProperties: false },
        ),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['admin', 'supervisor']);
      if (!(await saveSkills(ctx.pool, staff.shopId, request.params.id, request.body)))
        throw new AppError('not_found', '没有这位同事');
      ctx.onTeams(staff.shopId);
      return { id: request.params.id, ...request.body };
    },
  );

  app.put(
    '/api/shoppers/:id/vip',
    {
      schema: {
        summary: 'Mark a shopper as VIP, or no longer; routing rules may ask for it',
        params: Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) }),
        body: Type.Object({ vip: Type.Boolean() }, { additionalProperties: false }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['agent', 'supervisor', 'admin']);
      if (!(await markVip(ctx.pool, staff.shopId, request.params.id, request.body.vip)))
        throw new AppError('not_found', '没有这位顾客');
      return { id: request.params.id, vip: request.body.vip };
    },
  );
  done();
};
