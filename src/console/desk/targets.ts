// Who a conversation can be passed on to: colleagues and teams, as they stand when they are asked for.
import { useEffect, useState } from 'react';
import type { Colleague, TeamInfo } from '../wire.ts';
import type { StaffApi } from './staff-api.ts';

export function useTargets(api: StaffApi): { staff: Colleague[]; teams: TeamInfo[] } | null {
  const [found, setFound] = useState<{ staff: Colleague[]; teams: TeamInfo[] } | null>(null);
  useEffect(() => {
    let left = false;
    Promise.all([api.staff(), api.teams()]).then(
      ([staff, teams]) => !left && setFound({ staff: staff.items, teams: teams.items }),
      () => !left && setFound({ staff: [], teams: [] }),
    );
    return () => {
      left = true;
    };
  }, [api]);
  return found;
}
