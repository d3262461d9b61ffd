// Tells colleagues that I look at a conversation and write in it, and keeps what is told of them.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Viewers } from '../wire.ts';
import type { StaffApi } from './staff-api.ts';

/** Well within the seconds after which the server forgets somebody. */
const REPEAT_MS = 10_000;
const TYPING_MS = 3_000;
const NOBODY: Viewers = { viewers: [], shopperTyping: false };

export interface Watching {
  viewers: Viewers;
  onTyping(): void;
  /** News of the stream. */
  tell(conversationId: string, viewers: Viewers): void;
}

export function useViewers(api: StaffApi, conversationId: string | null): Watching {
  const [seen, setSeen] = useState<{ of: string; viewers: Viewers } | null>(null);
  const typedAt = useRef(0);

  useEffect(() => {
    if (conversationId === null) return;
    let left = false;
    const ignore = () => undefined;
    const look = (viewing: boolean) =>
      api.look(conversationId, { viewing, typing: viewing && Date.now() - typedAt.current < TYPING_MS }).catch(ignore);
    const repeat = () => {
      if (document.visibilityState === 'visible') void look(true);
    };
    repeat();
    api.viewers(conversationId).then((viewers) => !left && setSeen({ of: conversationId, viewers }), ignore);
    const timer = setInterval(repeat, REPEAT_MS);
    return () => {
      left = true;
      clearInterval(timer);
      typedAt.current = 0;
      void look(false);
    };
  }, [api, conversationId]);

  const onTyping = useCallback(() => {
    if (conversationId === null || Date.now() - typedAt.current < TYPING_MS) return;
    typedAt.current = Date.now();
    api.look(conversationId, { viewing: true, typing: true }).catch(() => undefined);
  }, [api, conversationId]);
  const tell = useCallback((of: string, viewers: Viewers) => setSeen({ of, viewers }), []);
  return { viewers: seen !== null && seen.of === conversationId ? seen.viewers : NOBODY, onTyping, tell };
}

/** Tells the server how far I have read, when the conversation is in sight. */
export function useReadMark(api: StaffApi, conversationId: string | null, lastSeq: number, onRead: () => void): void {
  const told = useRef({ of: '', seq: 0 });
  useEffect(() => {
    if (conversationId === null || lastSeq === 0) return;
    const mark = () => {
      if (document.visibilityState !== 'visible') return;
      if (told.current.of === conversationId && told.current.seq >= lastSeq) return;
      told.current = { of: conversationId, seq: lastSeq };
      api.read(conversationId, lastSeq).then(onRead, () => {
        told.current = { of: '', seq: 0 };
      });
    };
    const timer = setTimeout(mark, 300);
    document.addEventListener('visibilitychange', mark);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', mark);
    };
  }, [api, conversationId, lastSeq, onRead]);
}
