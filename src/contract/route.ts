// The form in which a route is written down once: the server validates and serialises by it, the browser takes its types.
import type { Static, TSchema } from 'typebox';

export interface RouteSchema {
  summary: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** Of the 200; nothing beyond it leaves the server. */
  reply: TSchema;
}

/** Keys are method and path: `GET /api/things/:id`. */
export type RouteTable = Readonly<Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} /api/${string}`, RouteSchema>>;

type PartOf<R extends RouteSchema, Name extends 'params' | 'query' | 'body'> =
  R extends Record<Name, infer S extends TSchema> ? Record<Name, Static<S>> : unknown;

export type RouteInput<R extends RouteSchema> = PartOf<R, 'params'> & PartOf<R, 'query'> & PartOf<R, 'body'>;
export type RouteReply<R extends RouteSchema> = Static<R['reply']>;
