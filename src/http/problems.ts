// Every error as application/problem+json. Knows the table of errors and Fastify, nothing else.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from '../errors.ts';

/** The database is away or going away: the same request will do in a moment. */
const AWAY_CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|08\d{3}|57P0[1-5])$/;
const AWAY_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i;

function isAway(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && AWAY_CODES.test(code)) || AWAY_WORDS.test(error.message);
}

function toAppError(error: FastifyError | Error): AppError {
  if (error instanceof AppError) return error;
  const { code, statusCode, validation, message } = error as FastifyError;
  if (validation) {
    const details = validation.map((v) => `${v.instancePath || '正文'} ${v.message ?? ''}`.trim());
    return new AppError('invalid_request', details.join('；'), { errors: details });
  }
  const byCode: Record<string, ErrorCode> = {
    FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
    FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
    FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content_type',
    FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  };
  const known = code ? byCode[code] : undefined;
  if (known) return new AppError(known);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError('invalid_request', message);
  if (isAway(error)) return new AppError('overloaded', '数据库暂时没有响应，请稍后重试');
  return new AppError('internal');
}

export function sendProblem(reply: FastifyReply, error: AppError): FastifyReply {
  // a missing setting does not come by waiting
  if (error.status === 503 && error.code !== 'llm_off') void reply.header('retry-after', '2');
  return reply
    .code(error.status)
    .type('application/problem+json; charset=utf-8')
    .send({
      type: `urn:jiebang:${error.code}`,
      title: error.title,
      status: error.status,
      code: error.code,
      detail: error.message,
      ...error.extra,
    });
}

export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toAppError(error);
  if (problem.code === 'internal') request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
  return sendProblem(reply, problem);
}

export const notFound = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(reply, new AppError('not_found'));
