// Doors for machines: alive, ready, figures.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { QUEUES } from '../queue/queues.ts';
import type { HttpContext } from './context.ts';
import { isLocal } from './sessions.ts';

function createFigures(ctx: HttpContext) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'jiebang_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'jiebang_handoffs',
    help: 'Open handoffs by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const { rows } = await shopQuery<{ state: string; n: string }>(
        ctx.pool,
        ctx.defaultShop.id,
        `select state, count(*)::text as n from handoffs where state <> 'resolved' group by state`,
        [],
      );
      for (const r of rows) this.set({ state: r.state }, Number(r.n));
    },
  });
  new Gauge({
    name: 'jiebang_outbox',
    help: 'Outgoing messages that are not simply sent',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const { rows } = await shopQuery<{ state: string; n: string }>(
        ctx.pool,
        ctx.defaultShop.id,
        `select state, count(*)::text as n from outbox where state in ('new', 'sending', 'unknown', 'failed') group by state`,
        [],
      );
      for (const r of rows) this.set({ state: r.state }, Number(r.n));
    },
  });
  new Gauge({
    name: 'jiebang_hook_deliveries',
    help: 'Outgoing events that wait, are being sent, or are dead letters',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const { rows } = await shopQuery<{ state: string; n: string }>(
        ctx.pool,
        ctx.defaultShop.id,
        `select state, count(*)::text as n from hook_deliveries where state <> 'delivered' group by state`,
        [],
      );
      for (const r of rows) this.set({ state: r.state }, Number(r.n));
    },
  });
  new Gauge({
    name: 'jiebang_queue_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await ctx.queues.counts().catch(() => null);
      if (counts)
        for (const q of QUEUES) for (const [state, n] of Object.entries(counts[q])) this.set({ queue: q, state }, n);
    },
  });
  return { registry, requests };
}

export const opsRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const { registry, requests } = createFigures(ctx);
  const Status = Type.Object({ status: Type.String() });

  app.addHook('onResponse', (request, reply, next) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    };
    requests.observe(labels, reply.elapsedTime / 1_000);
    next();
  });
  app.get('/healthz', { schema: { summary: 'The process is alive', response: { 200: Status } } }, async () => ({
    status: 'ok',
  }));
  app.get('/readyz', { schema: { summary: 'Database and release are there', response: { 200: Status } } }, async () => {
    const missing = ctx.notReady();
    if (missing !== null) throw new AppError('not_ready', missing);
    try {
      await ctx.pool.query('select 1');
    } catch {
      throw new AppError('not_ready', '数据库没有响应');
    }
    return { status: 'ready' };
  });
  app.get('/metrics', { schema: { summary: 'Prometheus figures, for this machine only' } }, async (request, reply) => {
    if (!isLocal(request)) throw new AppError('forbidden', '指标只对本机开放');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  done();
};
