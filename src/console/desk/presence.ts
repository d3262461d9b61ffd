// The agent's presence: chosen by hand, told to the server at once and again as a heartbeat while the desk is open.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api.ts';
import type { Presence } from '../wire.ts';
import type { StaffApi } from './staff-api.ts';

const HEARTBEAT_MS = 30_000;

export function usePresence(api: StaffApi): [Presence, (state: Presence) => void] {
  const [state, setState] = useState<Presence>('online');
  const granted = useRef<Presence>('online');
  useEffect(() => {
    const beat = () => {
      api.presence(state).then(
        () => {
          granted.current = state;
        },
        (error: unknown) => {
          // nobody goes offline with work in their hands: the desk shows what holds
          if (error instanceof ApiError && error.status === 409) setState(granted.current);
          // otherwise the banner tells of a lost network, and the next beat repairs it
        },
      );
    };
    beat();
    if (state === 'offline') return;
    const timer = setInterval(beat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [api, state]);
  return [state, useCallback((next: Presence) => setState(next), [])];
}
