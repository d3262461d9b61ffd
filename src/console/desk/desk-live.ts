// The desk's stream: says when to look again, never what is there.
import { useEffect, useRef, useState } from 'react';
import { type LinkState, type Live, openLive } from '../live.ts';

interface News {
  /** A handoff appeared or changed hands. */
  onDesk(): void;
  onConversation(conversationId: string): void;
  /** After every (re)connection, and when the server cannot say what was missed. */
  onAll(): void;
  onRefused(): void;
}

/** `conversations` are those whose messages matter: the open one and the agent's own. */
export function useDeskLive(conversations: readonly string[], news: News): { link: LinkState; retryNow(): void } {
  const [link, setLink] = useState<LinkState>('connecting');
  const live = useRef<Live | null>(null);
  const latest = useRef(news);
  latest.current = news;
  const topics = ['desk', ...[...new Set(conversations)].sort().map((id) => `conversation:${id}`)].join(',');

  useEffect(() => {
    const opened = openLive({
      url: () => `/api/stream?topics=${encodeURIComponent(topics)}`,
      onEvent: ({ event, data }) => {
        if (event === 'desk') latest.current.onDesk();
        else if (event === 'resync') latest.current.onAll();
        else if (event === 'conversation') {
          const { conversationId } = JSON.parse(data) as { conversationId?: string };
          if (conversationId !== undefined) latest.current.onConversation(conversationId);
        }
      },
      onLink: (state) => {
        // changing the topics reopens the stream; that is not a loss worth a banner
        if (state !== 'connecting') setLink(state);
        if (state === 'live') latest.current.onAll();
      },
      onRefused: () => latest.current.onRefused(),
    });
    live.current = opened;
    return () => opened.close();
  }, [topics]);

  return { link, retryNow: () => live.current?.retryNow() };
}
