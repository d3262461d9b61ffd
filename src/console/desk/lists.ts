// The desk's four lists, fetched together and again whenever something moved; bursts of news become one fetch.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { BotConversation, HandoffRow } from '../wire.ts';
import type { StaffApi } from './staff-api.ts';

export interface Lists {
  waiting: HandoffRow[];
  mine: HandoffRow[];
  colleagues: HandoffRow[];
  ended: HandoffRow[];
  bot: BotConversation[];
  loaded: boolean;
  error: unknown;
  refresh(): void;
}

interface Fetched {
  waiting: HandoffRow[];
  served: HandoffRow[];
  ended: HandoffRow[];
  bot: BotConversation[];
}

const NOTHING: Fetched = { waiting: [], served: [], ended: [], bot: [] };
/** News arrive in pairs (handoff, then notice); one fetch serves both. */
const GATHER_MS = 60;
/** What the stream does not tell: a bot conversation that goes on. */
const POLL_MS = 8_000;
const ENDED_SHOWN = 30;

async function fetchAll(api: StaffApi): Promise<Fetched> {
  const [waiting, served, ended, bot] = await Promise.all([
    api.handoffs('waiting'),
    api.handoffs('with-agent'),
    api.handoffs('resolved', ENDED_SHOWN),
    api.botConversations(),
  ]);
  return {
    waiting: waiting.items,
    served: served.items,
    ended: ended.items,
    bot: bot.items.filter((c) => c.lastText !== null && c.lastText !== ''),
  };
}

export function useLists(api: StaffApi, me: string): Lists {
  const [fetched, setFetched] = useState<Fetched>(NOTHING);
  const [loaded, setLoaded] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const work = useRef({ timer: undefined as ReturnType<typeof setTimeout> | undefined, running: false, again: false });

  const refresh = useCallback(() => {
    const state = work.current;
    const run = async () => {
      state.timer = undefined;
      if (state.running) {
        state.again = true;
        return;
      }
      state.running = true;
      try {
        setFetched(await fetchAll(api));
        setError(null);
      } catch (caught) {
        setError(caught);
      }
      setLoaded(true);
      state.running = false;
      if (state.again) {
        state.again = false;
        state.timer = setTimeout(run, GATHER_MS);
      }
    };
    state.timer ??= setTimeout(run, GATHER_MS);
  }, [api]);

  useEffect(() => {
    refresh();
    const state = work.current;
    const poll = setInterval(() => {
      if (document.visibilityState === 'visible') refresh();
    }, POLL_MS);
    return () => {
      clearInterval(poll);
      clearTimeout(state.timer);
      state.timer = undefined;
    };
  }, [refresh]);

  return useMemo(() => {
    const { waiting, served, ended, bot } = fetched;
    const mine = served.filter((row) => row.owner?.id === me);
    const colleagues = served.filter((row) => row.owner?.id !== me);
    return { waiting, mine, colleagues, ended, bot, loaded, error, refresh };
  }, [fetched, loaded, error, refresh, me]);
}
