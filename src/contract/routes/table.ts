// All routes that server and browser share, as types: one line per area.
import type { accountRoutes } from './accounts.ts';
import type { auditRoutes } from './audit.ts';
import type { boardRoutes } from './board.ts';
import type { careRoutes } from './care.ts';
import type { deskRoutes } from './desk.ts';
import type { meRoutes } from './me.ts';
import type { peopleRoutes } from './people.ts';
import type { phraseRoutes } from './phrases.ts';
import type { policyRoutes } from './policy.ts';
import type { requestRoutes } from './requests.ts';
import type { sessionRoutes } from './session.ts';
import type { shopSettingRoutes } from './shop-settings.ts';
import type { shopperRoutes } from './shopper.ts';
import type { faqRoutes, releaseRoutes, sheetRoutes, unknownRoutes } from './studio.ts';
import type { teamRoutes } from './teams.ts';
import type { ticketRoutes } from './tickets.ts';
import type { writingRoutes } from './writing.ts';

export type Routes = typeof accountRoutes &
  typeof auditRoutes &
  typeof boardRoutes &
  typeof careRoutes &
  typeof deskRoutes &
  typeof faqRoutes &
  typeof meRoutes &
  typeof peopleRoutes &
  typeof phraseRoutes &
  typeof policyRoutes &
  typeof releaseRoutes &
  typeof requestRoutes &
  typeof sessionRoutes &
  typeof sheetRoutes &
  typeof shopSettingRoutes &
  typeof shopperRoutes &
  typeof teamRoutes &
  typeof ticketRoutes &
  typeof unknownRoutes &
  typeof writingRoutes;
