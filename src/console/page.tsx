// What every page stands in: its language, a guard against faults in drawing, and a word while parts are loaded.
import { Component, type ReactNode, StrictMode, Suspense, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider, languageReady, useSpeech } from './language.tsx';
import './look.css';

function Loading() {
  const { t } = useSpeech();
  return <p className="page-state">{t('app.loading')}</p>;
}

function Broken() {
  const { t } = useSpeech();
  useEffect(() => document.querySelector<HTMLButtonElement>('.page-state button')?.focus(), []);
  return (
    <div className="page-state" role="alert">
      <p>{t('app.broken')}</p>
      <button type="button" onClick={() => location.reload()}>
        {t('app.reload')}
      </button>
    </div>
  );
}

/** A fault in drawing must not leave an empty page. */
class Guard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };
  static getDerivedStateFromError() {
    return { broken: true };
  }
  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

export async function show(page: ReactNode): Promise<void> {
  await languageReady();
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <LanguageProvider>
        <Guard>
          <Suspense fallback={<Loading />}>{page}</Suspense>
        </Guard>
      </LanguageProvider>
    </StrictMode>,
  );
}
