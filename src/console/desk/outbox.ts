// What an agent is sending, over all conversations: in order, once, and through a lost network. Kept on this device until the server has it.
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { ApiError, newClientId } from '../api.ts';
import { keep, kept } from '../kept.ts';
import type { OutgoingText, StaffApi } from './staff-api.ts';

export interface Sending extends OutgoingText {
  conversationId: string;
  /** `waiting`: for the network; `held`: the network is back, but so late that the agent is asked first. */
  status: 'sending' | 'waiting' | 'held' | 'failed';
  /** What the server said against it. */
  why: string | null;
  /** The last place known when it was written. */
  after: number;
  /** On this device's clock. */
  writtenAt: number;
}

export type Written = Pick<Sending, 'conversationId' | 'text' | 'kind' | 'after'> &
  Pick<OutgoingText, 'suggestionId' | 'attachments' | 'tone'>;

export interface OutboxDeps {
  say(conversationId: string, message: OutgoingText): Promise<unknown>;
  /** Rejects with `offline` while the network is away. */
  look(conversationId: string): Promise<unknown>;
  /** Fetches the conversation, so that the message is there before its copy goes. */
  onSent(conversationId: string, kind: Sending['kind']): Promise<void>;
  /** Where it is kept; another person on this device has another place. */
  place: string;
  now(): number;
}

export type OutboxStore = ReturnType<typeof createOutbox>;

/** An answer that is so old may no longer be one. */
export const ASK_AFTER_MS = 5 * 60_000;
const RETRY_MS = [1_000, 2_000, 3_000];

const isOffline = (error: unknown): boolean => error instanceof ApiError && error.code === 'offline';

function restore(place: string): Sending[] {
  try {
    const found: unknown = JSON.parse(kept(place) ?? '[]');
    return Array.isArray(found) ? (found as Sending[]) : [];
  } catch {
    return [];
  }
}

export function createOutbox(deps: OutboxDeps) {
  const { place, now } = deps;
  let all: readonly Sending[] = restore(place).map((s) => (s.status === 'sending' ? { ...s, status: 'waiting' } : s));
  const ours = new Set(all.map((s) => s.clientMessageId));
  const listeners = new Set<() => void>();
  let running = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const change = (next: readonly Sending[]) => {
    all = next;
    // what another tab is sending stays in its place
    const others = restore(place).filter((s) => !ours.has(s.clientMessageId));
    const rest = [...others, ...all];
    keep(place, rest.length === 0 ? null : JSON.stringify(rest));
    for (const listener of listeners) listener();
  };
  const replace = (which: (s: Sending) => boolean, part: Partial<Sending>) =>
    change(all.map((s) => (which(s) ? { ...s, ...part } : s)));
  const is = (id: string) => (s: Sending) => s.clientMessageId === id;
  const discard = (id: string) => change(all.filter((s) => s.clientMessageId !== id));

  const retryLater = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  };
  const lost = () => {
    replace((s) => s.status === 'sending', { status: 'waiting' });
    retryLater();
  };

  /** True when the next one may be tried. */
  const post = async (next: Sending): Promise<boolean> => {
    const { conversationId, clientMessageId, text, kind, suggestionId, attachments, tone } = next;
    replace(is(clientMessageId), { status: 'sending' });
    try {
      await deps.say(conversationId, {
        clientMessageId,
        text,
        kind,
        ...(suggestionId && { suggestionId }),
        ...(attachments && { attachments }),
        ...(tone && { tone }),
      });
    } catch (error) {
      if (isOffline(error)) {
        lost();
        return false;
      }
      const why = error instanceof Error ? error.message : null;
      replace(is(clientMessageId), { status: 'failed', why });
      return true;
    }
    failures = 0;
    await deps.onSent(conversationId, kind);
    discard(clientMessageId);
    return true;
  };

  /** Whether the network is there; then what has waited too long is held. */
  const holdOld = async (of: Sending): Promise<boolean> => {
    const back = await deps.look(of.conversationId).then(
      () => true,
      (error: unknown) => !isOffline(error),
    );
    if (!back) {
      lost();
      return false;
    }
    const due = now() - ASK_AFTER_MS;
    replace((s) => s.status === 'waiting' && s.writtenAt < due, { status: 'held' });
    return true;
  };

  // one after the other, so that two quick replies cannot overtake each other
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let goesOn = true; goesOn; ) {
      const next = all.find((s) => s.status === 'sending' || s.status === 'waiting');
      if (!next) break;
      const isOld = next.status === 'waiting' && now() - next.writtenAt > ASK_AFTER_MS;
      goesOn = isOld ? await holdOld(next) : await post(next);
    }
    running = false;
  };

  return {
    all: () => all,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send(written: Written) {
      const isLost = all.some((s) => s.status === 'waiting');
      const next: Sending = {
        ...written,
        clientMessageId: newClientId(),
        status: isLost ? 'waiting' : 'sending',
        why: null,
        writtenAt: now(),
      };
      ours.add(next.clientMessageId);
      change([...all, next]);
      void run();
    },
    resend(id: string) {
      replace(is(id), { status: 'sending', why: null, writtenAt: now() });
      void run();
    },
    /** The agent was asked and said yes. */
    sendHeld() {
      replace((s) => s.status === 'held', { status: 'sending', writtenAt: now() });
      void run();
    },
    discard,
    dropHeld: () => change(all.filter((s) => s.status !== 'held')),
    /** The network may be back. */
    retry: () => void run(),
    close: () => clearTimeout(timer),
  };
}

export interface Outbox {
  sending: readonly Sending[];
  store: OutboxStore;
}

export function useOutbox(api: StaffApi, onSent: OutboxDeps['onSent']): Outbox {
  const latest = useRef(onSent);
  latest.current = onSent;
  const store = useMemo(
    () =>
      createOutbox({
        say: api.say,
        look: api.conversation,
        onSent: (id, kind) => latest.current(id, kind),
        place: `jiebang.outbox.${api.me}`,
        now: Date.now,
      }),
    [api],
  );
  useEffect(() => {
    store.retry(); // what was left from before a reload
    window.addEventListener('online', store.retry);
    return () => {
      window.removeEventListener('online', store.retry);
      store.close();
    };
  }, [store]);
  const sending = useSyncExternalStore(store.subscribe, store.all);
  return { sending, store };
}
