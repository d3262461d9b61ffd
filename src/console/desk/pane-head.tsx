// The head of the open conversation: who it is, who else is looking, and what may be done with it.
import { BackIcon, EyeIcon } from '../icons.tsx';
import { useChannelName } from '../staff/channel-names.ts';
import type { StaffUser, Viewers } from '../wire.ts';
import type { Asked } from './asked.ts';
import { Feeling } from './feeling.tsx';
import { useKeyText } from './keys.ts';
import { ownership } from './ownership.ts';
import { RiskChip } from './risk-chip.tsx';
import type { Action } from './shortcuts.ts';
import { useSpeech } from './speech.ts';
import type { Thread } from './thread.ts';

export interface HeadProps {
  thread: Thread;
  me: StaffUser;
  canAct: boolean;
  viewers: Viewers;
  onBack(): void;
  onClaim(handoffId: string): void;
  onAsk(dialog: Asked): void;
  onDetails(): void;
}

function Watching({ viewers }: Pick<HeadProps, 'viewers'>) {
  const { t } = useSpeech();
  if (viewers.viewers.length === 0) return null;
  return (
    <span className="pane-viewers" role="status">
      <EyeIcon />
      {viewers.viewers
        .map(({ name, typing }) => (typing ? t('viewer.typing', { name }) : t('viewer.looking', { name })))
        .join(' · ')}
    </span>
  );
}

interface ActProps {
  action: Action;
  word: string;
  primary?: boolean;
  disabled: boolean;
  onClick(): void;
}

function Act({ action, word, primary, disabled, onClick }: ActProps) {
  const key = useKeyText(action);
  return (
    <button
      type="button"
      className={primary ? 'primary' : ''}
      disabled={disabled}
      title={key}
      aria-keyshortcuts={key}
      onClick={onClick}
    >
      {word}
    </button>
  );
}

function Acts({ thread, me, canAct, onClaim, onAsk, onDetails }: HeadProps) {
  const { t } = useSpeech();
  const owned = ownership(thread, me.id);
  return (
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
          <Act action="transfer" word={t('act.transfer')} disabled={!canAct} onClick={() => onAsk('transfer')} />
          <button type="button" disabled={!canAct} onClick={() => onAsk('return')}>
            {t('act.return')}
          </button>
          <Act action="resolve" word={t('act.resolve')} primary disabled={!canAct} onClick={() => onAsk('resolve')} />
        </>
      )}
      <button type="button" className="quiet details-toggle" onClick={onDetails}>
        {t('desk.details')}
      </button>
    </div>
  );
}

export function PaneHead(props: HeadProps) {
  const { t } = useSpeech();
  const channelName = useChannelName();
  const { thread, me, viewers, onBack } = props;
  const owned = ownership(thread, me.id);
  const name = thread.detail?.shopper.name ?? thread.handoff?.shopper.name ?? t('common.visitor');
  const channel = thread.handoff?.channel ?? thread.detail?.channel;
  const isOpen = thread.handoff !== null && owned.by !== 'bot';
  return (
    <header className="pane-head">
      <button type="button" className="quiet icon-only back" aria-label={t('desk.back')} onClick={onBack}>
        <BackIcon />
      </button>
      <div className="pane-who">
        <h2>{name}</h2>
        {isOpen && thread.handoff!.risk !== 'none' && <RiskChip risk={thread.handoff!.risk} />}
        <Feeling name={thread.detail?.emotion} />
        <span className="pane-channel">
          {channel && channelName(channel)}
          {isOpen && ` · ${t(`reason.${thread.handoff!.reason}`)}`}
          {isOpen && thread.handoff!.previousId && ` · ${t('row.again')}`}
        </span>
        <Watching viewers={viewers} />
      </div>
      <Acts {...props} />
    </header>
  );
}
