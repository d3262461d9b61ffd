// Orders and products as cards: in a bubble, in the list to choose from, and the product the shopper came from.
import { useEffect, useRef, useState } from 'react';
import type { Card } from '../../contract/conversation.ts';
import { errorText } from '../api.ts';
import { CloseIcon } from '../icons.tsx';
import { askShop } from './ask-shop.ts';
import { useMore } from './more-speech.ts';
import './cards.css';

export function CardView({ card: { kind, id, title, detail, price } }: { card: Card }) {
  const { t } = useMore();
  return (
    <div className="card">
      <span className="card-kind">
        {t(`more.${kind}`)}
        {kind === 'order' && <span className="mono">{id}</span>}
      </span>
      <strong>{title}</strong>
      <span className="card-detail">
        <span>{detail}</span>
        {price !== null && <b>{t('more.yuan', { price })}</b>}
      </span>
    </div>
  );
}

interface OrdersProps {
  token: string;
  onPick(card: Card): void;
  onClose(): void;
}

/** A dialog of the browser's: it traps the focus and closes on Esc by itself. */
export function Orders({ token, onPick, onClose }: OrdersProps) {
  const { t } = useMore();
  const dialog = useRef<HTMLDialogElement>(null);
  const [orders, setOrders] = useState<Card[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    askShop(token, 'GET /api/shop/orders').then(({ items }) => setOrders(items), setError);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens
  useEffect(() => {
    dialog.current?.showModal();
    load();
  }, []);
  return (
    <dialog className="orders" ref={dialog} aria-label={t('more.orders')} onClose={onClose}>
      <header>
        <h2>{t('more.orders')}</h2>
        <button
          type="button"
          className="quiet shop-tool"
          aria-label={t('common.close')}
          onClick={() => dialog.current?.close()}
        >
          <CloseIcon />
        </button>
      </header>
      {error !== null && (
        <p className="orders-state" role="alert">
          {t('more.ordersFailed', { detail: errorText(error, t) })}
          <button type="button" onClick={load}>
            {t('common.retry')}
          </button>
        </p>
      )}
      {error === null && orders === null && <p className="orders-state">{t('app.loading')}</p>}
      {orders?.length === 0 && <p className="orders-state">{t('more.ordersEmpty')}</p>}
      <ul>
        {orders?.map((card) => (
          <li key={card.id}>
            <button
              type="button"
              onClick={() => {
                onPick(card);
                dialog.current?.close();
              }}
            >
              <CardView card={card} />
            </button>
          </li>
        ))}
      </ul>
    </dialog>
  );
}

/** Above the box: what the shopper looked at when they came. */
export function ProductBar({ card, onSend, onClose }: { card: Card; onSend(card: Card): void; onClose(): void }) {
  const { t } = useMore();
  return (
    <section className="product-bar" aria-label={t('more.asking')}>
      <CardView card={card} />
      <button type="button" onClick={() => onSend(card)}>
        {t('more.sendProduct')}
      </button>
      <button type="button" className="quiet shop-tool" aria-label={t('common.close')} onClick={onClose}>
        <CloseIcon />
      </button>
    </section>
  );
}
