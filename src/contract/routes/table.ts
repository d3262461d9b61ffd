// All routes that server and browser share, as types: one line per area.
import type { sessionRoutes } from './session.ts';
import type { faqRoutes, releaseRoutes, sheetRoutes, unknownRoutes } from './studio.ts';

export type Routes = typeof sessionRoutes &
  typeof faqRoutes &
  typeof sheetRoutes &
  typeof releaseRoutes &
  typeof unknownRoutes;
