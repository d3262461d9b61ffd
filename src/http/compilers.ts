// Makes code of the routes' schemas, each when its route is asked for the first time: there are hundreds, and a start needs a dozen.
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';

const whenUsed =
  <Route, Made extends (data: never) => unknown>(compile: (route: Route) => Made) =>
  (route: Route): Made => {
    let made: Made | undefined;
    return ((data: never) => {
      made ??= compile(route);
      return made(data);
    }) as Made;
  };

export const validatorCompiler: FastifySchemaCompiler<unknown> = whenUsed(
  TypeBoxValidatorCompiler as FastifySchemaCompiler<unknown>,
);

/** Fastify's own; routes name no schemas of elsewhere. */
export const serializerCompiler: FastifySerializerCompiler<unknown> = whenUsed(
  SerializerSelector()({}, {}) as FastifySerializerCompiler<unknown>,
);
