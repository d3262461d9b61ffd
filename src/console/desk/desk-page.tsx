// /desk and /sign-in: the desk alone, behind a sign-in.
import { Rail } from '../staff/rail.tsx';
import { TopBar } from '../top-bar.tsx';
import { Desk } from './desk.tsx';
import { useSpeech } from './speech.ts';

/** The token of a one-time link, taken out of the address so that it stays in no history. */
function takeLinkToken(): string | null {
  const token = new URLSearchParams(location.search).get('token');
  if (location.pathname.startsWith('/sign-in')) history.replaceState(null, '', '/desk');
  return token;
}

// at load, not while drawing: the address is changed
const linkToken = takeLinkToken();

export function DeskPage() {
  const { t } = useSpeech();
  return (
    <div className="page">
      <a className="skip-link" href="#conversation">
        {t('desk.skip')}
      </a>
      <TopBar />
      <Desk
        linkToken={linkToken}
        demo={false}
        around={(desk, { session }) => (
          <div className="staff-page">
            <Rail role={session.user.role} />
            <main className="desk-page">{desk}</main>
          </div>
        )}
      />
    </div>
  );
}
