// The shopper's page: header, conversation, choices, queue card, composer. Knows nothing of the desk.
import { Fragment, type ReactNode, useEffect, useState } from 'react';
import { errorText } from '../api.ts';
import { useNow } from '../clock.ts';
import { tellParent } from '../frame.ts';
import { DRAWN, Log } from '../log.tsx';
import { afterPause, moment } from '../time.ts';
import type { ShopMessage } from '../wire.ts';
import { Bubble, PendingBubble, TypingBubble } from './bubble.tsx';
import { ShopComposer } from './composer.tsx';
import type { ConversationView, ShopConversation } from './conversation.ts';
import { QueueCard } from './queue-card.tsx';
import { useSpeech } from './speech.ts';
import './shop.css';
import { useConversation, useShop } from './use-shop.ts';
import type { Arrival, Visitor } from './visitor.ts';

interface ShopProps {
  arrival: Arrival;
  /** Stands in the header of a page that has none of its own. */
  corner?: ReactNode;
}

/** The bot answers within seconds; longer dots would be a lie. */
const TYPING_MS = 12_000;

function botIsThinking({ messages, pending, state }: ConversationView, now: number): boolean {
  const last = messages.at(-1);
  return (
    state === 'with-bot' && pending.length === 0 && last?.from === 'shopper' && now - Date.parse(last.at) < TYPING_MS
  );
}

function openChoices({ messages, pending, state }: ConversationView): ShopMessage['choices'] {
  // who waits has the ways out on the card; who talks to a person picks nothing
  if (state === 'waiting' || state === 'with-agent') return undefined;
  if (pending.some((p) => p.status === 'sending')) return undefined;
  const last = messages.findLast((message) => message.from !== 'system');
  return last?.from === 'bot' ? last.choices : undefined;
}

function agentOf({ messages }: ConversationView): string | null {
  return messages.findLast((message) => message.from === 'agent' && message.agentName)?.agentName ?? null;
}

function Status({ view }: { view: ConversationView }) {
  const { t } = useSpeech();
  switch (view.state) {
    case 'with-bot':
      return <span className="shop-status with-bot">{t('shop.withBot')}</span>;
    case 'waiting':
      return <span className="shop-status waiting">{t('shop.waiting')}</span>;
    case 'with-agent': {
      const name = agentOf(view);
      return (
        <span className="shop-status with-agent">
          {name ? t('shop.withAgent', { name: t('common.agentNamed', { name }) }) : t('shop.withSomeone')}
        </span>
      );
    }
    case 'closed':
      return <span className="shop-status">{t('shop.closed')}</span>;
    default:
      return view.state satisfies never;
  }
}

function Persona({ visitor, onPick }: { visitor: Visitor; onPick(name: string): void }) {
  const { t } = useSpeech();
  if (visitor.customers.length === 0) return null;
  return (
    <label className="persona" title={t('shop.personaNew')}>
      <span>{t('shop.persona')}</span>
      <select value={visitor.name ?? ''} onChange={(event) => onPick(event.target.value)}>
        {visitor.name === null && <option value="">{t('common.visitor')}</option>}
        {visitor.customers.map(({ name, hint }) => (
          <option key={name} value={name}>
            {hint ? `${name}（${hint}）` : name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Messages({ view, conversation, of }: { view: ConversationView; conversation: ShopConversation; of: string }) {
  const { t, language } = useSpeech();
  const now = useNow();
  const [drawn, setDrawn] = useState(DRAWN);
  const shown = view.messages.slice(-drawn);
  const empty = view.ready && view.messages.length + view.pending.length === 0;
  const thinking = botIsThinking(view, now);
  const choices = openChoices(view) ?? [];
  return (
    <Log
      label={t('shop.log')}
      of={of}
      count={view.messages.length + view.pending.length + (thinking ? 1 : 0)}
      hidden={view.messages.length - shown.length}
      onEarlier={() => setDrawn((n) => n + DRAWN)}
    >
      {empty && (
        <div className="shop-empty">
          <strong>{t('shop.empty')}</strong>
          <span>{t('shop.emptyHint')}</span>
        </div>
      )}
      {shown.map((message, i) => (
        <Fragment key={message.seq}>
          {afterPause(shown[i - 1]?.at, message.at) && (
            <time className="pause">{moment(message.at, language, now)}</time>
          )}
          <Bubble message={message} />
        </Fragment>
      ))}
      {view.pending.map((pending) => (
        <PendingBubble key={pending.clientMessageId} pending={pending} onResend={conversation.resend} />
      ))}
      {choices.length > 0 && (
        <div className="choices">
          {choices.map((choice) => (
            <button type="button" key={choice.value} onClick={() => conversation.choose(choice)}>
              {choice.label}
            </button>
          ))}
        </div>
      )}
      {thinking && <TypingBubble />}
    </Log>
  );
}

function OpenShop(props: {
  visitor: Visitor;
  conversation: ShopConversation;
  startAs(name: string): void;
  corner: ReactNode;
}) {
  const { visitor, conversation, startAs, corner } = props;
  const { t } = useSpeech();
  const view = useConversation(conversation);
  // the first page's coach watches the story
  const answered = view.messages.some((message) => message.from === 'bot' && message.source !== undefined);
  useEffect(() => tellParent({ answered, state: view.state }), [answered, view.state]);
  return (
    <section className="shop" aria-label={t('shop.title')}>
      <header className="shop-head">
        <div>
          <h1>{visitor.shopName ?? t('shop.title')}</h1>
          <Status view={view} />
        </div>
        <Persona visitor={visitor} onPick={startAs} />
        {corner}
      </header>
      {view.link === 'lost' && (
        <div className="banner" role="alert">
          <span>{t('link.lostShop')}</span>
          <button type="button" className="quiet" onClick={conversation.retryNow}>
            {t('link.retryNow')}
          </button>
        </div>
      )}
      <Messages view={view} conversation={conversation} of={visitor.token} />
      {view.state === 'waiting' && <QueueCard wait={view.wait} onChoose={conversation.choose} />}
      <ShopComposer onSend={conversation.send} />
      <p className="shop-foot">{t('shop.aiNote')}</p>
    </section>
  );
}

export function Shop({ arrival, corner }: ShopProps) {
  const { t } = useSpeech();
  const shop = useShop(arrival);
  switch (shop.status) {
    case 'starting':
      return <section className="shop shop-starting">{t('link.connecting')}</section>;
    case 'failed':
      return (
        <section className="shop shop-starting" role="alert">
          <p>{t('shop.startFailed', { detail: errorText(shop.error, t) })}</p>
          <button type="button" onClick={shop.retry}>
            {t('common.retry')}
          </button>
        </section>
      );
    case 'open':
      return (
        <OpenShop
          key={shop.visitor.token}
          visitor={shop.visitor}
          conversation={shop.conversation}
          startAs={shop.startAs}
          corner={corner}
        />
      );
    default:
      return shop satisfies never;
  }
}
