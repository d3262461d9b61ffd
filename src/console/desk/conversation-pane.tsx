// The middle column of the desk: one conversation, what may be done with it, and where to answer.
import type { Ref } from 'react';
import type { StaffUser, Viewers } from '../wire.ts';
import { Composer } from './composer.tsx';
import type { ComposerHandle } from './composer-handle.ts';
import { OwnerBar } from './owner-bar.tsx';
import { ownership } from './ownership.ts';
import { type HeadProps, PaneHead } from './pane-head.tsx';
import { QuotaLine } from './quota-line.tsx';
import { useSpeech } from './speech.ts';
import type { Thread } from './thread.ts';
import { ThreadView } from './thread-view.tsx';

interface ConversationPaneProps extends HeadProps {
  conversationId: string;
  thread: Thread;
  me: StaffUser;
  viewers: Viewers;
  names: readonly string[];
  composer: React.RefObject<ComposerHandle | null>;
  targetName(target: { agent?: string | undefined; team?: string | undefined }): string;
  onTyping(): void;
  onHelp(name: string): void;
  onCancelTransfer(handoffId: string): void;
}

export function ConversationPane(props: ConversationPaneProps) {
  const { t } = useSpeech();
  const { conversationId, thread, me, composer, viewers, names } = props;
  const owner = ownership(thread, me.id);
  const name = thread.detail?.shopper.name ?? t('common.visitor');
  return (
    <section className="pane" id="conversation" tabIndex={-1} aria-label={name}>
      <PaneHead {...props} />
      <ThreadView
        conversationId={conversationId}
        thread={thread}
        names={names}
        author={me.name}
        onTakeBack={(message) => {
          thread.discard(message.clientMessageId);
          composer.current?.choose(message.kind);
          composer.current?.insert(message.text);
        }}
      />
      {viewers.shopperTyping && <p className="typing-line">{t('viewer.shopper')}</p>}
      <OwnerBar
        thread={thread}
        me={me}
        canAct={props.canAct}
        targetName={props.targetName}
        onHelp={props.onHelp}
        onWhisper={() => props.onAsk('whisper')}
        onCancelTransfer={props.onCancelTransfer}
      />
      {owner.by === 'me' && thread.detail?.quota && <QuotaLine quota={thread.detail.quota} />}
      <div className="composer-place" onInput={props.onTyping}>
        <Composer
          key={conversationId}
          ref={composer as Ref<ComposerHandle>}
          conversationId={conversationId}
          canReply={owner.by === 'me'}
          onSend={thread.send}
        />
      </div>
    </section>
  );
}
