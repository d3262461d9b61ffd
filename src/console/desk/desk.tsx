// The desk: sign-in first, then list, conversation and what is known about it. Knows nothing of the shopper's page.
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { serverNow } from '../clock.ts';
import { BatonMark } from '../icons.tsx';
import { Gate, type SignedIn } from '../staff/gate.tsx';
import { tellStanding } from '../staff/standing.ts';
import type { ComposerHandle } from './composer.tsx';
import { type Asked, ConversationPane } from './conversation-pane.tsx';
import { useSpeech } from './speech.ts';
import './desk.css';
import './queue.css';
import './conversation.css';
import './side.css';
import './narrow.css';
import { type DeskDeed, useDeskActions } from './desk-actions.ts';
import { DeskBar } from './desk-bar.tsx';
import { useDeskLive } from './desk-live.ts';
import { ResolveDialog, ReturnDialog, TakeoverDialog } from './dialogs.tsx';
import { useKeys } from './keys.ts';
import { useLists } from './lists.ts';
import { ownership } from './ownership.ts';
import { usePresence } from './presence.ts';
import { QueuePane, type Tab } from './queue-pane.tsx';
import { useSelection } from './selection.ts';
import { SidePane } from './side-pane.tsx';
import { trackWaits } from './slow-reply.ts';
import { createStaffApi } from './staff-api.ts';
import { useThread } from './thread.ts';

/** What the agent did last; the first page's coach watches the story. */
interface DeskProps {
  linkToken: string | null;
  demo: boolean;
  onDeed?: (deed: DeskDeed) => void;
  /** What stands around the desk once somebody is signed in. */
  around?: (desk: ReactNode, signedIn: SignedIn) => ReactNode;
}

interface RoomProps extends SignedIn {
  onDeed: DeskProps['onDeed'];
}

function useWaits(lists: ReturnType<typeof useLists>): ReadonlyMap<string, number> {
  const known = useRef<ReadonlyMap<string, number>>(new Map());
  return useMemo(() => {
    known.current = trackWaits(known.current, [...lists.waiting, ...lists.mine, ...lists.colleagues], serverNow());
    return known.current;
  }, [lists]);
}

