// /studio, behind a sign-in: antd, the cache of what the server said, and the studio itself.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api.ts';
import { StaffPage } from '../staff/staff-page.tsx';
import { AntdFrame } from './antd-frame.tsx';
import { Studio } from './studio.tsx';

/** A refusal does not become another answer by asking again. */
const retry = (failures: number, error: Error): boolean =>
  failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500);

export function StudioPage() {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry, staleTime: 5_000 } } }));
  return (
    <StaffPage roles={['editor', 'supervisor', 'admin']}>
      {({ session, ask }) => (
        <AntdFrame>
          <QueryClientProvider client={client}>
            <Studio session={session} ask={ask} />
          </QueryClientProvider>
        </AntdFrame>
      )}
    </StaffPage>
  );
}
