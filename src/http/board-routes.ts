// The board's routes: live numbers, the figures of a period, the cases behind them, platforms' measures, what a supervisor does.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { SendError } from '../channels/channel.ts';
import { boardRoutes as routes } from '../contract/routes/board.ts';
import { reassign } from '../desk/reassign.ts';
import { AppError } from '../errors.ts';
import { readTeams } from '../handoff/teams.ts';
import { readAccounts } from '../metrics/board-store.ts';
import { rowsOf } from '../metrics/cases.ts';
import { agentsOf, causesOf, figureOf, heatOf, hoursOf, reasonsOf } from '../metrics/figures.ts';
import { markSeen, readHealth } from '../metrics/health-store.ts';
import { readLive } from '../metrics/live-store.ts';
import { dayOf, midnightOf } from '../metrics/local-time.ts';
import { measure } from '../metrics/measure.ts';
import { missesLeft } from '../metrics/misses-left.ts';
import { headlineOf, type Profile } from '../metrics/profile.ts';
import { PROFILES } from '../metrics/profiles/table.ts';
import { buildRounds } from '../metrics/rounds.ts';
import { countBreaches, readHistory } from '../metrics/store.ts';
import { listStaff } from '../staff/accounts.ts';
import { listCases, profileNamed, readMaterial, readRatings } from './board-material.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { isLocal, requireStaff } from './sessions.ts';

const DAY_MS = 86_400_000;
/** The longest row of any profile looks back thirty days; one more, because a round may have begun before midnight. */
const DAYS = 31;
const BOARD = ['supervisor', 'admin'] as const;

const toDefinition = (row: Profile['metrics'][number]) => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  limitMs: 'limitMs' in row ? row.limitMs : null,
  unit: row.kind === 'rate-within' ? row.unit : row.kind === 'average-response' ? row.over : null,
  capMs: 'capMs' in row ? row.capMs : null,
  target: row.target,
  source: row.source,
  doubt: row.doubt ?? null,
});

const toProfile = (profile: Profile) => ({
  id: profile.id,
  name: profile.name,
  source: profile.source,
  doubt: profile.doubt ?? null,
  fromMinute: profile.window.fromMinute,
  untilMinute: profile.window.untilMinute,
  windowBy: profile.windowBy,
  headline: headlineOf(profile)?.id ?? null,
  metrics: profile.metrics.map(toDefinition),
});

export const boardRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, routes);

  on('GET /api/metrics/live', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    const { account = null, team = null } = query;
    return readLive(ctx.pool, staff.shopId, { accountId: account, team });
  });

  on('GET /api/metrics/board', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    const { material, period, asOf } = await readMaterial(ctx, staff.shopId, query);
    const people = (await listStaff(ctx.pool, staff.shopId)).filter(
      (p) => p.role === 'agent' || p.role === 'supervisor',
    );
    const nameOf = new Map(people.map((p) => [p.id, p.name]));
    const figure = (of: Parameters<typeof figureOf>[0]) => figureOf(of, material, period);
    const { rate, from } = rowsOf(material.profile);
    return {
      asOf: new Date(asOf).toISOString(),
      from: new Date(period.from).toISOString(),
      to: new Date(period.to).toISOString(),
      bucket: period.bucket,
      profile: material.profile.id,
      rate: { id: rate.id, name: rate.name, profile: from.id },
      figures: {
        sessions: figure('sessions'),
        handoffs: figure('handoffs'),
        response: figure('response'),
        'average-response': figure('average-response'),
        'first-reply': figure('first-reply'),
        'bot-resolution': figure('bot-resolution'),
        satisfaction: figure('satisfaction'),
      },
      hours: hoursOf(material, period),
      reasons: reasonsOf(material, period),
      causes: causesOf(material, period),
      heat: heatOf(material, period),
      agents: agentsOf(material, period, [...nameOf.keys()]).map((a) => ({ ...a, name: nameOf.get(a.id)! })),
    };
  });

  on('GET /api/metrics/conversations', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    return listCases(ctx, staff.shopId, query);
  });

  on('GET /api/metrics/health', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    const health = await readHealth(ctx.pool, staff.shopId);
    const running = new Map(ctx.channels.map((c) => [c.account.id, c]));
    const channels = health.channels.map((c) => {
      const channel = running.get(c.id);
      return { ...c, on: channel !== undefined, tells: channel?.countedDays !== undefined };
    });
    return { ...health, channels };
  });

  on('GET /api/metrics/channels/:id/days', async ({ params, query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    const channel = ctx.channels.find((c) => c.account.id === params.id && c.account.shopId === staff.shopId);
    if (channel === undefined) throw new AppError('not_found', '没有这个渠道账号，或者它没有开启');
    if (channel.countedDays === undefined) throw new AppError('wrong_state', '这个平台没有给商家的统计接口');
    const { days = 7 } = query;
    const now = ctx.now().getTime();
    const from = midnightOf(now - days * DAY_MS);
    const until = midnightOf(now - DAY_MS);
    try {
      const counted = await channel.countedDays(from, until);
      const items = counted.map(({ startsAt, ...figures }) => ({ day: dayOf(startsAt), ...figures }));
      return { from: dayOf(from), until: dayOf(until), items };
    } catch (error) {
      if (error instanceof SendError) throw new AppError('platform_silent', error.failure.detail);
      throw error;
    }
  });

  on('GET /api/metrics/places', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    const [accounts, teams] = await Promise.all([
      readAccounts(ctx.pool, staff.shopId),
      readTeams(ctx.pool, staff.shopId),
    ]);
    return { accounts, teams: teams.map(({ name, label }) => ({ name, label })) };
  });

  on('GET /api/metrics/profiles', async (_input, request) => {
    await requireStaff(ctx.pool, request, BOARD);
    return { items: PROFILES.map(toProfile), next: null };
  });

  on('GET /api/metrics/service', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    const { account = null, target = 0.8 } = query;
    const profile = profileNamed(query.profile);
    const now = Date.now();
    const since = new Date(now - DAYS * DAY_MS);
    const [history, breaches, ratings] = await Promise.all([
      readHistory(ctx.pool, staff.shopId, since, account),
      countBreaches(ctx.pool, staff.shopId, since),
      readRatings(ctx, staff.shopId, since, new Date(now)),
    ]);
    return {
      profile: profile.id,
      asOf: new Date(now).toISOString(),
      figures: measure(profile, history, ratings, now),
      missesLeft: missesLeft(profile, buildRounds(history, profile, now), target, now),
      breaches,
    };
  });

  on('POST /api/metrics/letters/:id/acknowledge', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    if (!(await markSeen(ctx.pool, staff.shopId, params.id, staff.id)))
      throw new AppError('not_found', '没有这条未送达的消息');
    return { ok: true };
  });

  on('POST /api/handoffs/:id/reassign', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, BOARD);
    return reassign(ctx.desk, staff, params.id, body);
  });

  on('GET /api/demo', async (_input, request) => ({ canReset: ctx.demo && isLocal(request) }));

  on('POST /api/demo/reset', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    // only for somebody sitting at this machine, and only in the sample shop
    if (!ctx.demo || !isLocal(request) || staff.shopId !== ctx.defaultShop.id) throw new AppError('not_found');
    await ctx.resetDemo();
    return { ok: true };
  });
  done();
};
