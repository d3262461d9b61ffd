// Any product of the shop looked up beside the talk: its attributes, put into the reply or sent as a card.
import { useState } from 'react';
import type { ProductFacts } from '../../contract/shopper.ts';
import { errorText, newClientId } from '../api.ts';
import { zh } from '../words/panels.zh.ts';
import { useBeside } from './beside.tsx';
import { useLoaded } from './loaded.ts';
import { useSpeech } from './panel-speech.ts';
import { PanelState } from './panel-state.tsx';

/** What the shopper reads: always in the shop's language, whatever the agent's is. */
function wordsOf({ title, price, colours, sizes, material }: ProductFacts): string {
  const parts = [
    `${title} ${zh['product.price'].replace('{price}', String(price))}`,
    colours.length > 0 && zh['product.colours'].replace('{list}', colours.join('、')),
    sizes.length > 0 && zh['product.sizes'].replace('{list}', sizes.join('、')),
    material,
  ];
  return parts.filter((part) => part).join('；');
}

function Stock({ stock }: Pick<ProductFacts, 'stock'>) {
  const { t } = useSpeech();
  if (stock === null) return <span className="quiet-text">{t('product.noStock')}</span>;
  return <span className="chip">{stock === 0 ? t('product.soldOut') : t('product.stock', { n: stock })}</span>;
}

function Product({ product }: { product: ProductFacts }) {
  const { t } = useSpeech();
  const { ask, conversationId, thread, canReply, composer } = useBeside();
  const [state, setState] = useState<'idle' | 'busy' | 'sent'>('idle');
  const [error, setError] = useState<string | null>(null);
  // the same one until it is there: a second click after a lost answer sends nothing twice
  const [clientMessageId, setId] = useState(newClientId);
  const { id, title, price, colours, sizes, material, stock } = product;
  const send = () => {
    setState('busy');
    setError(null);
    ask('POST /api/conversations/:id/products', {
      params: { id: conversationId },
      body: { productId: id, clientMessageId },
    }).then(
      () => {
        setState('sent');
        setId(newClientId());
        void thread.refresh();
      },
      (caught: unknown) => {
        setState('idle');
        setError(errorText(caught, t));
      },
    );
  };
  return (
    <article className="order" aria-label={title}>
      <p className="order-line">
        <strong>{title}</strong>
        <Stock stock={stock} />
      </p>
      <p className="order-small">
        <span className="mono">{id}</span> · {t('product.price', { price })}
      </p>
      {colours.length > 0 && <p className="order-small">{t('product.colours', { list: colours.join('、') })}</p>}
      {sizes.length > 0 && <p className="order-small">{t('product.sizes', { list: sizes.join('、') })}</p>}
      <p className="order-small">{material}</p>
      {canReply && (
        <p className="order-acts">
          <button
            type="button"
            aria-label={t('product.insertLabel', { title })}
            onClick={() => composer.current?.insert(wordsOf(product))}
          >
            {t('product.insert')}
          </button>
          <button
            type="button"
            aria-label={t('product.sendLabel', { title })}
            disabled={state === 'busy'}
            onClick={send}
          >
            {t('product.send')}
          </button>
          {state === 'sent' && <span role="status">{t('product.sent')}</span>}
        </p>
      )}
      {error !== null && (
        <p className="side-error" role="alert">
          {error}
        </p>
      )}
    </article>
  );
}

export function ProductSearch() {
  const { t } = useSpeech();
  const { ask } = useBeside();
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  const found = useLoaded(
    words || null,
    null,
    async () => (await ask('GET /api/products', { query: { q: words } })).items,
  );
  return (
    <section className="side-section" aria-label={t('product.title')}>
      <h3>{t('product.title')}</h3>
      <form
        className="side-search"
        onSubmit={(event) => {
          event.preventDefault();
          setWords(typed.trim());
        }}
      >
        <input
          type="search"
          maxLength={60}
          aria-label={t('product.search')}
          placeholder={t('product.search')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            if (event.target.value === '') setWords('');
          }}
        />
        <button type="submit" disabled={typed.trim() === ''}>
          {t('product.look')}
        </button>
      </form>
      {words !== '' && <PanelState of={found} failed={t('product.failed')} />}
      {words !== '' && found.data?.length === 0 && <p className="side-empty">{t('product.nothing')}</p>}
      {words !== '' && found.data?.map((product) => <Product key={product.id} product={product} />)}
    </section>
  );
}
