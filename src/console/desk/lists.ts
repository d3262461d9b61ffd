// What the desk shows of all conversations: the chosen list with its pages, and the summary. Fetched again whenever something moved;
// bursts of news become one fetch. Rows that did not change stay the same objects.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DeskRow, DeskSort, DeskSummary, DeskTab } from '../../contract/routes/desk.ts';
import type { StaffApi } from './staff-api.ts';

export interface ListWanted {
  tab: DeskTab;
  sort: DeskSort;
  q: string;
}

export interface Lists {
  rows: readonly DeskRow[];
  /** There are more rows on the server. */
  more: boolean;
  loaded: boolean;
  error: unknown;
  /** Null before the first answer. */
  summary: DeskSummary | null;
  refresh(): void;
  loadMore(): void;
}

interface Held {
  rows: readonly DeskRow[];
  next: string | null;
  loaded: boolean;
  error: unknown;
}

const NOTHING: Held = { rows: [], next: null, loaded: false, error: null };
/** News arrive in pairs (handoff, then notice); one fetch serves both. */
const GATHER_MS = 60;
/** Between two fetches, however much happens. */
const REST_MS = 250;
/** What the stream does not tell: a bot conversation that goes on. */
const POLL_MS = 8_000;
const PAGE = 100;
/** Pages after the first are looked at again no more often. */
const DEEP_MS = 5_000;

const idOf = ({ tab, sort, q }: ListWanted): string => `${tab} ${sort} ${q}`;

/** The rows of `after`, each as it was if nothing of it changed. */
export function sameRows(before: readonly DeskRow[], after: readonly DeskRow[]): readonly DeskRow[] {
  const known = new Map(before.map((row) => [row.conversationId, row]));
  let isSame = before.length === after.length;
  const rows = after.map((row, i) => {
    const old = known.get(row.conversationId);
    const kept = old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row;
    if (kept !== before[i]) isSame = false;
    return kept;
  });
  return isSame ? before : rows;
}

/** The newest first page before what is known of later ones. */
export function joinPages(first: readonly DeskRow[], next: string | null, held: Held): Pick<Held, 'rows' | 'next'> {
  const end = first.at(-1)?.key;
  if (next === null || end === undefined) return { rows: sameRows(held.rows, first), next };
  const ids = new Set(first.map((row) => row.conversationId));
  const later = held.rows.filter((row) => row.key > end && !ids.has(row.conversationId));
  const rows = sameRows(held.rows, [...first, ...later]);
  return { rows, next: later.length > 0 ? held.next : next };
}

async function fetchFrom(
  api: StaffApi,
  wanted: ListWanted,
  upTo: number,
): Promise<{ rows: DeskRow[]; next: string | null }> {
  const rows: DeskRow[] = [];
  let next: string | null = null;
  do {
    const page = await api.list({
      ...wanted,
      limit: upTo > PAGE ? 200 : PAGE,
      ...(next === null ? {} : { cursor: next }),
    });
    rows.push(...page.items);
    next = page.next;
  } while (next !== null && rows.length < upTo);
  return { rows, next };
}

/** One task at a time; asked for again meanwhile, it runs once more. */
function createGather(work: () => Promise<void>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  const run = async () => {
    timer = undefined;
    if (running) {
      again = true;
      return;
    }
    running = true;
    await work();
    running = false;
    if (again) {
      again = false;
      timer ??= setTimeout(run, REST_MS);
    }
  };
  return {
    ask() {
      timer ??= setTimeout(run, GATHER_MS);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

export function useLists(api: StaffApi, wanted: ListWanted): Lists {
  const [held, setHeld] = useState<ReadonlyMap<string, Held>>(new Map());
  const [summary, setSummary] = useState<DeskSummary | null>(null);
  const id = idOf(wanted);
  const now = useRef({ wanted, held, deepAt: 0, loadingMore: false });
  now.current.wanted = wanted;
  now.current.held = held;

  const put = useCallback((of: string, change: (before: Held) => Partial<Held>) => {
    setHeld((all) => {
      const before = all.get(of) ?? NOTHING;
      return new Map(all).set(of, { ...before, ...change(before) });
    });
  }, []);

  const gather = useMemo(
    () =>
      createGather(async () => {
        const { wanted: asked, held: all, deepAt } = now.current;
        const of = idOf(asked);
        const known = all.get(of)?.rows.length ?? 0;
        const isDeep = known > PAGE && performance.now() - deepAt > DEEP_MS;
        if (isDeep) now.current.deepAt = performance.now();
        try {
          const [first, stands] = await Promise.all([fetchFrom(api, asked, isDeep ? known : 1), api.summary()]);
          setSummary((before) => (JSON.stringify(before) === JSON.stringify(stands) ? before : stands));
          put(of, (before) => ({
            ...(isDeep
              ? { rows: sameRows(before.rows, first.rows), next: first.next }
              : joinPages(first.rows, first.next, before)),
            loaded: true,
            error: null,
          }));
        } catch (error) {
          put(of, () => ({ error, loaded: true }));
        }
      }),
    [api, put],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is a reason to look
  useEffect(() => {
    gather.ask();
    const poll = setInterval(() => {
      if (document.visibilityState === 'visible') gather.ask();
    }, POLL_MS);
    return () => {
      clearInterval(poll);
      gather.stop();
    };
  }, [gather, id]);

  const loadMore = useCallback(() => {
    const { wanted: asked, held: all, loadingMore } = now.current;
    const of = idOf(asked);
    const next = all.get(of)?.next ?? null;
    if (loadingMore || next === null) return;
    now.current.loadingMore = true;
    api
      .list({ ...asked, limit: PAGE, cursor: next })
      .then(
        (page) =>
          put(of, (before) => {
            const ids = new Set(before.rows.map((row) => row.conversationId));
            const fresh = page.items.filter((row) => !ids.has(row.conversationId));
            return { rows: [...before.rows, ...fresh], next: page.next };
          }),
        (error: unknown) => put(of, () => ({ error })),
      )
      .finally(() => {
        now.current.loadingMore = false;
      });
  }, [api, put]);

  const shown = held.get(id) ?? NOTHING;
  return useMemo(
    () => ({
      rows: shown.rows,
      more: shown.next !== null,
      loaded: shown.loaded,
      error: shown.error,
      summary,
      refresh: gather.ask,
      loadMore,
    }),
    [shown, summary, gather, loadMore],
  );
}
