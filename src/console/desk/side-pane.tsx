// The right column of the desk: the packet, or the bot's judgements. On narrow desks it lies over the conversation.
import { useState } from 'react';
import { CloseIcon } from '../icons.tsx';
import { PacketView } from './packet.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi } from './staff-api.ts';
import type { Thread } from './thread.ts';
import { WhyView } from './why.tsx';

interface SidePaneProps {
  api: StaffApi;
  conversationId: string;
  thread: Thread;
  canReply: boolean;
  open: boolean;
  onClose(): void;
  onUse(text: string): void;
}

export function SidePane({ api, conversationId, thread, canReply, open, onClose, onUse }: SidePaneProps) {
  const { t } = useSpeech();
  const [tab, setTab] = useState<'summary' | 'why'>('summary');
  return (
    <aside className={`side ${open ? 'side-open' : ''}`} aria-label={t('desk.details')}>
      <div className="tabs" role="tablist" aria-label={t('desk.details')}>
        <button type="button" role="tab" aria-selected={tab === 'summary'} onClick={() => setTab('summary')}>
          {t('side.summary')}
        </button>
        <button type="button" role="tab" aria-selected={tab === 'why'} onClick={() => setTab('why')}>
          {t('side.why')}
        </button>
        <button type="button" className="quiet icon-only side-close" aria-label={t('common.close')} onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      <div className="side-body">
        {tab === 'why' && (
          <WhyView api={api} conversationId={conversationId} lastSeq={thread.messages.at(-1)?.seq ?? 0} />
        )}
        {tab === 'summary' && thread.handoff && (
          <PacketView packet={thread.handoff.packet} canReply={canReply} onUse={onUse} />
        )}
        {tab === 'summary' && !thread.handoff && thread.loaded && <p className="side-empty">{t('packet.none')}</p>}
      </div>
    </aside>
  );
}
