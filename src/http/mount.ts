// Mounts a route of the contract: what comes in is checked by its schema before the handler, what goes out is cut to its reply.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteInput, RouteReply, RouteSchema, RouteTable } from '../contract/route.ts';

/** Handlers get params, query and body as the route's types; `request` and `reply` are for cookies, headers and status. */
export type Handler<R extends RouteSchema> = (
  input: RouteInput<R>,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<RouteReply<R>>;

export function mount<T extends RouteTable>(app: FastifyInstance, table: T) {
  return <K extends keyof T & string>(key: K, handle: Handler<T[K] & RouteSchema>): void => {
    const [method, url] = key.split(' ') as [string, string];
    const { summary, params, query, body, reply: sent } = table[key as keyof RouteTable] as RouteSchema;
    app.route({
      method,
      url,
      schema: {
        summary,
        ...(params && { params }),
        ...(query && { querystring: query }),
        ...(body && { body }),
        response: { 200: sent },
      } as object,
      handler: (request, reply) =>
        handle(
          { params: request.params, query: request.query, body: request.body } as RouteInput<T[K] & RouteSchema>,
          request,
          reply,
        ),
    });
  };
}
