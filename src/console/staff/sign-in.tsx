// The form for those who are not signed in.
import { useState } from 'react';
import { errorText } from '../api.ts';
import { BatonMark } from '../icons.tsx';
import { useSpeech } from './speech.ts';

interface SignInProps {
  error: unknown;
  expired: boolean;
  busy: boolean;
  onSubmit(login: string, password: string): void;
}

export function SignInForm({ error, expired, busy, onSubmit }: SignInProps) {
  const { t } = useSpeech();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const told = error !== null ? errorText(error, t) : expired ? t('signin.expired') : null;
  return (
    <section className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(login.trim(), password);
        }}
      >
        <BatonMark />
        <h1>{t('signin.title')}</h1>
        {told !== null && (
          <p className="form-error" role="alert">
            {told}
          </p>
        )}
        <label>
          <span>{t('signin.login')}</span>
          <input
            name="login"
            autoComplete="username"
            required
            value={login}
            onChange={(e) => setLogin(e.target.value)}
          />
        </label>
        <label>
          <span>{t('signin.password')}</span>
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(e) => setPassword(e.target.value)}
          />
        </label>
        <button type="submit" className="primary" disabled={busy}>
          {busy ? t('signin.busy') : t('signin.submit')}
        </button>
        <p className="form-hint">{t('signin.hint')}</p>
      </form>
    </section>
  );
}
