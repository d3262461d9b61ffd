// The web server: plugins, error form, every route. Knows the rooms below it through HttpContext only.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import cookie from '@fastify/cookie';
import { fastifySSE } from '@fastify/sse';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { channelAccountRoutes } from './account-routes.ts';
import { assistRoutes } from './assist-routes.ts';
import { auditLogRoutes } from './audit-routes.ts';
import { boardRoutes } from './board-routes.ts';
import { careRoutes } from './care-routes.ts';
import { mountSockets } from './channel-sockets.ts';
import { commitmentRoutes } from './commitment-routes.ts';
import { serializerCompiler, validatorCompiler } from './compilers.ts';
import type { HttpContext } from './context.ts';
import { deskListRoutes } from './desk-list-routes.ts';
import { deskRoutes } from './desk-routes.ts';
import { faqEntryRoutes } from './faq-routes.ts';
import { createCrossOrigin, createFramePolicy } from './frames.ts';
import { hookRoutes } from './hook-routes.ts';
import { opsRoutes } from './ops-routes.ts';
import { peopleAndMeRoutes } from './people-routes.ts';
import { phraseRoutes } from './phrase-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { handleError, notFound } from './problems.ts';
import { releaseListRoutes } from './release-routes.ts';
import { requestRoutes } from './request-routes.ts';
import { sheetFileRoutes } from './sheet-routes.ts';
import { shiftRoutes } from './shift-routes.ts';
import { shopRoutes } from './shop-routes.ts';
import { shopSettingRoutes } from './shop-settings-routes.ts';
import { shopperRoutes } from './shopper-routes.ts';
import { staffRoutes } from './staff-routes.ts';
import { streamRoutes } from './streams.ts';
import { studioRoutes } from './studio-routes.ts';
import { teamRoutes } from './team-routes.ts';
import { ticketRoutes } from './ticket-routes.ts';
import { unknownQuestionRoutes } from './unknown-routes.ts';
import { webhookRoutes } from './webhooks.ts';
import { writingRoutes } from './writing-routes.ts';

const BODY_LIMIT = 64 * 1024;
const HEARTBEAT_MS = 15_000;

// Inline styles come from nowhere; frames of other sites may only hold the shopper's page.
const CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'";
/** Pages with it get a number of their own in every response: style sheets that antd makes at run time carry it, others are refused. */
const NONCE = '__CSP_NONCE__';

async function servePages(app: FastifyInstance, ctx: HttpContext, dir: string): Promise<void> {
  const framesOfShop = createFramePolicy(ctx);
  await app.register(fastifyStatic, { root: dir, wildcard: false, index: false, maxAge: '1h', immutable: false });
  const pages: Record<string, string> = {
    '/': 'desk.html',
    '/desk': 'desk.html',
    '/sign-in': 'desk.html',
    '/board': 'desk.html',
    '/studio': 'studio.html',
    '/studio/*': 'studio.html',
    '/settings': 'studio.html',
    '/settings/*': 'studio.html',
    '/shop': 'shop.html',
  };
  const texts = new Map<string, string>();
  for (const file of new Set(Object.values(pages))) texts.set(file, await readFile(path.join(dir, file), 'utf8'));
  for (const [url, file] of Object.entries(pages)) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) => {
      const frames = url === '/shop' ? await framesOfShop() : "; frame-ancestors 'none'";
      const text = texts.get(file)!;
      const nonce = text.includes(NONCE) ? randomBytes(16).toString('base64') : null;
      const styles = nonce === null ? '' : `; style-src 'self' 'nonce-${nonce}'`;
      void reply.header('content-security-policy', CSP + styles + frames).header('cache-control', 'no-cache');
      return reply.type('text/html; charset=utf-8').send(nonce === null ? text : text.replaceAll(NONCE, nonce));
    });
  }
}

/** The web server as app.ts and tests hold it. */
export type Server = FastifyInstance;

/** Builds the server; the caller listens and closes. */
export async function createServer(ctx: HttpContext, log: { level: string }): Promise<Server> {
  const app = Fastify({
    logger: {
      level: log.level,
      redact: ['req.headers.authorization', 'req.headers.cookie'],
      serializers: { req: (r) => ({ method: r.method, url: r.url?.split('?')[0] }) },
    },
    bodyLimit: BODY_LIMIT,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(notFound);
  app.addHook('onSend', (_request, reply, payload, next) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    next(null, payload);
  });
  app.addHook('onRequest', createCrossOrigin(ctx));
  await app.register(cookie);
  await mountSockets(app);
  await app.register(fastifySSE, { heartbeatInterval: HEARTBEAT_MS });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: '接棒 Jiebang', version: '0.1.0' } },
  });
  for (const routes of [
    opsRoutes,
    shopRoutes,
    shopperRoutes,
    requestRoutes,
    streamRoutes,
    staffRoutes,
    peopleAndMeRoutes,
    auditLogRoutes,
    channelAccountRoutes,
    policyRoutes,
    shopSettingRoutes,
    teamRoutes,
    boardRoutes,
    deskRoutes,
    deskListRoutes,
    assistRoutes,
    writingRoutes,
    phraseRoutes,
    careRoutes,
    ticketRoutes,
    commitmentRoutes,
    shiftRoutes,
    studioRoutes,
    faqEntryRoutes,
    sheetFileRoutes,
    releaseListRoutes,
    unknownQuestionRoutes,
    hookRoutes,
    webhookRoutes,
  ]) {
    // each in its own scope, so that the webhooks' raw bodies stay theirs
    await app.register(
      (scope, options, done) => (routes as typeof opsRoutes)(scope as never, options as HttpContext, done),
      ctx,
    );
  }
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  if (ctx.consoleDir !== null) await servePages(app, ctx, ctx.consoleDir);
  return app;
}
