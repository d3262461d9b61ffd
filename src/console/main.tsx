// The entry of all pages: which one it is stands in the address.
import { Component, lazy, type ReactNode, StrictMode, Suspense, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider, useSpeech } from './language.tsx';
import './look.css';
import { ShopPage } from './shop/shop-page.tsx';

// the shopper's page stays small: desk and first page are loaded when they are asked for
const FirstPage = lazy(async () => ({ default: (await import('./first/first-page.tsx')).FirstPage }));
const DeskPage = lazy(async () => ({ default: (await import('./desk/desk-page.tsx')).DeskPage }));

function Page() {
  const path = location.pathname.replace(/\/+$/, '');
  if (path === '/shop') return <ShopPage />;
  if (path === '/desk' || path === '/sign-in') return <DeskPage />;
  return <FirstPage />;
}

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

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <LanguageProvider>
      <Guard>
        <Suspense fallback={<Loading />}>
          <Page />
        </Suspense>
      </Guard>
    </LanguageProvider>
  </StrictMode>,
);
