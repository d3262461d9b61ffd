// One message as the desk shows it: shopper on the left, bot and people on the right, notices and notes across.
import { Fragment, memo, type ReactNode } from 'react';
import { BookIcon, BotIcon, ClockIcon, PersonIcon } from '../icons.tsx';
import type { DeskMessage } from '../wire.ts';
import { Attachments } from './attachments.tsx';
import type { Sending } from './outbox.ts';
import { Covered } from './shield.tsx';
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

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Colleagues who are named stand out; everything else is what was written. */
function withNames(text: string, names: readonly string[]): ReactNode {
  const known = names.filter((name) => name !== '' && text.includes(`@${name}`));
  if (known.length === 0) return text;
  const longestFirst = [...known].sort((a, b) => b.length - a.length).map(escaped);
  const pieces = text.split(new RegExp(`(@(?:${longestFirst.join('|')}))`));
  return pieces.map((piece, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change their places
      <mark key={i} className="mention">
        {piece}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the same
      <Fragment key={i}>{piece}</Fragment>
    ),
  );
}

interface NoteProps {
  text: string;
  author: string;
  whisper: string | null;
  names: readonly string[];
}

function Note({ text, author, whisper, names }: NoteProps) {
  const { t } = useSpeech();
  return (
    <article className={`note ${whisper === null ? '' : 'note-whisper'}`}>
      <span className="note-head">
        {whisper === null
          ? t('composer.noteBadge', { name: author })
          : t('note.whisper', { from: author, to: whisper })}
      </span>
      <p className="words">{withNames(text, names)}</p>
    </article>
  );
}

function Bubble({ message }: { message: DeskMessage }) {
  const { t } = useSpeech();
  const payload = message.payload ?? {};
  return (
    <div
      className={`bubble ${message.delivery === 'cancelled' || payload.recalledAt !== undefined ? 'bubble-cancelled' : ''}`}
    >
      {message.text !== '' && (
        <Covered id={`m${message.seq} ${message.at}`} when={message.insult}>
          <p className="words">{message.text}</p>
        </Covered>
      )}
      <Attachments payload={payload} />
      {payload.recalledAt !== undefined && (
        <p className="source">{t(message.from === 'shopper' ? 'message.recalled' : 'message.recalledByUs')}</p>
      )}
      {message.from === 'shopper' && payload.orderId !== undefined && (
        <p className="order-card">
          {t('message.order')} <span className="mono">{payload.orderId}</span>
        </p>
      )}
      {payload.source && (
        <p className="source">
          <BookIcon />
          <span>{t('common.source', { title: payload.source.title })}</span>
        </p>
      )}
    </div>
  );
}

export const Message = memo(function Message({ message, names }: { message: DeskMessage; names: readonly string[] }) {
  if (message.kind === 'note')
    return (
      <Note
        text={message.text}
        author={message.authorName ?? ''}
        whisper={message.payload?.whisper?.name ?? null}
        names={names}
      />
    );
  if (message.kind === 'notice' || message.from === 'system') return <p className="notice">{message.text}</p>;
  const choices = message.payload?.choices ?? [];
  const theirs = message.from === 'shopper';
  return (
    <article className={`message message-${message.from} ${theirs ? '' : 'message-ours'}`}>
      <span className="avatar">{message.from === 'bot' ? <BotIcon /> : <PersonIcon />}</span>
      <div className="message-body">
        <Badge message={message} />
        <Bubble message={message} />
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
          {message.text !== '' && <p className="words">{message.text}</p>}
          <Attachments
            payload={{ attachments: (message.attachments ?? []).map(({ id }) => ({ kind: 'image', id })) }}
          />
        </div>
        <SendingState message={message} {...acts} />
      </div>
    </article>
  );
}
