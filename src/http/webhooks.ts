// Mounts what the channels bring: size limit, raw bytes, then the channel's own handler. Knows no platform.
import type { FastifyPluginCallback } from 'fastify';
import type { ChannelRequest, ChannelRoute } from '../channels/channel.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : (v ?? '')]));

const KINDS_WITH_ROUTES: readonly { method: 'GET' | 'POST'; path: string }[] = [
  { method: 'POST', path: '/channels/:kind/:account/webhook' },
  { method: 'GET', path: '/channels/:kind/:account/webhook' },
];

export const webhookRoutes: FastifyPluginCallback<HttpContext> = (app, ctx, done) => {
  // signatures are computed over the bytes as they arrived: no parser may touch them here
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, next) => next(null, body));

  const seen = new Set<string>();
  const mount = (route: ChannelRoute) => {
    if (seen.has(`${route.method} ${route.path}`)) return;
    seen.add(`${route.method} ${route.path}`);
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyLimit,
      schema: { summary: `Messages of the platform (${route.path.split('/')[2]})` },
      async handler(request, reply) {
        const account = (request.params as { account: string }).account;
        const own = ctx.channels.find((c) => c.account.name === account && c.routes.some((r) => r.path === route.path));
        const live = own?.routes.find((r) => r.path === route.path && r.method === route.method);
        if (!live) throw new AppError('channel_off');
        const channelRequest: ChannelRequest = {
          account,
          query: flat(request.query as Record<string, string | string[]>),
          headers: flat(request.headers),
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        };
        const answer = await live.handle(channelRequest, ctx.inbox);
        for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
        return reply.code(answer.status).type(answer.contentType).send(answer.body);
      },
    });
  };
  for (const channel of ctx.channels) channel.routes.forEach(mount);
  // a channel without its secret is off, never open
  for (const { method, path } of KINDS_WITH_ROUTES) {
    app.route({
      method,
      url: path,
      schema: { hide: true },
      handler: async () => {
        throw new AppError('channel_off');
      },
    });
  }
  done();
};