/** Everything of the open desk that is not drawing. */
function useRoom({ session, ask, onDeed }: RoomProps) {
  const { t } = useSpeech();
  const me = session.user;
  const api = useMemo(() => createStaffApi(ask), [ask]);
  const lists = useLists(api, me.id);
  const [tab, setTab] = useState<Tab>('waiting');
  const [selection, select] = useSelection();
  const thread = useThread(api, selection?.conversationId ?? null, selection?.handoffId ?? null, (kind) => {
    if (kind === 'reply') onDeed?.('reply');
  });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [sideOpen, setSideOpen] = useState(false);
  const composer = useRef<ComposerHandle>(null);
  const presence = usePresence(api);
  const waits = useWaits(lists);

  const followed = lists.mine.map((row) => row.conversationId);
  if (selection) followed.push(selection.conversationId);
  const all = () => {
    lists.refresh();
    void thread.refresh();
  };
  const { link, retryNow } = useDeskLive(followed, {
    onDesk: all,
    onConversation: (id) => {
      if (id === selection?.conversationId) void thread.refresh();
      lists.refresh();
    },
    onAll: all,
    // asks once more what only a session may ask, and so finds out that there is none
    onRefused: lists.refresh,
  });

  useEffect(() => tellStanding({ link }), [link]);
  const actions = useDeskActions({ api, lists, thread, selection, select, setTab, onDeed });
  const owned = ownership(thread, me.id);
  const suggestions = thread.handoff?.packet.suggestions ?? [];
  const use = (text: string | undefined) => {
    if (text === undefined || owned.by !== 'me') return;
    setSideOpen(false);
    composer.current?.choose('reply');
    composer.current?.insert(text);
  };
  useKeys({
    q: actions.claimNext,
    i: () => setSideOpen((open) => !open),
    n: () => composer.current?.choose('note'),
    r: () => composer.current?.choose('reply'),
    e: () => owned.by === 'me' && setAsked('resolve'),
    1: () => use(suggestions[0]?.text),
    2: () => use(suggestions[1]?.text),
    3: () => use(suggestions[2]?.text),
  });

  useEffect(() => {
    const waiting = lists.waiting.length;
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${t('app.name')} · ${t('desk.title')}`;
  }, [lists.waiting.length, t]);

  return {
    me,
    api,
    lists,
    tab,
    setTab,
    selection,
    select,
    thread,
    asked,
    setAsked,
    sideOpen,
    setSideOpen,
    composer,
    presence,
    waits,
    link,
    retryNow,
    actions,
    owned,
    use,
  };
}

function Dialogs({ room }: { room: ReturnType<typeof useRoom> }) {
  const { asked, setAsked, actions, thread } = room;
  const close = () => setAsked(null);
  switch (asked) {
    case null:
      return null;
    case 'resolve':
      return (
        <ResolveDialog
          guess={thread.handoff?.packet.intent?.label ?? null}
          onResolve={actions.resolve}
          onDone={close}
          onClose={close}
        />
      );
    case 'return':
      return <ReturnDialog onReturn={actions.giveBack} onDone={close} onClose={close} />;
    case 'takeover':
      return <TakeoverDialog onTakeover={actions.takeOver} onDone={close} onClose={close} />;
    default:
      return asked satisfies never;
  }
}

function Nothing({ waiting }: { waiting: number }) {
  const { t } = useSpeech();
  return (
    <div className="pane pane-empty">
      <BatonMark />
      <strong>{waiting > 0 ? t('desk.pickWaiting', { n: waiting }) : t('desk.pickCalm')}</strong>
      <span>{t('desk.pick')}</span>
    </div>
  );
}

function Room(props: RoomProps) {
  const { t } = useSpeech();
  const room = useRoom(props);
  const { lists, selection, select, thread, actions, owned, link } = room;
  const canAct = link !== 'lost';
  return (
    <section className={`desk ${selection ? 'desk-open' : ''}`} aria-label={t('desk.title')}>
      <DeskBar me={room.me} presence={room.presence} waiting={lists.waiting.length} onSignOut={props.onSignOut} />
      {link === 'lost' && (
        <div className="banner" role="alert">
          <span>{t('link.lost')}</span>
          <button type="button" className="quiet" onClick={room.retryNow}>
            {t('link.retryNow')}
          </button>
        </div>
      )}
      <div className="desk-columns">
        <QueuePane
          lists={lists}
          tab={room.tab}
          selection={selection}
          waits={room.waits}
          canClaim={canAct}
          onTab={(tab) => {
            room.setTab(tab);
            lists.refresh();
          }}
          onSelect={select}
          onClaim={(row) => actions.claim(row.id, row.conversationId, row.shopper.name)}
          onClaimNext={actions.claimNext}
        />
        {selection === null ? (
          <Nothing waiting={lists.waiting.length} />
        ) : (
          <>
            <ConversationPane
              conversationId={selection.conversationId}
              thread={thread}
              me={room.me}
              canAct={canAct}
              composer={room.composer}
              onBack={() => select(null)}
              onClaim={(id) => actions.claim(id, selection.conversationId, thread.detail?.shopper.name ?? null)}
              onAsk={room.setAsked}
              onDetails={() => room.setSideOpen((open) => !open)}
            />
            <SidePane
              api={room.api}
              conversationId={selection.conversationId}
              thread={thread}
              canReply={owned.by === 'me'}
              open={room.sideOpen}
              onClose={() => room.setSideOpen(false)}
              onUse={room.use}
            />
          </>
        )}
      </div>
      <Dialogs room={room} />
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
      {(signedIn) => around(<Room {...signedIn} onDeed={onDeed} />, signedIn)}
    </Gate>
  );
}
