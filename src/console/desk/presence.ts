// The agent's presence: chosen by hand, told to the server at once and again as a heartbeat while the desk is open. A reload keeps 忙碌 and 离开.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api.ts';
import { serverNow } from '../clock.ts';
import { keep, kept } from '../kept.ts';
import type { Presence } from '../wire.ts';
import type { StaffApi } from './staff-api.ts';

const HEARTBEAT_MS = 30_000;

/** Why somebody may not go offline, with what they have open. */
export interface Refused {
  why: string;
  open: {
    kind: 'conversation' | 'offer' | 'transfer';
    handoffId: string;
    conversationId: string;
    shopper: string | null;
    unconfirmed: boolean;
  }[];
  handovers: { id: string; direction: 'given' | 'received'; from: string; to: string }[];
}

export interface PresenceControl {
  state: Presence;
  /** When it was chosen on this page; the server knows when it began. */
  chosenAt: number;
  set(state: Presence): void;
  refused: Refused | null;
  forgive(): void;
}

const refusalOf = (error: ApiError): Refused => ({
  why: error.message,
  open: (error.extra.open as Refused['open'] | undefined) ?? [],
  handovers: (error.extra.handovers as Refused['handovers'] | undefined) ?? [],
});

const keyOf = (me: string): string => `jiebang.presence.${me}`;

function begin(me: string): Presence {
  const last = kept(keyOf(me));
  return last === 'busy' || last === 'away' ? last : 'online';
}

export function usePresence(api: StaffApi): PresenceControl {
  const { me } = api;
  const [state, setState] = useState<Presence>(() => begin(me));
  const [refused, setRefused] = useState<Refused | null>(null);
  const [chosenAt, setChosenAt] = useState(serverNow);
  const granted = useRef<Presence>('online');
  useEffect(() => {
    const beat = () => {
      api.presence(state).then(
        () => {
          granted.current = state;
          keep(keyOf(me), state === 'busy' || state === 'away' ? state : null);
        },
        (error: unknown) => {
          // nobody goes offline with work in their hands: the desk shows what holds
          if (error instanceof ApiError && error.status === 409) {
            setState(granted.current);
            setRefused(refusalOf(error));
          }
          // otherwise the banner tells of a lost network, and the next beat repairs it
        },
      );
    };
    beat();
    if (state === 'offline') return;
    const timer = setInterval(beat, HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [api, me, state]);
  const set = useCallback((next: Presence) => {
    setState(next);
    setChosenAt(serverNow());
  }, []);
  return { state, chosenAt, set, refused, forgive: useCallback(() => setRefused(null), []) };
}
