// The desk: sign-in first, then list, conversation and what is known about it. Knows nothing of the shopper's page.
import { type ReactNode, Suspense, useState } from 'react';
import { BatonMark } from '../icons.tsx';
import { lazily } from '../lazily.ts';
import { Gate, type SignedIn } from '../staff/gate.tsx';
import type { Handover } from '../wire.ts';
import { LostBar, RingBars, SlowToast } from './alerts.tsx';
import { BesideProvider } from './beside.tsx';
import { ConversationPane } from './conversation-pane.tsx';
import './desk.css';
import './queue.css';
import './queue-list.css';
import './conversation.css';
import './side.css';
import './narrow.css';
import type { DeskDeed } from './desk-actions.ts';
import { DeskBar } from './desk-bar.tsx';
import { Incoming } from './incoming.tsx';
import { useKeyText } from './keys.ts';
import { QueuePane } from './queue-pane.tsx';
import { type Room, type RoomProps, useRoom } from './room.ts';
import { SidePane } from './side-pane.tsx';
import { useSpeech } from './speech.ts';

const BreakBar = lazily(async () => (await import('./break-bar.tsx')).BreakBar);
const PhraseManager = lazily(async () => (await import('./phrase-manager.tsx')).PhraseManager);
const TicketSheet = lazily(async () => (await import('./ticket-sheet.tsx')).TicketSheet);

const OpenDialog = lazily(async () => (await import('./open-dialog.tsx')).OpenDialog);

interface DeskProps {
  linkToken: string | null;
  demo: boolean;
  onDeed?: (deed: DeskDeed) => void;
  /** What stands around the desk once somebody is signed in. */
  around?: (desk: ReactNode, signedIn: SignedIn) => ReactNode;
}

function Nothing({ waiting }: { waiting: number }) {
  const { t } = useSpeech();
  const key = useKeyText('claimNext');
  return (
    <div className="pane pane-empty" id="conversation" tabIndex={-1}>
      <BatonMark />
      <strong>{waiting > 0 ? t('desk.pickWaiting', { n: waiting }) : t('desk.pickCalm')}</strong>
      <span>{t('desk.pick', { key })}</span>
    </div>
  );
}

function Queue({ room, canAct, onRefuse }: { room: Room; canAct: boolean; onRefuse(handover: Handover): void }) {
  const { lists, actions, select, selection, setView } = room;
  const take = (row: { handoffId: string | null; conversationId: string; shopper: { name: string | null } }) => {
    if (row.handoffId !== null) actions.claim(row.handoffId, row.conversationId, row.shopper.name);
  };
  return (
    <QueuePane
      lists={lists}
      frozen={room.frozen}
      view={room.view}
      selectedId={selection?.conversationId ?? null}
      canClaim={canAct}
      search={room.search}
      cards={
        <Incoming
          me={room.me.id}
          summary={lists.summary}
          handovers={room.handovers}
          canAct={canAct}
          onAccept={take}
          onDecline={actions.decline}
          onAcceptHandover={actions.acceptHandover}
          onRefuseHandover={onRefuse}
          onMention={(conversationId) => select({ conversationId, handoffId: null })}
        />
      }
      onView={(change) => {
        setView(change);
        lists.refresh();
      }}
      onOpen={(row) => select({ conversationId: row.conversationId, handoffId: row.handoffId })}
      onClaim={take}
      onClaimNext={actions.claimNext}
    />
  );
}

