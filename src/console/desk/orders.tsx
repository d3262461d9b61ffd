// The orders beside a conversation: what was bought, where the parcel is, and whether it stands still.
import { useState } from 'react';
import type { OrderFacts } from '../../contract/handoff.ts';
import { AlertIcon } from '../icons.tsx';
import { moment } from '../time.ts';
import { useSpeech } from './speech.ts';

/** A parcel that has not moved for so long is worth a warning; the bot says so from the same length on. */
const STILL_HOURS = 72;

function Copy({ text }: { text: string }) {
  const { t } = useSpeech();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard?.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      },
      () => undefined,
    );
  };
  return (
    <button type="button" className="quiet copy" aria-label={t('order.copyLabel', { what: text })} onClick={copy}>
      {copied ? t('order.copied') : t('order.copy')}
    </button>
  );
}

function Logistics({ logistics }: { logistics: NonNullable<OrderFacts['logistics']> }) {
  const { t, language } = useSpeech();
  const { courier, trackingNo, lastEvent, lastEventAt, stillForHours } = logistics;
  return (
    <div className="trace">
      <p className="order-line">
        <span>
          {courier} <span className="mono">{trackingNo}</span>
        </span>
        <Copy text={trackingNo} />
      </p>
      {stillForHours !== null && stillForHours >= STILL_HOURS && (
        <p className="still">
          <AlertIcon />
          {t('order.still', { hours: Math.floor(stillForHours) })}
        </p>
      )}
      <p className="trace-event">
        {lastEvent ?? t('order.noTrace')}
        {lastEventAt && <time>{moment(lastEventAt, language, Date.now())}</time>}
      </p>
    </div>
  );
}

function Order({ order }: { order: OrderFacts }) {
  const { t, language } = useSpeech();
  const amount = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY' }).format(order.amount);
  return (
    <article className="order">
      <p className="order-line">
        <span className="mono">{order.id}</span>
        <Copy text={order.id} />
        <span className="chip order-status">{order.statusText}</span>
      </p>
      <ul>
        {order.items.map((item) => (
          <li key={`${item.productId} ${item.sku}`}>
            {t('order.items', { title: item.title, sku: item.sku, n: item.quantity })}
          </li>
        ))}
      </ul>
      <p className="order-small">
        {t('order.amount', { amount })} · {t('order.placed', { at: moment(order.placedAt, language, Date.now()) })}
      </p>
      {order.logistics && <Logistics logistics={order.logistics} />}
    </article>
  );
}

export function Orders({ orders }: { orders: readonly OrderFacts[] }) {
  const { t } = useSpeech();
  if (orders.length === 0) return <p className="side-empty">{t('packet.noOrders')}</p>;
  return orders.map((order) => <Order key={order.id} order={order} />);
}
