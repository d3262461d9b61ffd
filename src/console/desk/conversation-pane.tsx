// The middle column of the desk: one conversation, what may be done with it, and where to answer.
import { Fragment, type Ref, useState } from 'react';
import { errorText } from '../api.ts';
import { useNow } from '../clock.ts';
import { BackIcon } from '../icons.tsx';
import { DRAWN, Log } from '../log.tsx';
import { afterPause, moment } from '../time.ts';
import type { StaffUser } from '../wire.ts';
import { Composer, type ComposerHandle } from './composer.tsx';
import { Message, SendingMessage } from './message.tsx';
import type { Sending } from './outbox.ts';
import { ownership } from './ownership.ts';
import { RiskChip } from './risk-chip.tsx';
import { useSpeech } from './speech.ts';
import type { Thread } from './thread.ts';

export type Asked = 'resolve' | 'return' | 'takeover';

interface ConversationPaneProps {
  conversationId: string;
  thread: Thread;
  me: StaffUser;
  canAct: boolean;
  composer: React.RefObject<ComposerHandle | null>;
  onBack(): void;
  onClaim(handoffId: string): void;
  onAsk(dialog: Asked): void;
  onDetails(): void;
}

function Header({ thread, me, canAct, onBack, onClaim, onAsk, onDetails }: ConversationPaneProps) {
  const { t } = useSpeech();
  const owned = ownership(thread, me.id);
  const name = thread.detail?.shopper.name ?? thread.handoff?.shopper.name ?? t('common.visitor');
  const channel = thread.handoff?.channel ?? thread.detail?.channel;
  return (
    <header className="pane-head">
      <button type="button" className="quiet icon-only back" aria-label={t('desk.back')} onClick={onBack}>
        <BackIcon />
      </button>
      <div className="pane-who">
        <h2>{name}</h2>
        {thread.handoff && owned.by !== 'bot' && <RiskChip risk={thread.handoff.risk} />}
        <span className="pane-channel">
          {channel && t(`channel.${channel}`)}
          {thread.handoff && owned.by !== 'bot' && ` · ${t(`reason.${thread.handoff.reason}`)}`}
        </span>
      </div>
      <div className="pane-acts">
        {owned.by === 'queue' && owned.handoffId !== null && (
          <button type="button" className="primary" disabled={!canAct} onClick={() => onClaim(owned.handoffId!)}>
            {t('act.claim')}
          </button>
        )}
        {(owned.by === 'bot' || owned.by === 'other') && (
          <button type="button" disabled={!canAct} onClick={() => onAsk('takeover')}>
            {t('act.takeover')}
          </button>
        )}
        {owned.by === 'me' && (
          <>
            <button type="button" disabled={!canAct} onClick={() => onAsk('return')}>
              {t('act.return')}
            </button>
            <button type="button" className="primary" disabled={!canAct} onClick={() => onAsk('resolve')}>
              {t('act.resolve')}
            </button>
          </>
        )}
        <button type="button" className="quiet details-toggle" onClick={onDetails}>
          {t('desk.details')}
        </button>
      </div>
    </header>
  );
}

function OwnerBar({ thread, me }: Pick<ConversationPaneProps, 'thread' | 'me'>) {
  const { t } = useSpeech();
  const owned = ownership(thread, me.id);
  switch (owned.by) {
    case 'me':
    case 'unknown':
      return null;
    case 'queue':
      return <p className="owner-bar owner-queue">{t('bar.waiting')}</p>;
    case 'bot':
      return <p className="owner-bar owner-bot">{thread.handoff ? t('bar.ended') : t('bar.withBot')}</p>;
    case 'other':
      return <p className="owner-bar owner-other">{t('bar.withOther', { name: owned.name })}</p>;
    default:
      return owned satisfies never;
  }
}

function Messages({ conversationId, thread, me, composer }: ConversationPaneProps) {
  const { t, language } = useSpeech();
  const now = useNow();
  const [drawn, setDrawn] = useState(DRAWN);
  const shown = thread.messages.slice(-drawn);
  const takeBack = (message: Sending) => {
    thread.discard(message.clientMessageId);
    composer.current?.choose(message.kind);
    composer.current?.insert(message.text);
  };
  return (
    <Log
      label={t('desk.log')}
      of={conversationId}
      count={thread.messages.length + thread.sending.length}
      hidden={thread.messages.length - shown.length}
      onEarlier={() => setDrawn((n) => n + DRAWN)}
    >
      {thread.error !== null && (
        <div className="list-error" role="alert">
          <span>
            {t('desk.threadFailed')} · {errorText(thread.error, t)}
          </span>
          <button type="button" className="quiet" onClick={() => void thread.refresh()}>
            {t('common.retry')}
          </button>
        </div>
      )}
      {thread.loaded && thread.error === null && shown.length === 0 && (
        <p className="list-empty">{t('desk.noMessages')}</p>
      )}
      {shown.map((message, i) => (
        <Fragment key={message.seq}>
          {afterPause(shown[i - 1]?.at, message.at) && (
            <time className="pause">{moment(message.at, language, now)}</time>
          )}
          <Message message={message} />
        </Fragment>
      ))}
      {thread.sending.map((message) => (
        <SendingMessage
          key={message.clientMessageId}
          message={message}
          author={me.name}
          onResend={thread.resend}
          onDiscard={takeBack}
          onDelete={thread.discard}
        />
      ))}
    </Log>
  );
}

export function ConversationPane(props: ConversationPaneProps) {
  const { t } = useSpeech();
  const { conversationId, thread, me, composer } = props;
  const name = thread.detail?.shopper.name ?? t('common.visitor');
  return (
    <section className="pane" aria-label={name}>
      <Header {...props} />
      <Messages {...props} />
      <OwnerBar thread={thread} me={me} />
      <Composer
        key={conversationId}
        ref={composer as Ref<ComposerHandle>}
        conversationId={conversationId}
        canReply={ownership(thread, me.id).by === 'me'}
        onSend={thread.send}
      />
    </section>
  );
}
