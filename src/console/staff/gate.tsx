// The door of every page for staff: lets through who is signed in, asks the others.
import { type ReactNode, useCallback, useEffect, useMemo } from 'react';
import type { Session } from '../wire.ts';
import { type Ask, createAsk } from './ask.ts';
import { ChannelsContext } from './channel-names.ts';
import { useSession } from './session.ts';
import { useSpeech } from './speech.ts';
import './sign-in.css';
import { leaveEntrance, useStayAwake } from './presence.ts';
import { SecondStep } from './second-step.tsx';
import { SignInForm } from './sign-in.tsx';
import { tellStanding } from './standing.ts';

export interface SignedIn {
  session: Session;
  ask: Ask;
  onSignOut(): void;
}

interface GateProps {
  /** From the address of a one-time link; null without one. */
  linkToken: string | null;
  /** The first page lets the demo's agent in without asking, where the server offers it. */
  demo: boolean;
  children(signedIn: SignedIn): ReactNode;
}

function Inside({ session, expire, signOut, children }: Pick<GateProps, 'children'> & Entered) {
  useEffect(() => tellStanding({ shopName: session.shopName }), [session.shopName]);
  const ask = useMemo(() => createAsk(session.csrf, expire), [session.csrf, expire]);
  useStayAwake(ask);
  useEffect(() => leaveEntrance(session.user.role), [session.user.role]);
  return <ChannelsContext value={session.channels}>{children({ session, ask, onSignOut: signOut })}</ChannelsContext>;
}

interface Entered {
  session: Session;
  expire(): void;
  signOut(): void;
}

export function Gate({ linkToken, demo, children }: GateProps) {
  const { t } = useSpeech();
  const signIn = useSession({ linkToken, demo });
  const expireNow = signIn.status === 'in' ? signIn.expire : undefined;
  const expire = useCallback(() => expireNow?.(), [expireNow]);
  switch (signIn.status) {
    case 'asking':
      return <p className="page-state">{linkToken === null ? t('app.loading') : t('signin.link')}</p>;
    case 'out':
      return <SignInForm error={signIn.error} expired={signIn.expired} busy={signIn.busy} onSubmit={signIn.signIn} />;
    case 'second':
      return <SecondStep session={signIn.session} onSession={signIn.onSession} onSignOut={signIn.signOut} />;
    case 'in':
      return (
        <Inside key={signIn.session.user.id} session={signIn.session} expire={expire} signOut={signIn.signOut}>
          {children}
        </Inside>
      );
    default:
      return signIn satisfies never;
  }
}
