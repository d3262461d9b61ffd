// All routes that server and browser share, as types: one line per area.
import type { sessionRoutes } from './session.ts';
import type { shopperRoutes } from './shopper.ts';

export type Routes = typeof sessionRoutes & typeof shopperRoutes;
