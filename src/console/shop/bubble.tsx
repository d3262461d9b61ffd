// One message in the shopper's conversation: bubble, badge of who speaks, source of an answer; or a notice in the middle.
import { BookIcon, BotIcon, PersonIcon } from '../icons.tsx';
import type { ShopMessage } from '../wire.ts';
import type { Pending, ShopConversation } from './conversation.ts';
import { later } from './later.tsx';
import { useSpeech } from './speech.ts';

const CardView = later(async () => (await import('./cards.tsx')).CardView);
const Picture = later(async () => (await import('./pictures.tsx')).Picture);
const Preview = later(async () => (await import('./pictures.tsx')).Preview);
const Thumbs = later(async () => (await import('./thumbs.tsx')).Thumbs);

function Speaker({ message }: { message: ShopMessage }) {
  const { t } = useSpeech();
  if (message.from === 'agent') {
    const name = message.agentName;
    return <span className="badge badge-agent">{name ? t('common.agentNamed', { name }) : t('common.human')}</span>;
  }
  return <span className="badge badge-bot">{t('common.bot')}</span>;
}

function Source({ source }: { source: NonNullable<ShopMessage['source']> }) {
  const { t } = useSpeech();
  const title = source.reference ? `${source.title} · ${source.reference}` : source.title;
  return (
    <p className="source">
      <BookIcon />
      <span>{t('common.source', { title })}</span>
    </p>
  );
}

export function Bubble({ message, conversation }: { message: ShopMessage; conversation: ShopConversation }) {
  const { t } = useSpeech();
  const { text, from, card, attachments = [], source } = message;
  if (message.kind === 'notice' || from === 'system') return <p className="notice">{text}</p>;
  const mine = from === 'shopper';
  return (
    <article className={`message ${mine ? 'message-mine' : `message-${from}`}`}>
      {!mine && <span className="avatar">{from === 'bot' ? <BotIcon /> : <PersonIcon />}</span>}
      <div className="message-body">
        {mine ? <span className="unseen-label">{t('common.shopper')}</span> : <Speaker message={message} />}
        {card && <CardView card={card} />}
        {attachments.map(({ id }) => id && <Picture key={id} id={id} token={conversation.token} />)}
        {text !== '' && (
          <div className="bubble">
            <p className="words">{text}</p>
            {message.generated && <p className="generated">{t('shop.generated')}</p>}
            {source && <Source source={source} />}
          </div>
        )}
        {from === 'bot' && source && <Thumbs message={message} conversation={conversation} />}
      </div>
    </article>
  );
}

export function PendingBubble({ pending, onResend }: { pending: Pending; onResend(id: string): void }) {
  const { t } = useSpeech();
  const { text, card, picture, status, why, clientMessageId } = pending;
  return (
    <article className={`message message-mine message-${status}`}>
      <div className="message-body">
        {card && <CardView card={card} />}
        {picture && <Preview picture={picture} />}
        {text !== '' && (
          <div className="bubble">
            <p className="words">{text}</p>
          </div>
        )}
        {status === 'failed' ? (
          <button type="button" className="resend" onClick={() => onResend(clientMessageId)}>
            <span aria-hidden="true">!</span>
            {why ? `${why} ` : ''}
            {t('common.failed')}
          </button>
        ) : (
          <span className="sending">{t('common.sending')}</span>
        )}
      </div>
    </article>
  );
}

export function TypingBubble({ isAgent }: { isAgent: boolean }) {
  const { t } = useSpeech();
  return (
    <div className={`message message-${isAgent ? 'agent' : 'bot'} typing`}>
      <span className="avatar">{isAgent ? <PersonIcon /> : <BotIcon />}</span>
      <div className="bubble" role="img" aria-label={t(isAgent ? 'shop.agentTyping' : 'shop.typing')}>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}
