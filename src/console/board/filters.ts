// What the board is narrowed to, kept in the address, so that a reload or a shared link shows the same.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

export const RANGES = ['today', 'yesterday', 'week', 'custom'] as const;
export type Range = (typeof RANGES)[number];

export interface Filters {
  range: Range;
  from: string | undefined;
  until: string | undefined;
  account: string | undefined;
  team: string | undefined;
  profile: string;
  /** Of the platform's leading rate. */
  target: number;
}

export const TARGETS = [0.7, 0.8, 0.85, 0.9, 0.95] as const;

const isRange = (text: string | null): text is Range => RANGES.some((range) => range === text);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function read(params: URLSearchParams): Filters {
  const day = (name: string) => {
    const text = params.get(name);
    return text !== null && DAY.test(text) ? text : undefined;
  };
  const range = params.get('range');
  const target = Number(params.get('target'));
  return {
    range: isRange(range) ? range : 'today',
    from: day('from'),
    until: day('until'),
    account: params.get('channel') ?? undefined,
    team: params.get('team') ?? undefined,
    profile: params.get('profile') ?? 'generic',
    target: TARGETS.some((one) => one === target) ? target : 0.8,
  };
}

/** As the routes take it. Custom without days is today. */
export const periodQuery = ({ range, from, until, account, team, profile }: Filters) => ({
  ...(range === 'custom' && from === undefined
    ? { range: 'today' as const }
    : { range, ...(range === 'custom' && { from, until: until ?? from }) }),
  account,
  team,
  profile,
});

const ADDRESS: Readonly<Record<keyof Filters, string>> = {
  range: 'range',
  from: 'from',
  until: 'until',
  account: 'channel',
  team: 'team',
  profile: 'profile',
  target: 'target',
};

export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => read(params), [params]);
  const change = useCallback(
    (changed: Partial<Filters>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changed)) {
            const key = ADDRESS[name as keyof Filters];
            if (value === undefined || value === '') next.delete(key);
            else next.set(key, String(value));
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [filters, change];
}
