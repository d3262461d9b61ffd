// Where the platforms knock: size limit, raw bytes, then the handler of the account's own channel. Knows no platform.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { Channel, ChannelRequest, ChannelResponse, ChannelRoute, ChannelSockets } from '../channels/channel.ts';
import { AppError } from '../errors.ts';
import { toChannelSocket } from './channel-sockets.ts';
import type { HttpContext } from './context.ts';

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : (v ?? '')]));

/** Accounts come and go while the server runs, so paths are looked up and not mounted one by one. */
const PATH = '/channels/:kind/:account/*';

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

interface Found<R> {
  route: R;
  /** Its body is empty until it has been read. */
  channelRequest: ChannelRequest;
}

/** The channel that is on and takes this request. One without its secret is off, never open. */
function routeOf<R extends { path: string }>(
  ctx: HttpContext,
  request: FastifyRequest,
  routesOf: (channel: Channel) => readonly R[],
): Found<R> {
  const [path = '', ...search] = request.url.split('?');
  const bare = {
    search: search.join('?'),
    query: flat(request.query as Record<string, string | string[]>),
    headers: flat(request.headers),
    body: Buffer.alloc(0),
    peer: request.socket.remoteAddress ?? '',
    isOpen: () => !request.socket.destroyed,
  };
  let unclaimed: Found<R> | null = null;
  for (const channel of ctx.channels)
    for (const route of routesOf(channel)) {
      const params = match(route.path, path);
      if (params === null) continue;
      const found = { route, channelRequest: { ...bare, account: params.account ?? '', params } };
      const isOurs =
        params.account === undefined
          ? (channel.claims?.(found.channelRequest) ?? true)
          : params.account === channel.account.name;
      if (isOurs === true) return found;
      if (isOurs === 'unclaimed') unclaimed ??= found;
    }
  if (unclaimed !== null) return unclaimed;
  throw new AppError('channel_off');
}

/** What is too large is read to its end all the same, and dropped: whoever is still sending would not hear the refusal. */
const DROPPED_MAX = 32 * 1024 * 1024;

/** Stands for a body that was more than its route takes. */
const TOO_LARGE = Buffer.alloc(0);

/** No byte more than the route takes is kept, whether the length was announced or not. */
async function readBody(payload: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > limit + DROPPED_MAX) break;
  }
  return size > limit ? TOO_LARGE : Buffer.concat(chunks);
}

function send(reply: FastifyReply, { status, contentType, headers = {}, body, cut }: ChannelResponse): FastifyReply {
  if (cut) {
    reply.hijack().raw.destroy();
    return reply;
  }
  for (const [name, value] of Object.entries(headers)) void reply.header(name, value);
  return reply.code(status).type(contentType).send(body);
}

export const webhookRoutes: FastifyPluginCallback<HttpContext> = (app, ctx, done) => {
  const routes = new WeakMap<FastifyRequest, Found<ChannelRoute>>();
  const lines = new WeakMap<FastifyRequest, Found<ChannelSockets>>();

  function find(request: FastifyRequest): Found<ChannelRoute> {
    const known = routes.get(request);
    if (known) return known;
    const found = routeOf(ctx, request, (channel) => channel.routes.filter(({ method }) => method === request.method));
    routes.set(request, found);
    return found;
  }

  // signatures are computed over the bytes as they arrived: no parser may touch them here
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
    readBody(payload, find(request).route.bodyLimit),
  );

  async function handler(request: FastifyRequest, reply: FastifyReply) {
    const { route, channelRequest } = find(request);
    if (request.body === TOO_LARGE) {
      if (!route.tooLarge) throw new AppError('too_large');
      return send(reply, await route.tooLarge(channelRequest, ctx.inbox));
    }
    const body = Buffer.isBuffer(request.body) ? request.body : channelRequest.body;
    return send(reply, await route.handle({ ...channelRequest, body }, ctx.inbox));
  }

  async function refuseEarly(request: FastifyRequest, reply: FastifyReply) {
    const { route, channelRequest } = find(request);
    const refusal = await route.refuse?.(channelRequest);
    if (refusal) return send(reply, refusal);
  }

  async function refuseLine(request: FastifyRequest, reply: FastifyReply) {
    if (!request.ws) return;
    const found = routeOf(ctx, request, ({ sockets }) => (sockets ? [sockets] : []));
    const refusal = await found.route.refuse(found.channelRequest);
    if (refusal !== null) return send(reply, refusal);
    lines.set(request, found);
  }

  const schema = { summary: 'Messages of a platform, or its question whether the address is ours' };
  for (const url of [PATH, ...ctx.accounts.kinds.flatMap(({ roots = [] }) => roots)]) {
    app.route({ method: ['POST', 'OPTIONS'], url, schema, onRequest: refuseEarly, handler });
    app.route({
      method: 'GET',
      url,
      schema,
      preHandler: refuseLine,
      handler,
      wsHandler(socket, request) {
        const { route, channelRequest } = lines.get(request)!;
        route.open(channelRequest, toChannelSocket(socket), ctx.inbox);
      },
    });
  }
  done();
};
