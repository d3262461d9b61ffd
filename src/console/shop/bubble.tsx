// One message in the shopper's conversation: bubble, badge of who speaks, source of an answer; or a notice in the middle.
import { BookIcon, BotIcon, PersonIcon } from '../icons.tsx';
import type { ShopMessage } from '../wire.ts';
import type { Pending } from './conversation.ts';
import { useSpeech } from './speech.ts';

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

export function Bubble({ message }: { message: ShopMessage }) {
  const { t } = useSpeech();
  if (message.kind === 'notice' || message.from === 'system') return <p className="notice">{message.text}</p>;
  const mine = message.from === 'shopper';
  return (
    <article className={`message ${mine ? 'message-mine' : `message-${message.from}`}`}>
      {!mine && <span className="avatar">{message.from === 'bot' ? <BotIcon /> : <PersonIcon />}</span>}
      <div className="message-body">
        {mine ? <span className="unseen-label">{t('common.shopper')}</span> : <Speaker message={message} />}
        <div className="bubble">
          <p className="words">{message.text}</p>
          {message.source && <Source source={message.source} />}
        </div>
      </div>
    </article>
  );
}

export function PendingBubble({ pending, onResend }: { pending: Pending; onResend(id: string): void }) {
  const { t } = useSpeech();
  const failed = pending.status === 'failed';
  return (
    <article className={`message message-mine message-${pending.status}`}>
      <div className="message-body">
        <div className="bubble">
          <p className="words">{pending.text}</p>
        </div>
        {failed ? (
          <button type="button" className="resend" onClick={() => onResend(pending.clientMessageId)}>
            <span aria-hidden="true">!</span>
            {pending.why ? `${pending.why} ` : ''}
            {t('common.failed')}
          </button>
        ) : (
          <span className="sending">{t('common.sending')}</span>
        )}
      </div>
    </article>
  );
}

export function TypingBubble() {
  const { t } = useSpeech();
  return (
    <div className="message message-bot typing">
      <span className="avatar">
        <BotIcon />
      </span>
      <div className="bubble" role="img" aria-label={t('shop.typing')}>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}
