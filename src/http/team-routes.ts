// Settings of the baton: teams, routing rules, and what an agent may carry.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { teamRoutes as contract } from '../contract/routes/teams.ts';
import type { RouteRule } from '../contract/routing.ts';
import { TeamName } from '../contract/team.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { routeCase } from '../handoff/routing.ts';
import { markVip } from '../handoff/store.ts';
import { DEFAULT_TEAMS, openCases, readRules, readTeams, removeTeam, saveRules, saveTeam } from '../handoff/teams.ts';
import { listStaff, saveSkills } from '../staff/accounts.ts';
import { writeAudit } from '../staff/audit.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const LEADS = ['admin', 'supervisor'] as const;
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 20 });

async function checkRules(ctx: HttpContext, shopId: string, rules: readonly RouteRule[]): Promise<void> {
  const known = new Set((await readTeams(ctx.pool, shopId)).map((t) => t.name));
  const strange = rules.findIndex((r) => r.team !== 'intent' && !known.has(r.team));
  if (strange >= 0) {
    const { name, team } = rules[strange]!;
    const words = `规则「${name}」指向不存在的团队「${team}」；请先建团队`;
    throw new AppError('invalid_request', words, { field: 'rules', row: strange });
  }
  const early = rules.findIndex((r, i) => i < rules.length - 1 && Object.keys(r.when).length === 0);
  if (early >= 0) {
    const words = `规则「${rules[early]!.name}」没有条件，它后面的规则永远轮不到；请加上条件，或把它移到最后`;
    throw new AppError('invalid_request', words, { field: 'rules', row: early });
  }
  const last = rules.at(-1)!;
  if (Object.keys(last.when).length > 0) {
    const words = `最后一条规则「${last.name}」必须没有条件，好让每个会话都有去处`;
    throw new AppError('invalid_request', words, { field: 'rules', row: rules.length - 1 });
  }
}

function teams(app: Parameters<typeof teamRoutes>[0], ctx: HttpContext): void {
  const on = mount(app, contract);

  on('GET /api/teams', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await readTeams(ctx.pool, staff.shopId), next: null };
  });

  on('PUT /api/teams/:name', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, LEADS);
    const team = { name: params.name, ...body };
    const before = await readTeams(ctx.pool, staff.shopId);
    if (team.overflow !== null && (team.overflow === team.name || !before.some((t) => t.name === team.overflow))) {
      const words = `溢出团队「${team.overflow}」不存在，或者就是它自己；请选另一个团队`;
      throw new AppError('invalid_request', words, { field: 'overflow' });
    }
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      await saveTeam(tx, staff.shopId, team);
      await writeAudit(tx, staff.shopId, {
        by: staff.id,
        action: 'team.save',
        subject: team.label,
        before: before.find((t) => t.name === team.name),
        after: team,
      });
    });
    ctx.onTeams(staff.shopId);
    return team;
  });

  on('DELETE /api/teams/:name', async ({ params: { name } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, LEADS);
    if (DEFAULT_TEAMS.some((t) => t.name === name))
      throw new AppError('wrong_state', '这是意图文件会用到的四个基本团队之一，不能删除');
    const [all, rules] = await Promise.all([readTeams(ctx.pool, staff.shopId), readRules(ctx.pool, staff.shopId)]);
    const before = all.find((t) => t.name === name);
    if (!before) throw new AppError('not_found', '没有这个团队');
    const rule = rules.find((r) => r.team === name);
    if (rule) throw new AppError('wrong_state', `分配规则「${rule.name}」还指向这个团队，请先改规则`);
    const feeder = all.find((t) => t.overflow === name);
    if (feeder) throw new AppError('wrong_state', `「${feeder.label}」的溢出团队是它，请先改「${feeder.label}」`);
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      const open = await openCases(tx, name);
      if (open > 0) throw new AppError('wrong_state', `这个团队还有 ${open} 个会话没有结束`);
      if (!(await removeTeam(tx, name))) throw new AppError('not_found', '没有这个团队');
      await writeAudit(tx, staff.shopId, { by: staff.id, action: 'team.remove', subject: before.label, before });
    });
    ctx.onTeams(staff.shopId);
    return { ok: true };
  });

  on('GET /api/rules', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await readRules(ctx.pool, staff.shopId), next: null };
  });

  on('PUT /api/rules', async ({ body: { rules } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, LEADS);
    await checkRules(ctx, staff.shopId, rules);
    const before = await readRules(ctx.pool, staff.shopId);
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      await saveRules(tx, staff.shopId, rules);
      const subject = `${rules.length} 条规则`;
      await writeAudit(tx, staff.shopId, { by: staff.id, action: 'rules.save', subject, before, after: rules });
    });
    ctx.onTeams(staff.shopId);
    return { items: rules, next: null };
  });

  on('POST /api/rules/try', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, LEADS);
    return routeCase(body.case, body.rules ?? (await readRules(ctx.pool, staff.shopId)));
  });
}

export const teamRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  teams(app, ctx);

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
            teams: Type.Array(TeamName, { maxItems: 20 }),
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
      const { staff } = await requireStaff(ctx.pool, request, LEADS);
      const { id } = request.params;
      await inShop(ctx.pool, staff.shopId, async (tx) => {
        const was = await saveSkills(tx, id, request.body);
        if (was === null) throw new AppError('not_found', '没有这位同事');
        const { name, ...before } = was;
        const note = { by: staff.id, action: 'staff.change', subject: name, before, after: request.body };
        await writeAudit(tx, staff.shopId, note);
      });
      ctx.onTeams(staff.shopId);
      return { id, ...request.body };
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
