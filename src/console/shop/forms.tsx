// What a page asks for below a message: when and where to be called, what a business wants to buy. What is filled in goes to the shop's people, never into the log.
import { useEffect, useState } from 'react';
import type { ShopForm } from '../../contract/conversation.ts';
import { errorText } from '../api.ts';
import type { Language } from '../language.tsx';
import type { Reply } from '../routes.ts';
import { moment } from '../time.ts';
import { askShop } from './ask-shop.ts';
import { useMore } from './more-speech.ts';
import './forms.css';

type Calls = Reply<'GET /api/shop/callback'>;

const hour = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));

const span = ({ from, until }: Calls['windows'][number], language: Language): string =>
  `${moment(from, language, Date.now())}–${hour(until, language)}`;

function CallForm({ token }: { token: string }) {
  const { t, language } = useMore();
  const [calls, setCalls] = useState<Calls | null>(null);
  const [from, setFrom] = useState('');
  const [phone, setPhone] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [isChanging, setChanging] = useState(false);
  const load = () => {
    setError(null);
    askShop(token, 'GET /api/shop/callback').then(setCalls, setError);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is drawn
  useEffect(load, []);
  const send = () => {
    setBusy(true);
    setError(null);
    askShop(token, 'POST /api/shop/callback', { body: { phone, from: from || calls!.windows[0]!.from } })
      .then((booked) => {
        setCalls((now) => now && { ...now, booked });
        setChanging(false);
      }, setError)
      .finally(() => setBusy(false));
  };
  const booked = isChanging ? null : (calls?.booked ?? null);
  return (
    <section className="shop-form" aria-label={t('more.call')}>
      {booked !== null && (
        <p>
          {t('more.callBooked', { time: span(booked, language), phone: booked.phone })}
          <button type="button" className="quiet" onClick={() => setChanging(true)}>
            {t('more.callChange')}
          </button>
        </p>
      )}
      {calls !== null && booked === null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <label>
            <span>{t('more.callWhen')}</span>
            <select
              value={from || calls.windows[0]?.from}
              onChange={({ currentTarget }) => setFrom(currentTarget.value)}
            >
              {calls.windows.map((window) => (
                <option key={window.from} value={window.from}>
                  {span(window, language)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{t('more.callPhone')}</span>
            <input
              type="tel"
              autoComplete="tel"
              required
              minLength={5}
              maxLength={30}
              value={phone}
              onInput={({ currentTarget }) => setPhone(currentTarget.value)}
            />
          </label>
          <small>{t('more.callPrivate')}</small>
          <button type="submit" className="primary" disabled={busy || calls.windows.length === 0}>
            {t('more.callSend')}
          </button>
        </form>
      )}
      {error !== null && (
        <p role="alert">
          {errorText(error, t)}
          {calls === null && (
            <button type="button" onClick={load}>
              {t('common.retry')}
            </button>
          )}
        </p>
      )}
    </section>
  );
}

function QuoteForm({ token }: { token: string }) {
  const { t } = useMore();
  const [fields, setFields] = useState({ product: '', quantity: '', company: '', contact: '' });
  const [state, setState] = useState<'open' | 'busy' | 'sent'>('open');
  const [error, setError] = useState<unknown>(null);
  const send = () => {
    setState('busy');
    setError(null);
    askShop(token, 'POST /api/shop/quote', { body: fields }).then(
      () => setState('sent'),
      (caught: unknown) => {
        setState('open');
        setError(caught);
      },
    );
  };
  const field = (name: keyof typeof fields, max: number, required = true) => (
    <label>
      <span>{t(`more.quote_${name}`)}</span>
      <input
        required={required}
        minLength={name === 'contact' ? 5 : undefined}
        maxLength={max}
        value={fields[name]}
        onInput={({ currentTarget: { value } }) => setFields((now) => ({ ...now, [name]: value }))}
      />
    </label>
  );
  return (
    <section className="shop-form" aria-label={t('more.quote')}>
      {state === 'sent' ? (
        <p role="status">
          {t('more.quoteSent')}
          <button type="button" className="quiet" onClick={() => setState('open')}>
            {t('more.callChange')}
          </button>
        </p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          {field('product', 100)}
          {field('quantity', 40)}
          {field('company', 80, false)}
          {field('contact', 60)}
          <small>{t('more.quotePrivate')}</small>
          <button type="submit" className="primary" disabled={state === 'busy'}>
            {t('more.quoteSend')}
          </button>
        </form>
      )}
      {error !== null && <p role="alert">{errorText(error, t)}</p>}
    </section>
  );
}

export function FormBelow({ form, token }: { form: ShopForm; token: string }) {
  switch (form) {
    case 'callback':
      return <CallForm token={token} />;
    case 'quote':
      return <QuoteForm token={token} />;
    default:
      return form satisfies never;
  }
}
