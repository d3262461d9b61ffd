// All routes that server and browser share, as types: one line per area.
import type { boardRoutes } from './board.ts';
import type { sessionRoutes } from './session.ts';

export type Routes = typeof sessionRoutes & typeof boardRoutes;
