// Staff sessions over HTTP: the cookie, the CSRF header, roles. Everything but the sign-in itself goes through `requireStaff`.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Role } from '../staff/accounts.ts';
import { readSession, type Session } from '../staff/sessions.ts';

export const COOKIE = 'jiebang_session';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Somebody at this machine. A proxy on the same host brings the whole world from the loopback address, and says so. */
export const isLocal = (request: FastifyRequest): boolean =>
  LOOPBACK.has(request.ip) &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers.forwarded === undefined;

/**
 * @throws AppError `needs_https` where the browser would drop the cookie and the next click would end at the sign-in again. What
 * comes from this machine keeps it, with http too.
 */
export function setSessionCookie(reply: FastifyReply, token: string, secure: boolean): void {
  const { origin } = reply.request.headers;
  if (secure && origin?.startsWith('http://') && !/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(origin))
    throw new AppError('needs_https');
  void reply.setCookie(COOKIE, token, { path: '/', httpOnly: true, sameSite: 'lax', secure });
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** A session that may still lack its second factor: only what completes or ends it asks this. @throws as `requireStaff` */
export async function requireSession(pool: Pool, request: FastifyRequest): Promise<Session> {
  const token = request.cookies[COOKIE];
  const session = token ? await readSession(pool, token) : null;
  if (session === null) throw new AppError('unauthorized');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const given = request.headers['x-csrf-token'];
    if (typeof given !== 'string' || !same(given, session.csrf)) throw new AppError('csrf_missing');
  }
  return session;
}

/** @throws AppError `unauthorized`, `second_factor` before the sign-in is whole, `csrf_missing` on a changing call without the header, `forbidden` for another role. */
export async function requireStaff(
  pool: Pool,
  request: FastifyRequest,
  roles: readonly Role[] = ['agent', 'supervisor', 'editor', 'admin'],
): Promise<Session> {
  const session = await requireSession(pool, request);
  if (session.second !== 'done') throw new AppError('second_factor');
  // an admin may do what everybody may
  if (session.staff.role !== 'admin' && !roles.includes(session.staff.role)) throw new AppError('forbidden');
  return session;
}

const WINDOW_MS = 5 * 60_000;
const FAILURES_MAX = 10;

/** What the person sees in the list of devices. */
export const deviceOf = (request: FastifyRequest): string => request.headers['user-agent'] ?? '';

/** Slows down guessing: after ten failures in five minutes an account or an address has to wait. */
export function createSignInLimit(): { check(keys: string[]): void; failed(keys: string[]): void } {
  const failures = new Map<string, number[]>();
  const recent = (key: string) => (failures.get(key) ?? []).filter((t) => t > Date.now() - WINDOW_MS);
  return {
    check(keys) {
      if (keys.some((k) => recent(k).length >= FAILURES_MAX))
        throw new AppError('too_many_requests', '登录失败次数过多，请五分钟后再试');
    },
    failed(keys) {
      for (const key of keys) failures.set(key, [...recent(key), Date.now()]);
      if (failures.size > 10_000) failures.clear();
    },
  };
}
