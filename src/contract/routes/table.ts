// All routes that server and browser share, as types: one line per area.
import type { auditRoutes } from './audit.ts';
import type { meRoutes } from './me.ts';
import type { peopleRoutes } from './people.ts';
import type { sessionRoutes } from './session.ts';
import type { faqRoutes, releaseRoutes, sheetRoutes, unknownRoutes } from './studio.ts';
import type { teamRoutes } from './teams.ts';

export type Routes = typeof sessionRoutes &
  typeof meRoutes &
  typeof peopleRoutes &
  typeof teamRoutes &
  typeof auditRoutes &
  typeof faqRoutes &
  typeof sheetRoutes &
  typeof releaseRoutes &
  typeof unknownRoutes;
