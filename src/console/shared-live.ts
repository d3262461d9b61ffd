// One live stream for all pages of this browser: the page that holds the lock reads it and passes on what it hears. Where the browser has
// no locks (plain http on another machine) each page reads its own. Knows nothing of what the events mean.
import type { StreamEvent } from './event-stream.ts';
import { type LinkState, type Live, openLive } from './live.ts';

export interface SharedLiveOptions {
  /** Pages with the same name share. */
  name: string;
  url(topics: readonly string[]): string;
  onEvent(event: StreamEvent): void;
  onLink(state: LinkState, attempt: number): void;
  onRefused(status: number): void;
}

export interface SharedLive {
  /** What this page wants to hear of; the most important first, because the server hears a limited number. */
  want(topics: readonly string[]): void;
  retryNow(): void;
  close(): void;
}

type Word =
  | { kind: 'want'; page: string; topics: readonly string[] }
  | { kind: 'bye'; page: string }
  | { kind: 'leader' }
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'link'; state: LinkState; attempt: number }
  | { kind: 'refused'; status: number }
  | { kind: 'retry' };

/** A page in the background is heard once a minute at least. */
const FORGET_MS = 150_000;
const REPEAT_MS = 20_000;

/** Everybody's first wishes before anybody's last ones. */
export function joinTopics(wishes: readonly (readonly string[])[]): string[] {
  const joined = new Set<string>();
  const longest = Math.max(0, ...wishes.map((topics) => topics.length));
  for (let i = 0; i < longest; i++) for (const topics of wishes) if (topics[i] !== undefined) joined.add(topics[i]!);
  return [...joined];
}

/** The page that reads: keeps what all want, and reopens the stream when that changes. */
function createLeader(options: SharedLiveOptions, say: (word: Word) => void) {
  const wishes = new Map<string, { topics: readonly string[]; at: number }>();
  let live: Live | null = null;
  let open = '';
  let link: [LinkState, number] = ['connecting', 0];

  const look = () => {
    for (const [page, { at }] of wishes) if (Date.now() - at > FORGET_MS) wishes.delete(page);
    const topics = joinTopics([...wishes.values()].map((wish) => wish.topics));
    const wanted = [...topics].sort().join(',');
    if (wanted === open || topics.length === 0) return;
    open = wanted;
    live?.close();
    live = openLive({
      url: () => options.url(topics),
      onEvent: (event) => say({ kind: 'event', event }),
      onLink: (state, attempt) => {
        link = [state, attempt];
        say({ kind: 'link', state, attempt });
      },
      onRefused: (status) => say({ kind: 'refused', status }),
    });
  };
  return {
    hear(word: Word) {
      if (word.kind === 'want') {
        const isNew = !wishes.has(word.page);
        wishes.set(word.page, { topics: word.topics, at: Date.now() });
        const before = open;
        look();
        // nothing was opened for it: it has to be told what stands
        if (isNew && open === before) say({ kind: 'link', state: link[0], attempt: link[1] });
      } else if (word.kind === 'bye') wishes.delete(word.page);
      else if (word.kind === 'retry') live?.retryNow();
    },
    close: () => live?.close(),
  };
}

type Leader = ReturnType<typeof createLeader>;

export function openSharedLive(options: SharedLiveOptions): SharedLive {
  const page = Math.random().toString(36).slice(2);
  const canShare = 'locks' in navigator && typeof BroadcastChannel === 'function';
  const channel = canShare ? new BroadcastChannel(options.name) : null;
  let leader: Leader | null = null;
  let topics: readonly string[] = [];
  let closed = false;
  let giveUp: (() => void) | null = null;
  const waiting = new AbortController();

  const onWord = (word: Word) => {
    if (closed) return;
    if (word.kind === 'event') options.onEvent(word.event);
    else if (word.kind === 'link') options.onLink(word.state, word.attempt);
    else if (word.kind === 'refused') options.onRefused(word.status);
    else if (word.kind === 'leader') tell({ kind: 'want', page, topics });
    else leader?.hear(word);
  };
  /** To the leader, wherever it is. */
  const tell = (word: Word) => {
    if (leader !== null) leader.hear(word);
    else channel?.postMessage(word);
  };
  /** From the leader to all, itself included. */
  const say = (word: Word) => {
    channel?.postMessage(word);
    onWord(word);
  };
  const lead = () => {
    leader = createLeader(options, say);
    channel?.postMessage({ kind: 'leader' } satisfies Word);
    if (topics.length > 0) leader.hear({ kind: 'want', page, topics });
  };

  if (channel === null) lead();
  else {
    channel.onmessage = ({ data }: MessageEvent<Word>) => onWord(data);
    navigator.locks
      .request(options.name, { signal: waiting.signal }, () => {
        if (closed) return;
        lead();
        return new Promise<void>((resolve) => {
          giveUp = resolve;
        });
      })
      .catch(() => undefined); // closed before its turn
  }
  const repeat = setInterval(() => topics.length > 0 && tell({ kind: 'want', page, topics }), REPEAT_MS);

  return {
    want(next) {
      topics = next;
      tell({ kind: 'want', page, topics });
    },
    retryNow: () => tell({ kind: 'retry' }),
    close() {
      tell({ kind: 'bye', page });
      closed = true;
      clearInterval(repeat);
      leader?.close();
      waiting.abort();
      giveUp?.();
      channel?.close();
    },
  };
}
