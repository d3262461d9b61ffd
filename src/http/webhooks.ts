// Where the platforms knock: size limit, raw bytes, then the handler of the account's own channel. Knows no platform.
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { ChannelRequest } from '../channels/channel.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : (v ?? '')]));

/** Every platform's address; accounts come and go while the server runs, so they are looked up and not mounted. */
const PATH = '/channels/:kind/:account/webhook';
/** The largest of any channel; each has its own below it. */
const BODY_LIMIT = 256 * 1024;

/** A channel without its secret is off, never open. */
function routeOf(ctx: HttpContext, request: FastifyRequest, kind: string, account: string) {
  const channel = ctx.channels.find((c) => c.kind === kind && c.account.name === account);
  const route = channel?.routes.find((r) => r.method === request.method && r.path === PATH.replace(':kind', kind));
  if (!route) throw new AppError('channel_off');
  return route;
}

export const webhookRoutes: FastifyPluginCallback<HttpContext> = (app, ctx, done) => {
  // signatures are computed over the bytes as they arrived: no parser may touch them here
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, next) => next(null, body));

  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: PATH,
      bodyLimit: BODY_LIMIT,
      schema: { summary: 'Messages of a platform, or its question whether the address is ours' },
      async handler(request, reply) {
        const { kind, account } = request.params as { kind: string; account: string };
        const route = routeOf(ctx, request, kind, account);
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        if (body.length > route.bodyLimit) throw new AppError('too_large');
        const channelRequest: ChannelRequest = {
          account,
          query: flat(request.query as Record<string, string | string[]>),
          headers: flat(request.headers),
          body,
        };
        const answer = await route.handle(channelRequest, ctx.inbox);
        for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
        return reply.code(answer.status).type(answer.contentType).send(answer.body);
      },
    });
  }
  done();
};
