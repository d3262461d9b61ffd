// The second step of a sign-in: the code, or setting the second factor up where the shop asks for it.
import { type FormEvent, useEffect, useState } from 'react';
import { errorText } from '../api.ts';
import { BatonMark } from '../icons.tsx';
import type { Session } from '../wire.ts';
import { createAsk } from './ask.ts';
import { useSpeech } from './speech.ts';

interface SecondStepProps {
  session: Session;
  onSession(session: Session): void;
  onSignOut(): void;
}

interface Key {
  secret: string;
  uri: string;
}

/** Asked once for a page, even when it is drawn twice. */
let asked: Promise<Key> | null = null;

function Codes({ codes, onGoOn }: { codes: readonly string[]; onGoOn(): void }) {
  const { t } = useSpeech();
  return (
    <section className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onGoOn();
        }}
      >
        <BatonMark />
        <h1>{t('second.codesTitle')}</h1>
        <p>{t('second.codesHint')}</p>
        <ul className="mono">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <button type="submit" className="primary">
          {t('second.kept')}
        </button>
      </form>
    </section>
  );
}

export function SecondStep({ session, onSession, onSignOut }: SecondStepProps) {
  const { t } = useSpeech();
  const enrols = session.second === 'enrol';
  const [code, setCode] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [key, setKey] = useState<Key | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [whole, setWhole] = useState<Session>(session);
  const ask = createAsk(session.csrf, () => {});

  useEffect(() => {
    if (!enrols) return;
    asked ??= createAsk(session.csrf, () => {})('POST /api/me/totp');
    asked.then(setKey, setError);
  }, [enrols, session.csrf]);

  async function verify(): Promise<void> {
    if (!enrols) return onSession(await ask('POST /api/session/totp', { body: { code: code.trim() } }));
    const { recoveryCodes, csrf } = await ask('PUT /api/me/totp', { body: { code: code.trim() } });
    setWhole({ ...session, csrf, second: 'done' });
    setCodes(recoveryCodes);
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    verify().then(
      () => setBusy(false),
      (failure: unknown) => {
        setError(failure);
        setBusy(false);
      },
    );
  };

  if (codes !== null) return <Codes codes={codes} onGoOn={() => onSession(whole)} />;
  return (
    <section className="sign-in">
      <form onSubmit={submit}>
        <BatonMark />
        <h1>{enrols ? t('second.enrolTitle') : t('second.title')}</h1>
        <p className="form-hint">{enrols ? t('second.enrolHint') : t('second.hint')}</p>
        {error !== null && (
          <p className="form-error" role="alert">
            {errorText(error, t)}
          </p>
        )}
        {key !== null && (
          <p>
            {t('second.key')} <span className="mono">{key.secret.match(/.{1,4}/g)?.join(' ')}</span>
            <br />
            <a href={key.uri}>{t('second.open')}</a>
          </p>
        )}
        <label>
          <span>{t('second.code')}</span>
          <input
            name="code"
            autoComplete="one-time-code"
            required
            // biome-ignore lint/a11y/noAutofocus: the one field of a page that asks for nothing else
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </label>
        <button type="submit" className="primary" disabled={busy}>
          {enrols ? t('second.enrol') : t('second.submit')}
        </button>
        <button type="button" className="quiet" onClick={onSignOut}>
          {t('second.other')}
        </button>
      </form>
    </section>
  );
}
