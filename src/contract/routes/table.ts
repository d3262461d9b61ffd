// All routes that server and browser share, as types: one line per area.
import type { deskRoutes } from './desk.ts';
import type { sessionRoutes } from './session.ts';

export type Routes = typeof sessionRoutes & typeof deskRoutes;