function Conversation({ room, canAct }: { room: Room; canAct: boolean }) {
  const { selection, thread, actions, watching, colleagues } = room;
  const [managing, setManaging] = useState(false);
  if (selection === null) return <Nothing waiting={room.lists.summary?.forMe.waiting ?? 0} />;
  return (
    <BesideProvider
      ask={room.ask}
      me={room.me}
      conversationId={selection.conversationId}
      thread={thread}
      composer={room.composer}
      onAdopt={() => room.setSideOpen(false)}
      open={(conversationId) => room.select({ conversationId, handoffId: null })}
      managePhrases={() => setManaging(true)}
      tickets={room.setTickets}
      ticketsOpen={room.tickets !== null}
    >
      <ConversationPane
        conversationId={selection.conversationId}
        thread={thread}
        me={room.me}
        canAct={canAct}
        viewers={watching.viewers}
        names={colleagues.names}
        composer={room.composer}
        targetName={colleagues.nameOf}
        onTyping={watching.onTyping}
        onBack={() => room.select(null)}
        onClaim={(id) => actions.claim(id, selection.conversationId, thread.detail?.shopper.name ?? null)}
        onAsk={room.setAsked}
        onHelp={actions.help}
        onCancelTransfer={actions.cancelTransfer}
        onDetails={() => room.setSideOpen((open) => !open)}
      />
      <SidePane
        api={room.api}
        conversationId={selection.conversationId}
        thread={thread}
        open={room.sideOpen}
        onClose={() => room.setSideOpen(false)}
      />
      {managing && (
        <Suspense fallback={null}>
          <PhraseManager
            onClose={() => {
              setManaging(false);
              room.composer.current?.insert('');
            }}
          />
        </Suspense>
      )}
    </BesideProvider>
  );
}

function OpenDesk(props: RoomProps) {
  const { t } = useSpeech();
  const room = useRoom(props);
  const [refusing, setRefusing] = useState<Handover | null>(null);
  const { selection, actions, link, lists } = room;
  const canAct = link.state !== 'lost';
  const mine = lists.summary?.me ?? null;
  const since = mine?.presence === room.presence.state ? Date.parse(mine.since) : room.presence.chosenAt;
  return (
    <section className={`desk ${selection ? 'desk-open' : ''}`} aria-label={t('desk.title')}>
      <DeskBar
        me={room.me}
        presence={room.presence.state}
        since={since}
        load={mine}
        ring={room.ring}
        onPresence={room.presence.set}
        onTickets={() => room.setTickets({ kind: 'list' })}
        onHandover={() => room.setAsked('handover')}
        onShortcuts={() => room.setAsked('shortcuts')}
        onSignOut={props.onSignOut}
      />
      <LostBar link={link} />
      <RingBars ring={room.ring} />
      <Suspense fallback={null}>
        <BreakBar hard={mine?.hard ?? null} presence={room.presence} since={since} />
      </Suspense>
      <div className="desk-columns">
        <Queue room={room} canAct={canAct} onRefuse={setRefusing} />
        <Conversation room={room} canAct={canAct} />
      </div>
      <Suspense fallback={null}>
        <OpenDialog room={room} refusing={refusing} onRefused={() => setRefusing(null)} />
      </Suspense>
      {room.tickets !== null && (
        <Suspense fallback={null}>
          <TicketSheet
            me={room.me.id}
            ask={room.ask}
            start={room.tickets}
            onClose={() => room.setTickets(null)}
            onConversation={(conversationId) => {
              room.setTickets(null);
              room.select({ conversationId, handoffId: null });
            }}
          />
        </Suspense>
      )}
      <SlowToast
        summary={lists.summary}
        onGo={(conversationId, handoffId) => {
          room.setView({ tab: 'mine', q: '', colleagues: false });
          room.select({ conversationId, handoffId });
        }}
      />
      <p
        className={`toast ${actions.toast?.tone === 'bad' ? 'toast-bad' : ''}`}
        role="status"
        hidden={actions.toast === null}
      >
        {actions.toast?.text}
      </p>
    </section>
  );
}

export function Desk({ linkToken, demo, onDeed, around = (desk) => desk }: DeskProps) {
  return (
    <Gate linkToken={linkToken} demo={demo}>
      {(signedIn) => around(<OpenDesk {...signedIn} demo={demo} onDeed={onDeed} />, signedIn)}
    </Gate>
  );
}
