// The agent's presence: chosen by hand, told to the server at once and again as a heartbeat while the desk is open.
import { useCallback, useEffect, useState } from 'react';
import type { Presence } from '../wire.ts';
import type { StaffApi } from './staff-api.ts';

const HEARTBEAT_MS = 30_000;

export function usePresence(api: StaffApi): [Presence, (state: Presence) => void] {
  const [state, setState] = useState<Presence>('online');
  useEffect(() => {
    const beat = () => {
      api.presence(state).catch(() => {
        // the banner tells of a lost network; the next beat repairs it
      });
    };
    beat();
    if (state === 'offline') return;
    const timer = setInterval(beat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [api, state]);
  return [state, useCallback((next: Presence) => setState(next), [])];
}
