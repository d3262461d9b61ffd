// The messages of a conversation: only those in sight are drawn, the end stays in sight unless the reader has scrolled up,
// and older ones are put before without a jump. Screen readers hear of new messages of the shopper only.
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { errorText } from '../api.ts';
import { useNow } from '../clock.ts';
import '../messages.css';
import './thread.css';
import { afterPause, moment } from '../time.ts';
import type { DeskMessage } from '../wire.ts';
import { Message, SendingMessage } from './message.tsx';
import type { Sending } from './outbox.ts';
import { useShield } from './shield.tsx';
import { useSpeech } from './speech.ts';
import type { Thread } from './thread.ts';

const GUESS_PX = 84;
const NEAR_END_PX = 80;
/** So near to the top the next older page is asked for. */
const NEAR_TOP = 6;

interface ThreadViewProps {
  conversationId: string;
  thread: Thread;
  /** Names that are marked when they stand after an @. */
  names: readonly string[];
  author: string;
  onTakeBack(message: Sending): void;
}

type Item = { kind: 'message'; message: DeskMessage; pause: boolean } | { kind: 'sending'; message: Sending };

const keyOf = (item: Item): string =>
  item.kind === 'message' ? String(item.message.seq) : item.message.clientMessageId;

const Pause = memo(function Pause({ at }: { at: string }) {
  const { language } = useSpeech();
  return <time className="pause">{moment(at, language, useNow())}</time>;
});

/** What is read aloud: the shopper's new words, once. */
function Spoken({ messages }: { messages: readonly DeskMessage[] }) {
  const { t } = useSpeech();
  const shielded = useShield();
  const known = useRef<number | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const last = messages.at(-1)?.seq ?? 0;
    const before = known.current;
    known.current = Math.max(before ?? 0, last);
    if (before === null || before === 0) return;
    const fresh = messages.filter(({ seq, from }) => seq > before && from === 'shopper');
    const words = (m: DeskMessage) => (m.insult && shielded ? t('shield.covered') : m.text);
    if (fresh.length > 0) setSaid(fresh.map((m) => t('thread.spoken', { text: words(m) })).join(' '));
  }, [messages, t, shielded]);
  return (
    <p className="unseen-label" aria-live="polite">
      {said}
    </p>
  );
}

/** How many messages came while the reader was looking at older ones. */
function useUnseen(items: readonly Item[], of: string, isAtEnd: () => boolean, toEnd: () => void) {
  const [unseen, setUnseen] = useState(0);
  const seen = useRef({ of, last: '', own: 0 });
  const last = items.length === 0 ? '' : keyOf(items.at(-1)!);
  const own = items.filter((item) => item.kind === 'sending').length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs exactly when something was added at the end
  useLayoutEffect(() => {
    const before = seen.current;
    seen.current = { of, last, own };
    if (before.of !== of || before.last === '') {
      setUnseen(0);
      toEnd();
      return;
    }
    if (own > before.own) {
      toEnd(); // whoever sends wants to see it
      return;
    }
    const from = items.findIndex((item) => keyOf(item) === before.last);
    const came = from < 0 ? 0 : items.slice(from + 1).filter((item) => item.kind === 'message').length;
    if (came > 0 && !isAtEnd()) setUnseen((n) => n + came);
  }, [of, last, own]);
  return [unseen, () => setUnseen(0)] as const;
}

export function ThreadView({ conversationId, thread, names, author, onTakeBack }: ThreadViewProps) {
  const { t } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const { messages, sending, older, loadOlder } = thread;
  const items: Item[] = [
    ...messages.map(
      (message, i): Item => ({
        kind: 'message',
        message,
        pause: afterPause(messages[i - 1]?.at, message.at),
      }),
    ),
    ...sending.map((message): Item => ({ kind: 'sending', message })),
  ];
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => GUESS_PX,
    getItemKey: (index) => `${conversationId} ${keyOf(items[index]!)}`,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_END_PX,
    overscan: 6,
    paddingStart: 12,
    paddingEnd: 12,
  });
  const drawn = virtual.getVirtualItems();
  const [unseen, sawAll] = useUnseen(items, conversationId, virtual.isAtEnd, () => virtual.scrollToEnd());
  const first = drawn[0]?.index ?? 0;
  const scrolled = useRef(false);
  useEffect(() => {
    if (older && scrolled.current && first < NEAR_TOP) loadOlder();
  }, [older, first, loadOlder]);

  const onScroll = () => {
    scrolled.current = true;
    if (unseen > 0 && virtual.isAtEnd()) sawAll();
    if (older && (virtual.getVirtualItems()[0]?.index ?? 0) < NEAR_TOP) loadOlder();
  };

  return (
    <div className="log-frame">
      <div
        className="log"
        role="log"
        aria-live="off"
        aria-label={t('desk.log')}
        ref={box}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users have to be able to scroll it
        tabIndex={0}
      >
        {thread.error !== null && (
          <div className="list-error" role="alert">
            <span>
              {t('desk.threadFailed')} · {errorText(thread.error, t)}
            </span>
            <button type="button" className="quiet" onClick={() => void thread.refresh()}>
              {t('common.retry')}
            </button>
          </div>
        )}
        {!thread.loaded && <ThreadSkeleton />}
        {thread.loaded && thread.error === null && items.length === 0 && (
          <p className="list-empty">{t('desk.noMessages')}</p>
        )}
        <div className="thread-height" style={{ height: virtual.getTotalSize() }}>
          {older && <p className="thread-older">{t('thread.older')}</p>}
          {drawn.map(({ index, key, start }) => {
            const item = items[index]!;
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="thread-item"
                style={{ transform: `translateY(${start}px)` }}
              >
                {item.kind === 'message' ? (
                  <>
                    {item.pause && <Pause at={item.message.at} />}
                    <Message message={item.message} names={names} />
                  </>
                ) : (
                  <SendingMessage
                    message={item.message}
                    author={author}
                    onResend={thread.resend}
                    onDiscard={onTakeBack}
                    onDelete={thread.discard}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {unseen > 0 && (
        <button
          type="button"
          className="log-unseen"
          onClick={() => {
            virtual.scrollToEnd();
            sawAll();
          }}
        >
          ↓ {t('common.newMessages', { n: unseen })}
        </button>
      )}
      <Spoken messages={messages} />
    </div>
  );
}

function ThreadSkeleton() {
  return (
    <div className="thread-skeleton" aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}
