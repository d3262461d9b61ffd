// Between thread and composer: who has the conversation when it is not me, or what stands in its way. Stays as long as it is so.
import { Suspense } from 'react';
import { lazily } from '../lazily.ts';
import type { StaffUser } from '../wire.ts';
import { ownership } from './ownership.ts';
import { useSpeech } from './speech.ts';
import type { Thread } from './thread.ts';

const ElsewhereBar = lazily(async () => (await import('./elsewhere-bar.tsx')).ElsewhereBar);

interface OwnerBarProps {
  thread: Thread;
  me: StaffUser;
  canAct: boolean;
  /** What a transfer goes to, by name. */
  targetName(target: { agent?: string | undefined; team?: string | undefined }): string;
  onHelp(name: string): void;
  onWhisper(): void;
  onCancelTransfer(handoffId: string): void;
}

function Asking({ thread, canAct, targetName, onCancelTransfer }: Omit<OwnerBarProps, 'me' | 'onHelp' | 'onWhisper'>) {
  const { t } = useSpeech();
  const { handoff } = thread;
  const transfer = handoff?.transfer;
  if (!handoff || !transfer) return null;
  return (
    <p className="owner-bar owner-asking">
      <span>{t('bar.transfer', { name: targetName(transfer) })}</span>
      <button type="button" className="quiet" disabled={!canAct} onClick={() => onCancelTransfer(handoff.id)}>
        {t('bar.cancelTransfer')}
      </button>
    </p>
  );
}

/** Whoever took it over reads what the one before had to say. */
function Taken({ thread }: Pick<OwnerBarProps, 'thread'>) {
  const { t } = useSpeech();
  const taken = thread.handoff?.takenFrom;
  if (!taken) return null;
  return (
    <p className="owner-bar owner-taken">
      {t('bar.taken', { reason: taken.reason ?? '' })}
      {taken.note ? ` ${taken.note}` : ''}
    </p>
  );
}

export function OwnerBar(props: OwnerBarProps) {
  const { t } = useSpeech();
  const { thread, me, canAct, onHelp, onWhisper } = props;
  const owned = ownership(thread, me.id);
  switch (owned.by) {
    case 'unknown':
      return null;
    case 'me':
      return thread.handoff?.transfer ? (
        <Asking {...props} />
      ) : (
        <>
          <Taken thread={thread} />
          {canAct && (
            <Suspense fallback={null}>
              <ElsewhereBar teamName={(team) => props.targetName({ team })} />
            </Suspense>
          )}
        </>
      );
    case 'queue':
      return <p className="owner-bar owner-queue">{t('bar.waiting')}</p>;
    case 'bot':
      return <p className="owner-bar owner-bot">{thread.handoff ? t('bar.ended') : t('bar.withBot')}</p>;
    case 'other':
      return (
        <p className="owner-bar owner-other">
          <span>{t('bar.withOther', { name: owned.name })}</span>
          {me.role === 'supervisor' && (
            <button type="button" className="quiet" disabled={!canAct} onClick={onWhisper}>
              {t('bar.whisper')}
            </button>
          )}
          <button type="button" className="quiet" disabled={!canAct} onClick={() => onHelp(owned.name)}>
            {t('bar.help')}
          </button>
        </p>
      );
    default:
      return owned satisfies never;
  }
}
