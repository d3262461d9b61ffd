// What an agent can do with a conversation, with the word afterwards and the list looked at again.
import { useEffect, useState } from 'react';
import { errorText } from '../api.ts';
import type { Disposition } from '../wire.ts';
import type { Lists } from './lists.ts';
import type { Selection, Tab } from './queue-pane.tsx';
import { useSpeech } from './speech.ts';
import type { StaffApi } from './staff-api.ts';
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

export function useDeskActions({ api, lists, thread, selection, select, setTab, onDeed }: Deps) {
  const { t } = useSpeech();
  const [toast, setToast] = useToast();
  const say = (text: string) => setToast({ text, tone: 'good' });
  const complain = (error: unknown) => setToast({ text: errorText(error, t), tone: 'bad' });

  const lookAgain = () => {
    lists.refresh();
    void thread.refresh();
  };

  const open = (next: Selection) => {
    select(next);
    setTab('mine');
    lookAgain();
  };

  const claim = (handoffId: string, conversationId: string, name: string | null) => {
    api.claim(handoffId).then(
      () => {
        open({ conversationId, handoffId });
        say(t('act.claimed', { name: name ?? t('common.visitor') }));
        onDeed?.('claim');
      },
      (error: unknown) => {
        complain(error);
        lookAgain();
      },
    );
  };

  const claimNext = () => {
    api.claimNext().then((claimed) => {
      if (claimed === null) {
        say(t('desk.nobodyWaiting'));
        return;
      }
      const row = lists.waiting.find((waiting) => waiting.id === claimed.handoffId);
      open(claimed);
      say(t('act.claimed', { name: row?.shopper.name ?? t('common.visitor') }));
      onDeed?.('claim');
    }, complain);
  };

  /** After one conversation the next of one's own, else the empty desk. */
  const goOn = () => {
    const next = lists.mine.find((row) => row.id !== thread.handoff?.id);
    select(next ? { conversationId: next.conversationId, handoffId: next.id } : null);
    if (!next) setTab('waiting');
    lookAgain();
  };

  const handoffId = thread.detail?.handoff?.id ?? thread.handoff?.id ?? null;

  const resolve = async (disposition: Disposition, category: string) => {
    if (handoffId === null) return;
    await api.resolve(handoffId, disposition, category);
    say(t('resolve.done'));
    onDeed?.('resolve');
    goOn();
  };

  const giveBack = async (note: string) => {
    if (handoffId === null) return;
    await api.giveBack(handoffId, note);
    say(t('return.done'));
    goOn();
  };

  const takeOver = async (reason: string) => {
    if (selection === null) return;
    const taken = await api.takeOver(selection.conversationId, reason);
    open({ conversationId: selection.conversationId, handoffId: taken.handoffId });
    say(t('takeover.done'));
  };

  return { claim, claimNext, resolve, giveBack, takeOver, toast };
}
