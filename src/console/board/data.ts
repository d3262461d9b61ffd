// What the board asks the server: live numbers at every hint but at most every few seconds, figures more seldom.
import { keepPreviousData, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useDeskLive } from '../desk/desk-live.ts';
import type { Reply } from '../routes.ts';
import type { Ask } from '../staff/ask.ts';
import { type Filters, periodQuery } from './filters.ts';

export type Live = Reply<'GET /api/metrics/live'>;
export type Board = Reply<'GET /api/metrics/board'>;
export type Health = Reply<'GET /api/metrics/health'>;
export type Service = Reply<'GET /api/metrics/service'>;
export type Profile = Reply<'GET /api/metrics/profiles'>['items'][number];
export type Places = Reply<'GET /api/metrics/places'>;
export type Cases = Reply<'GET /api/metrics/conversations'>;
export type AgentNow = Live['agents'][number];

/** Live numbers are asked for again no sooner than this: a shopper who comes is on the board within five seconds. */
const LIVE_MS = 4_000;
const FIGURES_MS = 20_000;
/** Without any hint: presence and waiting times go on by themselves. */
const LOOK_MS = 15_000;

export interface BoardData {
  live: UseQueryResult<Live>;
  board: UseQueryResult<Board>;
  health: UseQueryResult<Health>;
  service: UseQueryResult<Service>;
  profiles: UseQueryResult<{ items: Profile[] }>;
  places: UseQueryResult<Places>;
  refresh(): void;
}

/** Calls `act` at once, then no sooner than every `ms`; the last wish is never lost. */
function useThrottled(act: () => void, ms: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const last = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    const run = () => {
      timer.current = undefined;
      last.current = Date.now();
      latest.current();
    };
    if (timer.current !== undefined) return;
    const wait = last.current + ms - Date.now();
    if (wait <= 0) run();
    else timer.current = setTimeout(run, wait);
  }, [ms]);
}

export function useBoardData(ask: Ask, me: string, filters: Filters): BoardData {
  const client = useQueryClient();
  const { account, team, profile, target } = filters;
  const period = periodQuery(filters);
  const live = useQuery({
    queryKey: ['live', account, team],
    queryFn: () => ask('GET /api/metrics/live', { query: { account, team } }),
    refetchInterval: LOOK_MS,
    placeholderData: keepPreviousData,
  });
  const board = useQuery({
    queryKey: ['board', period],
    queryFn: () => ask('GET /api/metrics/board', { query: period }),
    refetchInterval: 4 * LOOK_MS,
    placeholderData: keepPreviousData,
  });
  const health = useQuery({
    queryKey: ['health'],
    queryFn: () => ask('GET /api/metrics/health'),
    refetchInterval: 2 * LOOK_MS,
  });
  const service = useQuery({
    queryKey: ['service', profile, account, target],
    queryFn: () => ask('GET /api/metrics/service', { query: { profile, account, target } }),
    refetchInterval: 4 * LOOK_MS,
    placeholderData: keepPreviousData,
  });
  const profiles = useQuery({
    queryKey: ['profiles'],
    queryFn: () => ask('GET /api/metrics/profiles'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const places = useQuery({
    queryKey: ['places'],
    queryFn: () => ask('GET /api/metrics/places'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const again = (...keys: string[]) => {
    for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
  };
  const hintLive = useThrottled(() => again('live', 'agent-cases'), LIVE_MS);
  const hintFigures = useThrottled(() => again('board', 'health', 'service'), FIGURES_MS);
  const hint = () => {
    hintLive();
    hintFigures();
  };
  useDeskLive(me, [], {
    onDesk: hint,
    onAll: hint,
    onConversation: () => {},
    onViewers: () => {},
    onRefused: () => {},
  });
  const refresh = useCallback(() => void client.invalidateQueries(), [client]);
  return { live, board, health, service, profiles, places, refresh };
}
