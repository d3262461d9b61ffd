// A list of messages that keeps its end in sight: follows new ones unless the reader has scrolled up, then says how many came.
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useSpeech } from './language.tsx';
import './messages.css';

/** So many messages are drawn; earlier ones on demand. */
export const DRAWN = 200;
const NEAR_END_PX = 60;

interface LogProps {
  label: string;
  /** Grows with every message; tells new from old. */
  count: number;
  /** Another conversation: start at its end. */
  of: string;
  hidden: number;
  onEarlier(): void;
  children: ReactNode;
}

export function Log({ label, count, of, hidden, onEarlier, children }: LogProps) {
  const { t } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const seen = useRef({ of, count });
  const [unseen, setUnseen] = useState(0);

  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setUnseen(0);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs exactly when messages or the conversation change
  useLayoutEffect(() => {
    const came = seen.current.of === of ? count - seen.current.count : 0;
    const changed = seen.current.of !== of;
    seen.current = { of, count };
    if (changed || atEnd.current) toEnd();
    else if (came > 0) setUnseen((n) => n + came);
  }, [count, of]);

  // pictures, fonts and a resized window move the end
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    watch.observe(element);
    for (const child of element.children) watch.observe(child);
    return () => watch.disconnect();
  }, []);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const { scrollTop } = element;
    // only the reader leaves the end, upwards: what grows in the moment of a scroll event does not
    if (element.scrollHeight - scrollTop - element.clientHeight < NEAR_END_PX) atEnd.current = true;
    else if (scrollTop < lastTop.current) atEnd.current = false;
    lastTop.current = scrollTop;
    if (atEnd.current) setUnseen(0);
  };

  return (
    <div className="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users have to be able to scroll it */}
      <div className="log" role="log" aria-live="polite" aria-label={label} ref={box} onScroll={onScroll} tabIndex={0}>
        <div className="log-inner">
          {hidden > 0 && (
            <button type="button" className="quiet log-earlier" onClick={onEarlier}>
              {t('common.earlier')}
            </button>
          )}
          {children}
        </div>
      </div>
      {unseen > 0 && (
        <button type="button" className="log-unseen" onClick={toEnd}>
          ↓ {t('common.newMessages', { n: unseen })}
        </button>
      )}
    </div>
  );
}
