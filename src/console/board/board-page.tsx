// /board, behind a sign-in.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { StaffPage } from '../staff/staff-page.tsx';
import { Board } from './board.tsx';

const createClient = () =>
  // the page's own error states ask for a retry; a fault is not hidden behind three silent attempts
  new QueryClient({ defaultOptions: { queries: { retry: 1, networkMode: 'always' } } });

export function BoardPage() {
  const [client] = useState(createClient);
  return (
    <StaffPage roles={['supervisor', 'admin']}>
      {({ session, ask }) => (
        <QueryClientProvider client={client}>
          <Board ask={ask} me={session.user} />
        </QueryClientProvider>
      )}
    </StaffPage>
  );
}
