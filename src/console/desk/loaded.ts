// Something a panel shows: asked for when it is needed, kept while it is asked for again, with its failure beside it.
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** The last answer, also while a newer one is on its way or has failed. */
  data: T | null;
  error: unknown;
  loading: boolean;
  /** When `data` came, on this device's clock. */
  at: number | null;
  reload(): void;
}

/** `key` names what is asked for: another key forgets the answer, `again` only asks once more. A null key asks nothing. */
export function useLoaded<T>(key: string | null, again: unknown, ask: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState({
    key,
    data: null as T | null,
    error: null as unknown,
    at: null as number | null,
  });
  const [asked, setAsked] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` and `asked` are reasons to ask once more
  useEffect(() => {
    if (key === null) return;
    let left = false;
    latest.current().then(
      (data) => !left && setState({ key, data, error: null, at: Date.now() }),
      (error: unknown) =>
        !left && setState((before) => ({ ...(before.key === key ? before : { data: null, at: null }), key, error })),
    );
    return () => {
      left = true;
    };
  }, [key, again, asked]);
  const reload = useCallback(() => setAsked((n) => n + 1), []);
  const mine = state.key === key ? state : { data: null, error: null, at: null };
  return {
    data: mine.data,
    error: mine.error,
    at: mine.at,
    loading: key !== null && mine.data === null && mine.error === null,
    reload,
  };
}

/** What the server makes of a message comes a moment later: when to look again after one. */
const LOOKS_MS = [500, 1_100, 1_900, 2_600, 4_500];

/** Grows a few times after each change of `seq`, and then rests. */
export function useLooks(seq: number): number {
  const [looks, setLooks] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message is looked after
  useEffect(() => {
    const timers = LOOKS_MS.map((ms) => setTimeout(() => setLooks((n) => n + 1), ms));
    return () => timers.forEach(clearTimeout);
  }, [seq]);
  return looks;
}
