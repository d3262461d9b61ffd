// The bar above the desk's pages: name, and the language.
import type { ReactNode } from 'react';
import { BatonMark } from './icons.tsx';
import { LanguageSwitch, useSpeech } from './language.tsx';

export function TopBar({ children }: { children?: ReactNode }) {
  const { t } = useSpeech();
  return (
    <header className="top-bar">
      <BatonMark />
      <strong className="top-name">{t('app.name')}</strong>
      <span className="top-tagline">{t('app.tagline')}</span>
      <div className="top-right">
        {children}
        <LanguageSwitch />
      </div>
    </header>
  );
}
