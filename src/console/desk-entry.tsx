// The entry of the pages for agents and supervisors: desk, board, and the first page, which shows the desk beside a shopper.
import { lazy } from 'react';
import { DeskPage } from './desk/desk-page.tsx';
import { show } from './page.tsx';

const FirstPage = lazy(async () => ({ default: (await import('./first/first-page.tsx')).FirstPage }));
const BoardPage = lazy(async () => ({ default: (await import('./board/board-page.tsx')).BoardPage }));

function Page() {
  const path = location.pathname.replace(/\/+$/, '');
  if (path === '/board') return <BoardPage />;
  return path === '/desk' || path === '/sign-in' ? <DeskPage /> : <FirstPage />;
}

void show(<Page />);
