// Who is at the keyboard stays signed in, and lands on the page of their role after the entrance.
import { useEffect } from 'react';
import type { StaffUser } from '../wire.ts';
import type { Ask } from './ask.ts';

const HOMES: Record<StaffUser['role'], string> = {
  agent: '/desk',
  supervisor: '/board',
  editor: '/studio',
  admin: '/settings',
};

// at load: the desk's page takes the link out of the address before anything is drawn
let atEntrance = location.pathname.startsWith('/sign-in');

/** From /sign-in everybody goes to where their role works; whoever opened a page stays on it. */
export function leaveEntrance(role: StaffUser['role']): void {
  if (!atEntrance) return;
  atEntrance = false;
  if (HOMES[role] !== '/desk') location.replace(HOMES[role]);
}

/** The server signs out who has not been seen for half an hour. */
const TELL_EVERY_MS = 5 * 60_000;

/** Somebody who types a long answer asks nothing of the server, and is there all the same. */
export function useStayAwake(ask: Ask): void {
  useEffect(() => {
    let told = performance.now();
    const onActive = () => {
      if (performance.now() - told < TELL_EVERY_MS) return;
      told = performance.now();
      void ask('GET /api/session').catch(() => {});
    };
    const kinds = ['keydown', 'pointerdown'] as const;
    for (const kind of kinds) document.addEventListener(kind, onActive, { passive: true });
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, onActive);
    };
  }, [ask]);
}
