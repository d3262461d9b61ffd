// The board's numbers: a platform's own measures over the shop's history, how far the leading rate may still fall, and breaches.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { measure } from '../metrics/measure.ts';
import { missesLeft } from '../metrics/misses-left.ts';
import { PROFILES, profileOf } from '../metrics/profiles/table.ts';
import { buildRounds } from '../metrics/rounds.ts';
import { countBreaches, readHistory } from '../metrics/store.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const DAY_MS = 86_400_000;
/** The longest row of any profile looks back thirty days; one more, because a round may have begun before midnight. */
const DAYS = 31;

export const metricRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.get('/api/metrics/profiles', { schema: { summary: 'How each platform judges a shop' } }, async (request) => {
    await requireStaff(ctx.pool, request, ['supervisor', 'admin']);
    return {
      items: PROFILES.map(({ id, name, source, doubt, metrics }) => ({
        id,
        name,
        source,
        doubt,
        metrics: metrics.map((m) => ({ id: m.id, name: m.name, target: m.target, source: m.source })),
      })),
      next: null,
    };
  });

  app.get(
    '/api/metrics/service',
    {
      schema: {
        summary: 'The measures of one platform profile, as they stand now',
        querystring: Type.Object({
          profile: Type.Optional(Type.Union(PROFILES.map((p) => Type.Literal(p.id)))),
          account: Type.Optional(Type.String({ pattern: '^\\d{1,18}$' })),
          target: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'of the leading rate' })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['supervisor', 'admin']);
      const { profile: id = 'generic', account = null, target = 0.8 } = request.query;
      const profile = profileOf(id);
      const now = Date.now();
      const since = new Date(now - DAYS * DAY_MS);
      const [history, breaches] = await Promise.all([
        readHistory(ctx.pool, staff.shopId, since, account),
        countBreaches(ctx.pool, staff.shopId, since),
      ]);
      return {
        profile: profile.id,
        asOf: new Date(now).toISOString(),
        figures: measure(profile, history, [], now),
        missesLeft: missesLeft(profile, buildRounds(history, profile, now), target, now),
        breaches,
      };
    },
  );
  done();
};
