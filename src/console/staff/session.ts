// Who is signed in: an existing session, a one-time link, the demo's agent, or a password.
import { useCallback, useEffect, useState } from 'react';
import { ApiError, call } from '../api.ts';
import { keep, kept } from '../kept.ts';
import { callRoute } from '../routes.ts';
import type { Session } from '../wire.ts';

export type SignIn =
  | { status: 'asking' }
  | { status: 'out'; error: unknown; expired: boolean; busy: boolean; signIn(login: string, password: string): void }
  | { status: 'second'; session: Session; onSession(session: Session): void; signOut(): void }
  | { status: 'in'; session: Session; signOut(): void; expire(): void };

interface Entry {
  /** From the address of a one-time link; null without one. */
  linkToken: string | null;
  /** The first page lets the demo's agent in without asking, where the server offers it. */
  demo: boolean;
}

/** Signed out, not allowed, or not offered here. */
const isRefusal = (error: unknown): boolean => error instanceof ApiError && [401, 403, 404].includes(error.status);

/** One link is spent once, even when the page is drawn twice. */
const spent = new Map<string, Promise<Session>>();

function spendLink(token: string): Promise<Session> {
  let session = spent.get(token);
  if (!session) {
    session = callRoute('POST /api/session/link', { body: { token } });
    spent.set(token, session);
  }
  return session;
}

/** Says whether somebody has been signed in here before; asking without need would be a refused request on every first visit. */
const KEY = 'jiebang.signedIn';

async function unlessRefused(session: Promise<Session>): Promise<Session | null> {
  try {
    return await session;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

const resume = () => unlessRefused(callRoute('GET /api/session'));
const enterDemo = () => unlessRefused(callRoute('POST /api/session/demo', { body: { role: 'agent' } }));

async function enter({ linkToken, demo }: Entry): Promise<Session | null> {
  if (linkToken !== null) return spendLink(linkToken);
  if (!demo) return resume();
  const known = kept(KEY) !== null;
  return known ? ((await resume()) ?? (await enterDemo())) : ((await enterDemo()) ?? (await resume()));
}

interface Known {
  asking: boolean;
  session: Session | null;
  error: unknown;
  expired: boolean;
  busy: boolean;
}

const OUT: Known = { asking: false, session: null, error: null, expired: false, busy: false };

export function useSession({ linkToken, demo }: Entry): SignIn {
  const [known, setKnown] = useState<Known>({ ...OUT, asking: true });

  useEffect(() => {
    let left = false;
    enter({ linkToken, demo }).then(
      (session) => {
        keep(KEY, session === null ? null : 'yes');
        if (!left) setKnown({ ...OUT, session });
      },
      (error: unknown) => !left && setKnown({ ...OUT, error }),
    );
    return () => {
      left = true;
    };
  }, [linkToken, demo]);

  const signIn = useCallback((login: string, password: string) => {
    setKnown({ ...OUT, busy: true });
    callRoute('POST /api/session', { body: { login, password } }).then(
      (session) => {
        keep(KEY, 'yes');
        setKnown({ ...OUT, session });
      },
      (error: unknown) => setKnown({ ...OUT, error }),
    );
  }, []);

  const { session, asking, error, expired, busy } = known;
  const signOut = useCallback(() => {
    if (!session) return;
    const leave = () => setKnown(OUT);
    call('/api/session', { method: 'DELETE', headers: { 'x-csrf-token': session.csrf } }).then(leave, leave);
  }, [session]);
  const enterWith = useCallback((next: Session) => setKnown({ ...OUT, session: next }), []);
  const expire = useCallback(() => setKnown({ ...OUT, expired: true }), []);

  if (asking) return { status: 'asking' };
  if (session && session.second !== 'done') return { status: 'second', session, onSession: enterWith, signOut };
  if (session) return { status: 'in', session, signOut, expire };
  return { status: 'out', error, expired, busy, signIn };
}
