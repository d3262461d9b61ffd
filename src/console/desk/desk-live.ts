// The desk's stream: says when to look again, never what is there. One per browser, however many desks are open in it.
import { useEffect, useRef, useState } from 'react';
import type { LinkState } from '../live.ts';
import { openSharedLive, type SharedLive } from '../shared-live.ts';
import type { Viewers } from '../wire.ts';

interface News {
  /** A handoff appeared or changed hands, a note names somebody, …; null when it is about no conversation. */
  onDesk(conversationId: string | null): void;
  onConversation(conversationId: string): void;
  onViewers(conversationId: string, viewers: Viewers): void;
  /** After every (re)connection, and when the server cannot say what was missed. */
  onAll(): void;
  onRefused(): void;
}

export interface DeskLink {
  state: LinkState;
  /** How many attempts have failed in a row. */
  attempt: number;
  retryNow(): void;
}

/** What the server hears of per stream, the desk itself left out. */
const FOLLOWED_MAX = 20;

function hear(news: News, event: string, data: string): void {
  switch (event) {
    case 'desk': {
      const { conversationId = null } = JSON.parse(data) as { conversationId?: string | null };
      news.onDesk(conversationId);
      return;
    }
    case 'resync':
      news.onAll();
      return;
    // what the bot made of the shopper's words has come, and with it how they feel
    case 'suggestions':
    case 'conversation': {
      const { conversationId } = JSON.parse(data) as { conversationId: string };
      news.onConversation(conversationId);
      return;
    }
    case 'presence': {
      const { conversationId, viewers, shopperTyping } = JSON.parse(data) as Viewers & { conversationId: string };
      news.onViewers(conversationId, { viewers, shopperTyping });
      return;
    }
    default: // what other parts of the desk listen for
  }
}

/** `conversations` are those whose messages matter: the open one first, then the agent's own. */
export function useDeskLive(me: string, conversations: readonly string[], news: News): DeskLink {
  const [link, setLink] = useState<{ state: LinkState; attempt: number }>({ state: 'connecting', attempt: 0 });
  const live = useRef<SharedLive | null>(null);
  const latest = useRef(news);
  latest.current = news;
  const topics = ['desk', ...[...new Set(conversations)].slice(0, FOLLOWED_MAX).map((id) => `conversation:${id}`)];
  const wanted = useRef(topics);
  wanted.current = topics;

  useEffect(() => {
    const opened = openSharedLive({
      name: `jiebang.desk.${me}`,
      url: (all) => `/api/stream?topics=${encodeURIComponent(all.join(','))}`,
      onEvent: ({ event, data }) => hear(latest.current, event, data),
      onLink: (state, attempt) => {
        // changing the topics reopens the stream; that is not a loss worth a banner
        if (state !== 'connecting') setLink({ state, attempt });
        if (state === 'live') latest.current.onAll();
      },
      onRefused: () => latest.current.onRefused(),
    });
    live.current = opened;
    opened.want(wanted.current);
    return () => opened.close();
  }, [me]);

  const key = topics.join(',');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is new with every drawing, its words are not
  useEffect(() => live.current?.want(topics), [key]);

  return { ...link, retryNow: () => live.current?.retryNow() };
}
