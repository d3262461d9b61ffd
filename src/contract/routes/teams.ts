// Teams, their hours, and the rules that say which team takes a case.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';
import { RouteCase, Routed, RouteRule } from '../routing.ts';
import { TeamName, TeamSettings, TeamView } from '../team.ts';

const Named = Type.Object({ name: TeamName });
const Rules = Type.Array(RouteRule, { minItems: 1, maxItems: 200 });
const RulePage = Type.Object({ items: Type.Array(RouteRule), next: Type.Null() });

export const teamRoutes = {
  'GET /api/teams': {
    summary: 'Teams with their mode, overflow and hours',
    reply: Type.Object({ items: Type.Array(TeamView), next: Type.Null() }),
  },
  'PUT /api/teams/:name': { summary: 'Add or change a team', params: Named, body: TeamSettings, reply: TeamView },
  'DELETE /api/teams/:name': {
    summary: 'Remove a team of one’s own that has no open case and that no rule names',
    params: Named,
    reply: Type.Object({ ok: Type.Boolean() }),
  },
  'GET /api/rules': { summary: 'Routing rules, first match wins', reply: RulePage },
  'PUT /api/rules': { summary: 'Replace all routing rules', body: Type.Object({ rules: Rules }), reply: RulePage },
  'POST /api/rules/try': {
    summary: 'Which team a case would get, by the rules as they are or as they might be; changes nothing',
    body: Type.Object({ case: RouteCase, rules: Type.Optional(Rules) }),
    reply: Routed,
  },
} as const satisfies RouteTable;
