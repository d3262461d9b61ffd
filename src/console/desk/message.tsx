// One message as the desk shows it: shopper on the left, bot and people on the right, notices and notes across.
import { memo } from 'react';
import { BookIcon, BotIcon, ClockIcon, PersonIcon } from '../icons.tsx';
import type { DeskMessage } from '../wire.ts';
import type { Sending } from './outbox.ts';
import { useSpeech } from './speech.ts';

function Delivery({ message }: { message: DeskMessage }) {
  const { t } = useSpeech();
  if (message.delivery === null || message.delivery === 'sent') return null;
  return (
    <span className={`delivery delivery-${message.delivery}`} title={message.deliveryError ?? undefined}>
      {t(`delivery.${message.delivery}`)}
    </span>
  );
}

function Badge({ message }: { message: DeskMessage }) {
  const { t } = useSpeech();
  if (message.from === 'shopper') return null;
  if (message.from === 'bot') return <span className="badge badge-bot">{t('common.bot')}</span>;
  const name = message.authorName ?? message.payload?.agentName ?? null;
  return (
    <span className="badge badge-agent">{name === null ? t('common.human') : t('common.agentNamed', { name })}</span>
  );
}

function Note({ text, author }: { text: string; author: string }) {
  const { t } = useSpeech();
  return (
    <article className="note">
      <span className="note-head">{t('composer.noteBadge', { name: author })}</span>
      <p className="words">{text}</p>
    </article>
  );
}

export const Message = memo(function Message({ message }: { message: DeskMessage }) {
  const { t } = useSpeech();
  if (message.kind === 'note') return <Note text={message.text} author={message.authorName ?? ''} />;
  if (message.kind === 'notice' || message.from === 'system') return <p className="notice">{message.text}</p>;
  const source = message.payload?.source;
  const choices = message.payload?.choices ?? [];
  const theirs = message.from === 'shopper';
  return (
    <article className={`message message-${message.from} ${theirs ? '' : 'message-ours'}`}>
      <span className="avatar">{message.from === 'bot' ? <BotIcon /> : <PersonIcon />}</span>
      <div className="message-body">
        <Badge message={message} />
        <div className={`bubble ${message.delivery === 'cancelled' ? 'bubble-cancelled' : ''}`}>
          <p className="words">{message.text}</p>
          {source && (
            <p className="source">
              <BookIcon />
              <span>{t('common.source', { title: source.title })}</span>
            </p>
          )}
        </div>
        {choices.length > 0 && (
          <ul className="offered">
            {choices.map((choice) => (
              <li key={choice.value}>{choice.label}</li>
            ))}
          </ul>
        )}
        <Delivery message={message} />
      </div>
    </article>
  );
});

interface SendingStateProps {
  message: Sending;
  onResend(id: string): void;
  /** Takes the words back into the box. */
  onDiscard(message: Sending): void;
  onDelete(id: string): void;
}

interface SendingProps extends SendingStateProps {
  author: string;
}

function SendingState({ message, onResend, onDiscard, onDelete }: SendingStateProps) {
  const { t } = useSpeech();
  const back = (
    <button type="button" className="quiet" onClick={() => onDiscard(message)}>
      {t('composer.takeBack')}
    </button>
  );
  switch (message.status) {
    case 'sending':
      return <span className="sending">{t('common.sending')}</span>;
    case 'waiting':
    case 'held':
      return (
        <span className="waiting-line">
          <ClockIcon />
          {t('outbox.waiting')}
          {back}
        </span>
      );
    case 'failed':
      return (
        <span className="failed-line" role="alert">
          {message.why !== null && <span>{message.why}</span>}
          <button type="button" className="resend" onClick={() => onResend(message.clientMessageId)}>
            <span aria-hidden="true">!</span>
            {t('common.failed')}
          </button>
          {back}
          <button type="button" className="quiet" onClick={() => onDelete(message.clientMessageId)}>
            {t('outbox.delete')}
          </button>
        </span>
      );
    default:
      return message.status satisfies never;
  }
}

export function SendingMessage({ message, author, ...acts }: SendingProps) {
  const { t } = useSpeech();
  return (
    <article className={`message message-agent message-ours message-${message.status}`}>
      <span className="avatar">
        <PersonIcon />
      </span>
      <div className="message-body">
        <span className="badge badge-agent">
          {message.kind === 'note'
            ? t('composer.noteBadge', { name: author })
            : t('common.agentNamed', { name: author })}
        </span>
        <div className="bubble">
          <p className="words">{message.text}</p>
        </div>
        <SendingState message={message} {...acts} />
      </div>
    </article>
  );
}
