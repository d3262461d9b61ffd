// Orders as cards: what was bought, where the parcel is, and whether it stands still.
import { useState } from 'react';
import type { OrderFacts } from '../../contract/handoff.ts';
import { AlertIcon } from '../icons.tsx';
import { moment } from '../time.ts';
import { Copy } from './copy.tsx';
import type { OrderDetail } from './shopper-data.ts';
import { useSpeech } from './speech.ts';

/** A parcel that has not moved for so long is worth a warning; the bot says so from the same length on. */
const STILL_HOURS = 72;
const TRACE_SHOWN = 3;

type Shown = OrderFacts & Partial<Pick<OrderDetail, 'trace' | 'customer'>>;

function Trace({ trace }: { trace: OrderDetail['trace'] }) {
  const { t, language } = useSpeech();
  const [all, setAll] = useState(false);
  if (trace.length === 0) return <p className="trace-event">{t('order.noTrace')}</p>;
  return (
    <>
      <ol className="timeline">
        {(all ? trace : trace.slice(0, TRACE_SHOWN)).map((event) => (
          <li key={`${event.at} ${event.text}`}>
            <time>{moment(event.at, language, Date.now())}</time>
            {event.text}
          </li>
        ))}
      </ol>
      {trace.length > TRACE_SHOWN && (
        <button type="button" className="quiet copy" aria-expanded={all} onClick={() => setAll((now) => !now)}>
          {all ? t('orders.less') : t('orders.more', { n: trace.length - TRACE_SHOWN })}
        </button>
      )}
    </>
  );
}

function Logistics({ logistics, trace }: { logistics: NonNullable<OrderFacts['logistics']>; trace: Shown['trace'] }) {
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
      {trace ? (
        <Trace trace={trace} />
      ) : (
        <p className="trace-event">
          {lastEvent ?? t('order.noTrace')}
          {lastEventAt && <time>{moment(lastEventAt, language, Date.now())}</time>}
        </p>
      )}
    </div>
  );
}

export function Order({ order, onTell }: { order: Shown; onTell?: (() => void) | undefined }) {
  const { t, language } = useSpeech();
  const amount = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY' }).format(order.amount);
  return (
    <article className="order">
      <p className="order-line">
        <span className="mono">{order.id}</span>
        <Copy text={order.id} />
        <span className="chip order-status">{order.statusText}</span>
      </p>
      {order.customer && <p className="order-small">{t('orders.buyer', { name: order.customer })}</p>}
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
      {order.logistics && <Logistics logistics={order.logistics} trace={order.trace} />}
      {onTell && order.logistics && (
        <p className="order-acts">
          <button type="button" onClick={onTell} aria-label={t('orders.sendLabel', { id: order.id })}>
            {t('orders.send')}
          </button>
        </p>
      )}
    </article>
  );
}

/** Those that came with the baton. */
export function Orders({ orders }: { orders: readonly OrderFacts[] }) {
  const { t } = useSpeech();
  if (orders.length === 0) return <p className="side-empty">{t('packet.noOrders')}</p>;
  return orders.map((order) => <Order key={order.id} order={order} />);
}
