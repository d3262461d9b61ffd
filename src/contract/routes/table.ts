// All routes that server and browser share, as types: one line per area.
import type { careRoutes } from './care.ts';
import type { deskRoutes } from './desk.ts';
import type { phraseRoutes } from './phrases.ts';
import type { sessionRoutes } from './session.ts';
import type { ticketRoutes } from './tickets.ts';
import type { writingRoutes } from './writing.ts';

export type Routes = typeof sessionRoutes &
  typeof deskRoutes &
  typeof phraseRoutes &
  typeof writingRoutes &
  typeof careRoutes &
  typeof ticketRoutes;
