// /settings: one page for each thing that can be set, those of one's own sign-in for everybody.
import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider, theme } from 'antd';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import type { SignedIn } from '../staff/gate.tsx';
import { StaffPage } from '../staff/staff-page.tsx';
import { AntdFrame } from '../studio/antd-frame.tsx';
import type { StaffUser } from '../wire.ts';
import { createQueries, SignedInContext } from './parts.tsx';
import { useSpeech } from './speech.ts';
import './settings.css';

type Role = StaffUser['role'];
const LEADS: readonly Role[] = ['supervisor', 'admin'];
const ALL: readonly Role[] = ['agent', 'supervisor', 'editor', 'admin'];
const ADMIN: readonly Role[] = ['admin'];
const ALL_BUT_AGENTS: readonly Role[] = ['supervisor', 'editor', 'admin'];

const ROOMS = [
  { path: 'people', roles: ADMIN, Page: lazy(async () => ({ default: (await import('./people.tsx')).PeoplePage })) },
  { path: 'teams', roles: LEADS, Page: lazy(async () => ({ default: (await import('./teams.tsx')).TeamsPage })) },
  { path: 'rules', roles: LEADS, Page: lazy(async () => ({ default: (await import('./rules.tsx')).RulesPage })) },
  {
    path: 'channels',
    roles: ADMIN,
    Page: lazy(async () => ({ default: (await import('./channels.tsx')).ChannelsPage })),
  },
  { path: 'policy', roles: ADMIN, Page: lazy(async () => ({ default: (await import('./policy.tsx')).PolicyPage })) },
  {
    path: 'packs',
    roles: ALL_BUT_AGENTS,
    Page: lazy(async () => ({ default: (await import('./packs.tsx')).PacksPage })),
  },
  { path: 'hooks', roles: ADMIN, Page: lazy(async () => ({ default: (await import('./hooks.tsx')).HooksPage })) },
  { path: 'shop', roles: ADMIN, Page: lazy(async () => ({ default: (await import('./shop.tsx')).ShopPage })) },
  { path: 'audit', roles: ADMIN, Page: lazy(async () => ({ default: (await import('./audit.tsx')).AuditPage })) },
  {
    path: 'security',
    roles: ALL,
    Page: lazy(async () => ({ default: (await import('./security.tsx')).SecurityPage })),
  },
] as const;

/** Forms that come and go do not fly, and what is said in colour stands on the console's own soft grounds. */
function Calm({ children }: { children: ReactNode }) {
  theme.useToken(); // drawn anew when the theme changes
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const token = {
    motion: false,
    colorWarningBg: colour('--warn-soft'),
    colorErrorBg: colour('--bad-soft'),
    colorSuccessBg: colour('--accent-soft'),
    colorTextDisabled: colour('--ink-3'),
  };
  const components = { Button: { primaryColor: colour('--on-accent') } };
  return <ConfigProvider theme={{ token, components }}>{children}</ConfigProvider>;
}

function Rooms({ role }: { role: Role }) {
  const { t } = useSpeech();
  const [path] = useLocation();
  const rooms = ROOMS.filter(({ roles }) => roles.includes(role));
  return (
    <div className="settings">
      <nav aria-label={t('settings.nav')}>
        <h1>{t('settings.title')}</h1>
        {rooms.map(({ path: room }) => (
          <Link key={room} href={`/settings/${room}`} aria-current={path === `/settings/${room}` ? 'page' : undefined}>
            {t(`settings.${room}`)}
          </Link>
        ))}
      </nav>
      <main>
        <Suspense fallback={<p className="page-state">{t('app.loading')}</p>}>
          <Switch>
            {rooms.map(({ path, Page }) => (
              <Route key={path} path={`/settings/${path}`}>
                <Page />
              </Route>
            ))}
            <Route>
              <Redirect to={`/settings/${rooms[0]?.path ?? 'security'}`} replace />
            </Route>
          </Switch>
        </Suspense>
      </main>
    </div>
  );
}

function Inside({ signedIn }: { signedIn: SignedIn }) {
  const queries = useMemo(createQueries, []);
  return (
    <AntdFrame>
      <Calm>
        <QueryClientProvider client={queries}>
          <SignedInContext value={signedIn}>
            <Route path="/settings/*?">
              <Rooms role={signedIn.session.user.role} />
            </Route>
          </SignedInContext>
        </QueryClientProvider>
      </Calm>
    </AntdFrame>
  );
}

export function SettingsPage() {
  return <StaffPage roles={ALL}>{(signedIn) => <Inside signedIn={signedIn} />}</StaffPage>;
}
