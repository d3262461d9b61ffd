// The bar above the pages for staff: whose shop it is, whether live news come in, language and theme.
import type { ReactNode } from 'react';
import { BatonMark } from './icons.tsx';
import { LanguageSwitch } from './language.tsx';
import { useSpeech } from './staff/speech.ts';
import { useStanding } from './staff/standing.ts';
import { ThemeSwitch } from './staff/theme-switch.tsx';

function LinkDot() {
  const { t } = useSpeech();
  const { link } = useStanding();
  if (link === null) return null;
  return <span className={`link-dot link-${link}`}>{t(`bar.${link}`)}</span>;
}

export function TopBar({ children }: { children?: ReactNode }) {
  const { t } = useSpeech();
  const { shopName } = useStanding();
  return (
    <header className="top-bar">
      <BatonMark />
      <strong className="top-name">{t('app.name')}</strong>
      <span className="top-tagline">{shopName ?? t('app.tagline')}</span>
      <div className="top-right">
        {children}
        <LinkDot />
        <ThemeSwitch />
        <LanguageSwitch />
      </div>
    </header>
  );
}
