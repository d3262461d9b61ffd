// The rail on the left of every page for staff: the rooms one may enter.
import type { ReactNode } from 'react';
import { BookIcon, ChartIcon, GearIcon, TalkIcon } from '../icons.tsx';
import { useSpeech } from './speech.ts';
import './rail.css';
import type { StaffUser } from '../wire.ts';

type Role = StaffUser['role'];

const ROOMS = [
  { path: '/desk', word: 'rail.desk', Icon: TalkIcon, roles: ['agent', 'supervisor', 'admin'] },
  { path: '/studio', word: 'rail.studio', Icon: BookIcon, roles: ['editor', 'supervisor', 'admin'] },
  { path: '/board', word: 'rail.board', Icon: ChartIcon, roles: ['supervisor', 'admin'] },
  { path: '/settings', word: 'rail.settings', Icon: GearIcon, roles: ['agent', 'supervisor', 'editor', 'admin'] },
] as const satisfies readonly { path: string; word: string; Icon: () => ReactNode; roles: readonly Role[] }[];

export function Rail({ role, children }: { role: Role; children?: ReactNode }) {
  const { t } = useSpeech();
  const rooms = ROOMS.filter(({ roles }) => (roles as readonly Role[]).includes(role));
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      {rooms.map(({ path, word, Icon }) => (
        <a key={path} href={path} aria-current={location.pathname.startsWith(path) ? 'page' : undefined}>
          <Icon />
          {t(word)}
        </a>
      ))}
      {children}
    </nav>
  );
}
