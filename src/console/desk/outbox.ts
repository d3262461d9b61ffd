// What an agent is sending, over all conversations: nothing is lost by opening another one while a message fails.
import { useCallback, useRef, useState } from 'react';
import { ApiError, newClientId } from '../api.ts';
import type { OutgoingText, StaffApi } from './staff-api.ts';

export interface Sending extends OutgoingText {
  conversationId: string;
  status: 'sending' | 'failed';
  /** What the server said against it; null for a lost network. */
  why: string | null;
  /** The last place known when it was written. */
  after: number;
}

export interface Outbox {
  sending: readonly Sending[];
  send(message: Pick<Sending, 'conversationId' | 'text' | 'kind' | 'after'>): void;
  resend(clientMessageId: string): void;
  discard(clientMessageId: string): void;
}

/** `onSent` fetches the conversation, so that the message is there before its copy goes. */
export function useOutbox(
  api: StaffApi,
  onSent: (conversationId: string, kind: Sending['kind']) => Promise<void>,
): Outbox {
  const [sending, setSending] = useState<readonly Sending[]>([]);

  const replace = useCallback((id: string, part: Partial<Sending>) => {
    setSending((all) => all.map((s) => (s.clientMessageId === id ? { ...s, ...part } : s)));
  }, []);
  const discard = useCallback((id: string) => {
    setSending((all) => all.filter((s) => s.clientMessageId !== id));
  }, []);

  // one after the other, so that two quick replies cannot overtake each other
  const line = useRef(Promise.resolve());
  const queue = (message: Sending) => {
    line.current = line.current.then(() => post(message));
  };

  const post = async ({ conversationId, clientMessageId, text, kind }: Sending) => {
    try {
      await api.say(conversationId, { clientMessageId, text, kind });
      await onSent(conversationId, kind);
      discard(clientMessageId);
    } catch (error) {
      const why = error instanceof ApiError && error.code !== 'offline' ? error.message : null;
      replace(clientMessageId, { status: 'failed', why });
    }
  };

  return {
    sending,
    send(message) {
      const next: Sending = { ...message, clientMessageId: newClientId(), status: 'sending', why: null };
      setSending((all) => [...all, next]);
      queue(next);
    },
    resend(clientMessageId) {
      const message = sending.find((s) => s.clientMessageId === clientMessageId);
      if (!message) return;
      replace(clientMessageId, { status: 'sending', why: null });
      queue(message);
    },
    discard,
  };
}
