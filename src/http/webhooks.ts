// Where the platforms knock: size limit, raw bytes, then the handler of the account's own channel. Knows no platform.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { ChannelRequest } from '../channels/channel.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : (v ?? '')]));

/** Accounts come and go while the server runs, so paths are looked up and not mounted one by one. */
const PATH = '/channels/:kind/:account/*';
/** The largest of any channel; each has its own below it. */
const BODY_LIMIT = 256 * 1024;

/** The parts of `path` that have a name in `pattern`; null when it is another path. */
function match(pattern: string, path: string): Record<string, string> | null {
  const names = pattern.split('/');
  const parts = path.split('/');
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const part = parts[i]!;
    if (!name.startsWith(':')) {
      if (name !== part) return null;
    } else {
      try {
        params[name.slice(1)] = decodeURIComponent(part);
      } catch {
        return null;
      }
    }
  }
  return params;
}

/** The channel that is on and takes this request. One without its secret is off, never open. */
function routeOf(ctx: HttpContext, request: FastifyRequest, bare: Omit<ChannelRequest, 'account' | 'params'>) {
  const path = request.url.split('?')[0]!;
  for (const channel of ctx.channels)
    for (const route of channel.routes) {
      const params = route.method === request.method ? match(route.path, path) : null;
      if (params === null) continue;
      const channelRequest: ChannelRequest = { ...bare, account: params.account ?? '', params };
      const isOurs =
        params.account === undefined
          ? (channel.claims?.(channelRequest) ?? true)
          : params.account === channel.account.name;
      if (isOurs) return { route, channelRequest };
    }
  throw new AppError('channel_off');
}

export const webhookRoutes: FastifyPluginCallback<HttpContext> = (app, ctx, done) => {
  // signatures are computed over the bytes as they arrived: no parser may touch them here
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, next) => next(null, body));

  async function handler(request: FastifyRequest, reply: FastifyReply) {
    const { route, channelRequest } = routeOf(ctx, request, {
      query: flat(request.query as Record<string, string | string[]>),
      headers: flat(request.headers),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    if (channelRequest.body.length > route.bodyLimit) throw new AppError('too_large');
    const answer = await route.handle(channelRequest, ctx.inbox);
    for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
    return reply.code(answer.status).type(answer.contentType).send(answer.body);
  }

  for (const url of [PATH, ...ctx.accounts.kinds.flatMap(({ roots = [] }) => roots)])
    app.route({
      method: ['GET', 'POST', 'OPTIONS'],
      url,
      bodyLimit: BODY_LIMIT,
      schema: { summary: 'Messages of a platform, or its question whether the address is ours' },
      handler,
    });
  done();
};
