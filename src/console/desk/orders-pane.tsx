// The tab 订单 of the right column: the shopper's orders with the way of each parcel, told in one click, and a search for what they name.
import { useState } from 'react';
import { zh } from '../words/writing.zh.ts';
import { useBeside } from './beside.tsx';
import { useLoaded } from './loaded.ts';
import { Order } from './orders.tsx';
import { PanelState } from './panel-state.tsx';
import { ProductSearch } from './product-search.tsx';
import type { OrderDetail } from './shopper-data.ts';
import { useSpeech } from './speech.ts';

/** What the shopper reads: always in the shop's language, whatever the agent's is. */
function logisticsWords(order: OrderDetail): string | null {
  const { logistics, id } = order;
  if (!logistics) return null;
  const head = zh['orders.tell']
    .replace('{order}', id)
    .replace('{courier}', logistics.courier)
    .replace('{no}', logistics.trackingNo);
  const last = order.trace[0];
  if (!last) return head;
  const at = new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(last.at));
  return head + zh['orders.tellLast'].replace('{at}', at).replace('{last}', last.text);
}

function Found({ words }: { words: string }) {
  const { t } = useSpeech();
  const { ask } = useBeside();
  const found = useLoaded(words, null, async () => (await ask('GET /api/orders', { query: { q: words } })).items);
  return (
    <section className="side-section" aria-label={t('orders.found')}>
      <h3>{t('orders.found')}</h3>
      <PanelState of={found} failed={t('orders.failed')} />
      {found.data?.length === 0 && <p className="side-empty">{t('orders.nothing')}</p>}
      {found.data?.map((order) => (
        // somebody else's order is looked at, never told to this shopper
        <Order key={order.id} order={order} />
      ))}
    </section>
  );
}

export function OrdersPane() {
  const { t } = useSpeech();
  const { orders, thread, canReply } = useBeside();
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  const tell = (order: OrderDetail) => {
    const text = logisticsWords(order);
    if (text !== null) thread.send(text, 'reply');
  };
  return (
    <>
      <form
        className="side-search"
        onSubmit={(event) => {
          event.preventDefault();
          setWords(typed.trim());
        }}
      >
        <input
          type="search"
          minLength={4}
          maxLength={60}
          aria-label={t('orders.search')}
          placeholder={t('orders.search')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            if (event.target.value === '') setWords('');
          }}
        />
        <button type="submit" disabled={typed.trim().length < 4}>
          {t('orders.look')}
        </button>
      </form>
      {words !== '' && <Found words={words} />}
      <ProductSearch />
      <section className="side-section" aria-label={t('packet.orders')}>
        <PanelState of={orders} failed={t('orders.failed')} />
        {orders.data?.length === 0 && <p className="side-empty">{t('orders.none')}</p>}
        {orders.data?.map((order) => (
          <Order key={order.id} order={order} onTell={canReply ? () => tell(order) : undefined} />
        ))}
      </section>
    </>
  );
}
