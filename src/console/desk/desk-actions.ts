// What an agent can do with a conversation, with the word afterwards and the list looked at again.
import { useEffect, useState } from 'react';
import type { DeskRow } from '../../contract/routes/desk.ts';
import { errorText } from '../api.ts';
import type { Handover } from '../wire.ts';
import type { Ending } from './dialogs.tsx';
import type { Lists } from './lists.ts';
import type { Selection } from './selection.ts';
import { useSpeech } from './speech.ts';
import type { StaffApi, Target } from './staff-api.ts';
import type { Tab } from './tabs.ts';
import type { Thread } from './thread.ts';

/** What the coach strip of the first page waits for. */
export type DeskDeed = 'claim' | 'reply' | 'resolve';

export interface Toast {
  text: string;
  tone: 'good' | 'bad';
}

interface Deps {
  api: StaffApi;
  lists: Lists;
  thread: Thread;
  selection: Selection | null;
  select(selection: Selection | null): void;
  setTab(tab: Tab): void;
  onDeed: ((deed: DeskDeed) => void) | undefined;
}

const TOAST_MS = 4_000;

function useToast(): [Toast | null, (toast: Toast) => void] {
  const [toast, setToast] = useState<Toast | null>(null);
  useEffect(() => {
    if (toast === null) return;
    const timer = setTimeout(() => setToast(null), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return [toast, setToast];
}

/** Of my own the one that needs me most, this one left out. */
const nextOwn = (lists: Lists, besides: string | null): DeskRow | undefined =>
  lists.summary?.mine.find((row) => row.handoffId !== besides);

function useWords() {
  const { t } = useSpeech();
  const [toast, setToast] = useToast();
  return {
    t,
    toast,
    say: (text: string) => setToast({ text, tone: 'good' }),
    warn: (text: string) => setToast({ text, tone: 'bad' }),
    complain: (error: unknown) => setToast({ text: errorText(error, t), tone: 'bad' }),
  };
}

type Words = ReturnType<typeof useWords>;

/** Taking: claims, offers, transfers, handovers. */
function takingOf(deps: Deps, words: Words, lookAgain: () => void, open: (next: Selection) => void) {
  const { api, lists, onDeed } = deps;
  const { t, say, warn, complain } = words;
  const lost = (error: unknown) => {
    complain(error);
    lookAgain();
  };
  const taken = (next: Selection, name: string | null) => {
    open(next);
    say(t('act.claimed', { name: name ?? t('common.visitor') }));
    onDeed?.('claim');
  };

  const claimNext = () => {
    const me = lists.summary?.me;
    if (me && me.load >= me.capacity) {
      warn(t('claim.full', { n: me.load, m: me.capacity }));
      return;
    }
    api.claimNext().then(async (claimed) => {
      if (claimed === null) {
        say(t('desk.nobodyWaiting'));
        return;
      }
      const known = lists.rows.find((row) => row.handoffId === claimed.handoffId)?.shopper.name;
      const name = known ?? (await api.conversation(claimed.conversationId).catch(() => null))?.shopper.name;
      taken(claimed, name ?? null);
    }, lost);
  };

  return {
    claimNext,
    claim(handoffId: string, conversationId: string, name: string | null) {
      api.claim(handoffId).then(() => taken({ conversationId, handoffId }, name), lost);
    },
    decline(row: DeskRow) {
      if (row.handoffId !== null) api.decline(row.handoffId).then(lookAgain, lost);
    },
    acceptHandover(handover: Handover) {
      api.acceptHandover(handover.id).then(({ items }) => {
        const stays = items.filter(({ outcome }) => outcome === 'not_moved').length;
        say(stays > 0 ? t('handover.acceptedPart', { n: stays }) : t('handover.accepted'));
        deps.setTab('mine');
        lookAgain();
      }, lost);
    },
  };
}

/** Letting go: resolve, give back, transfer. */
function leavingOf(deps: Deps, words: Words, lookAgain: () => void, claimNext: () => void) {
  const { api, lists, thread, selection, select, setTab, onDeed } = deps;
  const { t, say, complain } = words;
  const handoffId = thread.detail?.handoff?.id ?? thread.handoff?.id ?? null;

  /** After one conversation the next of one's own, else the empty desk. */
  const goOn = () => {
    const next = nextOwn(lists, handoffId);
    select(next ? { conversationId: next.conversationId, handoffId: next.handoffId } : null);
    if (!next) setTab('waiting');
    lookAgain();
    return next;
  };

  return {
    async resolve({ candidate, ...end }: Ending, next: boolean) {
      if (handoffId === null) return;
      await api.resolve(handoffId, end);
      if (candidate !== null && selection !== null) api.report(selection.conversationId, candidate).catch(complain);
      say(t('resolve.done'));
      onDeed?.('resolve');
      if (goOn() === undefined && next && (lists.summary?.forMe.waiting ?? 0) > 0) claimNext();
    },
    async giveBack(note: string) {
      if (handoffId === null) return;
      await api.giveBack(handoffId, note);
      say(t('return.done'));
      goOn();
    },
    async transfer(to: Target, reason: string, note: string) {
      if (handoffId === null) return;
      await api.transfer(handoffId, to, reason, note);
      say(t('transfer.done'));
      lookAgain();
    },
    cancelTransfer(id: string) {
      api.cancelTransfer(id).then(lookAgain, complain);
    },
    /** Asks whoever has it to let one help: a note they are named in. */
    help(name: string) {
      if (selection === null) return;
      thread.send(t('help.note', { name }), 'note');
      say(t('help.done', { name }));
    },
  };
}

export function useDeskActions(deps: Deps) {
  const { api, lists, thread, selection, select, setTab } = deps;
  const words = useWords();
  const lookAgain = () => {
    lists.refresh();
    void thread.refresh();
  };
  const open = (next: Selection) => {
    select(next);
    setTab('mine');
    lookAgain();
  };
  const taking = takingOf(deps, words, lookAgain, open);
  const takeOver = async (reason: string) => {
    if (selection === null) return;
    const taken = await api.takeOver(selection.conversationId, reason);
    open({ conversationId: selection.conversationId, handoffId: taken.handoffId });
    words.say(words.t('takeover.done'));
  };
  return {
    toast: words.toast,
    say: words.say,
    lookAgain,
    takeOver,
    ...taking,
    ...leavingOf(deps, words, lookAgain, taking.claimNext),
  };
}
