// The shopper's page: header, conversation, queue card, composer. One may write before anything is connected. Knows nothing of the desk.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { errorText } from '../api.ts';
import { tellParent } from '../frame.ts';
import { CloseIcon } from '../icons.tsx';
import { ShopComposer } from './composer.tsx';
import type { ConversationView, ShopConversation } from './conversation.ts';
import { later } from './later.tsx';
import { useSpeech } from './speech.ts';
import './shop.css';
import { type Shop as ShopStatus, useConversation, useShop } from './use-shop.ts';
import type { Arrival, Visitor } from './visitor.ts';

function Connecting() {
  const { t } = useSpeech();
  return (
    <div className="shop-starting" role="status">
      {t('link.connecting')}
    </div>
  );
}

// the words of the conversation arrive while the first page of messages does
const Messages = later(async () => (await import('./messages.tsx')).Messages, Connecting);
const Orders = later(async () => (await import('./cards.tsx')).Orders);
const ProductBar = later(async () => (await import('./cards.tsx')).ProductBar);
const Persona = later(async () => (await import('./persona.tsx')).Persona);
const QueueCard = later(async () => (await import('./queue-card.tsx')).QueueCard);

function Status({ view }: { view: ConversationView }) {
  const { t } = useSpeech();
  if (!view.ready) return <span className="shop-status">{t('link.connecting')}</span>;
  switch (view.state) {
    case 'with-bot':
    case 'closed':
      return <span className="shop-status with-bot">{t('shop.withBot')}</span>;
    case 'waiting':
      return <span className="shop-status waiting">{t('shop.waiting')}</span>;
    case 'with-agent': {
      const name = view.marks?.findLast((mark) => mark.kind === 'joined')?.name;
      return (
        <span className="shop-status with-agent">
          {view.typing
            ? t('shop.agentTyping')
            : name
              ? t('shop.withAgent', { name: t('common.agentNamed', { name }) })
              : t('shop.withSomeone')}
        </span>
      );
    }
    default:
      return view.state satisfies never;
  }
}

/** What the first page's coach watches, and the widget's bubble counts. */
function useOutside(view: ConversationView, host: string | null): void {
  const answered = view.messages.some((message) => message.from === 'bot' && message.source !== undefined);
  useEffect(() => {
    if (host === null) tellParent({ answered, state: view.state });
  }, [answered, view.state, host]);
  const heard = view.messages.filter((message) => message.from !== 'shopper').length;
  useEffect(() => {
    if (host !== null && view.ready) void import('./embedded.ts').then((m) => m.tellHost(host, heard));
  }, [heard, host, view.ready]);
}

/** Above the box: the place in the line, or the product the shopper came from, until it is sent or put away. */
function Above({
  view,
  conversation,
  visitor,
}: {
  view: ConversationView;
  conversation: ShopConversation;
  visitor: Visitor;
}) {
  const [product, setProduct] = useState(visitor.product);
  if (view.state === 'waiting') return <QueueCard wait={view} onChoose={conversation.choose} />;
  if (!product || view.messages.some((message) => message.card?.id === product.id)) return null;
  const close = () => setProduct(null);
  return <ProductBar card={product} onSend={(card) => conversation.say({ text: '', card })} onClose={close} />;
}

interface HeadProps {
  visitor: Visitor | null;
  view: ConversationView;
  host: string | null;
  startAs(name: string): void;
  corner: ReactNode;
}

function Head({ visitor, view, host, startAs, corner }: HeadProps) {
  const { t } = useSpeech();
  return (
    <header className="shop-head">
      <div>
        <h1>{visitor?.shopName ?? t('shop.title')}</h1>
        <Status view={view} />
      </div>
      {visitor && visitor.customers.length > 0 && <Persona visitor={visitor} onPick={startAs} />}
      {corner}
      {host !== null && (
        <button
          type="button"
          className="quiet shop-tool"
          aria-label={t('shop.minimise')}
          onClick={() => void import('./embedded.ts').then((m) => m.askToClose(host))}
        >
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

function Starting({ shop, early }: { shop: ShopStatus; early: readonly string[] }) {
  const { t } = useSpeech();
  if (shop.status !== 'failed' && early.length === 0) return <Connecting />;
  return (
    <div className="shop-starting" role={shop.status === 'failed' ? 'alert' : 'status'}>
      {shop.status === 'failed' ? (
        <>
          <p>{t('shop.startFailed', { detail: errorText(shop.error, t) })}</p>
          <button type="button" onClick={shop.retry}>
            {t('common.retry')}
          </button>
        </>
      ) : (
        t('link.connecting')
      )}
      {early.map((text) => (
        <p className="words" key={text}>
          {text}
        </p>
      ))}
    </div>
  );
}

interface ShopProps {
  arrival: Arrival;
  /** Stands in the header of a page that has none of its own. */
  corner?: ReactNode;
}

export function Shop({ arrival, corner }: ShopProps) {
  const { t } = useSpeech();
  const shop = useShop(arrival);
  const { visitor, conversation, startAs } =
    shop.status === 'open' ? shop : { visitor: null, conversation: null, startAs: () => {} };
  const view = useConversation(conversation);
  useOutside(view, arrival.host);
  const box = useRef<HTMLTextAreaElement>(null);
  const [choosing, setChoosing] = useState(false);
  // written before there was anybody to say it to
  const [early, setEarly] = useState<readonly string[]>([]);
  useEffect(() => {
    if (conversation === null || early.length === 0) return;
    for (const text of early) conversation.say({ text });
    setEarly([]);
  }, [conversation, early]);
  return (
    <section className="shop" aria-label={t('shop.title')}>
      <Head visitor={visitor} view={view} host={arrival.host} startAs={startAs} corner={corner} />
      {view.link === 'lost' && (
        <div className="banner" role="alert">
          <span>{t('link.lostShop')}</span>
          <button type="button" className="quiet" onClick={conversation?.retryNow}>
            {t('link.retryNow')}
          </button>
        </div>
      )}
      {conversation ? (
        <Messages
          key={conversation.token}
          view={view}
          conversation={conversation}
          onAgain={() => box.current?.focus()}
        />
      ) : (
        <Starting shop={shop} early={early} />
      )}
      {conversation && visitor && (
        <Above key={conversation.token} view={view} conversation={conversation} visitor={visitor} />
      )}
      <ShopComposer
        box={box}
        onSend={(text) => (conversation ? conversation.say({ text }) : setEarly([...early, text]))}
        onTyping={() => conversation?.typing()}
        onPicture={conversation ? (picture) => conversation.say({ text: '', picture }) : undefined}
        onOrders={visitor?.isCustomer ? () => setChoosing(true) : undefined}
      />
      {choosing && conversation && (
        <Orders
          token={conversation.token}
          onPick={(card) => conversation.say({ text: '', card })}
          onClose={() => setChoosing(false)}
        />
      )}
      <p className="shop-foot">{t('shop.aiNote')}</p>
    </section>
  );
}
