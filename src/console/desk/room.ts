// Everything of the open desk that is not drawing: lists, the open conversation, live news, and what keys do.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { DeskRow } from '../../contract/routes/desk.ts';
import type { SignedIn } from '../staff/gate.tsx';
import { tellStanding } from '../staff/standing.ts';
import type { Asked } from './asked.ts';
import type { ComposerHandle } from './composer-handle.ts';
import { type DeskDeed, useDeskActions } from './desk-actions.ts';
import { useDeskLive } from './desk-live.ts';
import { openDrafts } from './drafts.ts';
import { useFrozen } from './freeze.ts';
import { useHandovers } from './incoming.tsx';
import { useKeys } from './keys.ts';
import { useListView } from './list-view.ts';
import { useLists } from './lists.ts';
import { ownership } from './ownership.ts';
import { usePresence } from './presence.ts';
import { useRing } from './ring.ts';
import { type Selection, useSelection } from './selection.ts';
import { openShield } from './shield.tsx';
import { useSpeech } from './speech.ts';
import { createStaffApi, type StaffApi } from './staff-api.ts';
import { wantedBy } from './tabs.ts';
import { useTargets } from './targets.ts';
import { useThread } from './thread.ts';
import type { TicketView } from './ticket-data.ts';
import { useReadMark, useViewers } from './viewers.ts';

export interface RoomProps extends SignedIn {
  /** The first page of the demo. */
  demo: boolean;
  onDeed: ((deed: DeskDeed) => void) | undefined;
}

const NONE: readonly string[] = [];

/** Names and labels by which notes and bars speak of colleagues and teams. */
function useColleagues(api: StaffApi) {
  const found = useTargets(api);
  return useMemo(
    () => ({
      names: (found?.staff ?? []).map(({ name }) => name),
      nameOf: ({ agent, team }: { agent?: string | undefined; team?: string | undefined }): string =>
        agent !== undefined
          ? (found?.staff.find(({ id }) => id === agent)?.name ?? '')
          : (found?.teams.find(({ name }) => name === team)?.label ?? team ?? ''),
    }),
    [found],
  );
}

const toSelection = (row: DeskRow): Selection => ({ conversationId: row.conversationId, handoffId: row.handoffId });

function useOpenDesk({ session, ask, demo, onDeed }: RoomProps) {
  const me = session.user;
  const api = useMemo(() => createStaffApi(ask, me.id), [ask, me.id]);
  openShield(me.id);
  useEffect(() => openDrafts(me.id, ask), [me.id, ask]);
  const [view, setView] = useListView();
  const wanted = wantedBy(view);
  const lists = useLists(api, wanted);
  const [selection, select] = useSelection();
  const thread = useThread(api, selection?.conversationId ?? null, selection?.handoffId ?? null, (kind) => {
    if (kind === 'reply') onDeed?.('reply');
  });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [sideOpen, setSideOpen] = useState(false);
  const [tickets, setTickets] = useState<TicketView | null>(null);
  const presence = usePresence(api);
  const frozen = useFrozen(lists.rows, lists.more, `${wanted.tab} ${wanted.sort} ${wanted.q}`);
  const actions = useDeskActions({
    api,
    lists,
    thread,
    selection,
    select: (next) => {
      select(next);
      frozen.release();
    },
    setTab: (tab) => setView({ tab, q: '', colleagues: false }),
    onDeed,
  });
  return {
    me,
    ask,
    demo,
    api,
    view,
    setView,
    lists,
    frozen,
    selection,
    select,
    thread,
    asked,
    setAsked,
    sideOpen,
    setSideOpen,
    tickets,
    setTickets,
    presence,
    actions,
    owned: ownership(thread, me.id),
  };
}

type OpenDesk = ReturnType<typeof useOpenDesk>;

function useNews({ me, api, lists, selection, thread, presence, demo }: OpenDesk) {
  const { t } = useSpeech();
  const { summary } = lists;
  const watching = useViewers(api, selection?.conversationId ?? null);
  useReadMark(api, selection?.conversationId ?? null, thread.messages.at(-1)?.seq ?? 0, lists.refresh);
  const own = (summary?.mine ?? []).map((row) => row.conversationId);
  const all = () => {
    lists.refresh();
    void thread.refresh();
  };
  const link = useDeskLive(me.id, selection === null ? own : [selection.conversationId, ...own], {
    onDesk: (id) => {
      if (id === selection?.conversationId) void thread.refresh();
      lists.refresh();
    },
    onConversation: (id) => {
      if (id === selection?.conversationId) void thread.refresh();
      lists.refresh();
    },
    onViewers: watching.tell,
    onAll: all,
    // asks once more what only a session may ask, and so finds out that there is none
    onRefused: lists.refresh,
  });
  useEffect(() => tellStanding({ link: link.state }), [link.state]);
  const waiting = summary?.forMe.waiting ?? 0;
  const isFull = summary !== null && summary.me.load >= summary.me.capacity;
  const rings = presence.state === 'online' && !isFull ? waiting : 0;
  const ring = useRing(
    { waiting: rings, newestAt: summary?.forMe.newestAt ?? null },
    t('ring.notice', { n: waiting }),
    demo,
  );
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${t('app.name')} · ${t('desk.title')}`;
  }, [waiting, t]);
  return { watching, link, ring, handovers: useHandovers(api, summary?.handovers ?? NONE) };
}

/** What keys do, and what puts the focus where it belongs. */
function useHands(desk: OpenDesk) {
  const { lists, frozen, selection, select, setView, owned, setAsked, setSideOpen, presence, actions } = desk;
  const composer = useRef<ComposerHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const step = (by: number) => {
    const rows = frozen.shown;
    const at = rows.findIndex((row) => row.conversationId === selection?.conversationId);
    const next = at < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) select(toSelection(next));
  };
  const longest = () => {
    const first = lists.summary?.unanswered[0];
    if (!first) return;
    setView({ tab: 'mine', q: '', colleagues: false });
    select({ conversationId: first.conversationId, handoffId: first.handoffId });
  };
  const back = () => composer.current?.insert('');
  const mine = (dialog: Asked) => owned.by === 'me' && setAsked(dialog);
  useKeys({
    claimNext: actions.claimNext,
    next: () => step(1),
    previous: () => step(-1),
    longest,
    search: () => search.current?.focus(),
    presence: () => presence.set(presence.state === 'online' ? 'busy' : 'online'),
    side: () => setSideOpen((open) => !open),
    note: () => composer.current?.choose('note'),
    reply: () => composer.current?.choose('reply'),
    transfer: () => mine('transfer'),
    resolve: () => mine('resolve'),
    resolveNext: () => mine('resolveNext'),
    handover: () => setAsked('handover'),
    help: () => setAsked('shortcuts'),
  });
  useEffect(() => {
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]')) return;
      setSideOpen(false);
      composer.current?.insert('');
    };
    window.addEventListener('keydown', onEscape);
    return () => window.removeEventListener('keydown', onEscape);
  }, [setSideOpen]);
  return { composer, search, longest, back };
}

export function useRoom(props: RoomProps) {
  const desk = useOpenDesk(props);
  const news = useNews(desk);
  const hands = useHands(desk);
  const colleagues = useColleagues(desk.api);
  return { ...desk, ...news, ...hands, colleagues };
}

export type Room = ReturnType<typeof useRoom>;
