// A page for staff: the bar, the rail, and what the page shows to whoever may see it.
import type { ReactNode } from 'react';
import { TopBar } from '../top-bar.tsx';
import type { StaffUser } from '../wire.ts';
import { Gate, type SignedIn } from './gate.tsx';
import { Rail } from './rail.tsx';
import { useSpeech } from './speech.ts';

interface StaffPageProps {
  roles: readonly StaffUser['role'][];
  children(signedIn: SignedIn): ReactNode;
}

export function StaffPage({ roles, children }: StaffPageProps) {
  const { t } = useSpeech();
  return (
    <div className="page">
      <TopBar />
      <Gate linkToken={null} demo={false}>
        {(signedIn) => (
          <div className="staff-page">
            <Rail role={signedIn.session.user.role} />
            {roles.includes(signedIn.session.user.role) ? (
              children(signedIn)
            ) : (
              <p className="page-state">{t('rail.notYours')}</p>
            )}
          </div>
        )}
      </Gate>
    </div>
  );
}
