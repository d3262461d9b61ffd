// The entry of the pages made of tables and forms: studio and settings.
import { lazy } from 'react';
import { show } from './page.tsx';

const StudioPage = lazy(async () => ({ default: (await import('./studio/studio-page.tsx')).StudioPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }));

void show(location.pathname.startsWith('/settings') ? <SettingsPage /> : <StudioPage />);
