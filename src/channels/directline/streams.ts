// The open lines of Direct Line clients: first what they missed, then what comes; one line per conversation. Knows no HTTP.
import type { ChannelAccount } from '../../contract/conversation.ts';
import type { ChannelSocket, Inbox } from '../channel.ts';
import { type Frame, typingFrame } from './outgoing.ts';

export interface ActivitySet {
  activities: Frame[];
  watermark: string;
}

/** What comes after a place; `base` is where pictures are fetched. `busy`: an answer is being written. */
export type ReadSet = (
  inbox: Inbox,
  conversation: string,
  watermark: string | undefined,
  base: string,
) => Promise<{ set: ActivitySet; busy: boolean }>;

export interface Line {
  conversation: string;
  /** Where this client reaches us. */
  base: string;
}

export interface Streams {
  open(line: Line, watermark: string | undefined, socket: ChannelSocket, inbox: Inbox): void;
  /** To whoever has a line open in this process; kept nowhere. */
  tell(conversation: string, activity: Frame): void;
}

export interface StreamDeps {
  account: ChannelAccount;
  now(): number;
  read: ReadSet;
  onError(error: unknown, where: string): void;
}

const KEEP_ALIVE_MS = 20_000;
/** Web Chat takes a typing sign away after five seconds. */
const TYPING_EVERY_MS = 3_000;
const COLLISION = 1008;
const FAILED = 1011;

export function createStreams({ account, now, read, onError }: StreamDeps): Streams {
  const lines = new Map<string, ChannelSocket>();
  const say = (socket: ChannelSocket, value: unknown) => socket.send(JSON.stringify(value));

  function follow(
    { conversation, base }: Line,
    watermark: string | undefined,
    socket: ChannelSocket,
    inbox: Inbox,
  ): void {
    let seen = watermark;
    let typedAt = Number.NEGATIVE_INFINITY;
    let state: 'idle' | 'busy' | 'again' | 'over' = 'idle';

    async function look(): Promise<void> {
      for (;;) {
        const { set, busy } = await read(inbox, conversation, seen, base);
        if (set.activities.length > 0) {
          say(socket, set);
          seen = set.watermark;
          continue;
        }
        if (!busy || now() - typedAt < TYPING_EVERY_MS) return;
        typedAt = now();
        return say(socket, { activities: [typingFrame(conversation, new Date(typedAt).toISOString(), typedAt)] });
      }
    }

    /** One look at a time; news that come meanwhile are one more. */
    async function run(): Promise<void> {
      if (state !== 'idle') {
        if (state === 'busy') state = 'again';
        return;
      }
      try {
        do {
          state = 'busy';
          await look();
        } while ((state as string) === 'again');
        if ((state as string) === 'busy') state = 'idle';
      } catch (error) {
        onError(error, 'a Direct Line stream; the client comes back and catches up');
        socket.close(FAILED, 'try again');
      }
    }

    const stop = inbox.watch(account, conversation, () => void run());
    const keepAlive = setInterval(() => socket.send(''), KEEP_ALIVE_MS);
    keepAlive.unref();
    socket.onClose(() => {
      state = 'over';
      stop();
      clearInterval(keepAlive);
      if (lines.get(conversation) === socket) lines.delete(conversation);
    });
  }

  return {
    open(line, watermark, socket, inbox) {
      const { conversation } = line;
      const start = () => {
        lines.set(conversation, socket);
        follow(line, watermark, socket, inbox);
      };
      const earlier = lines.get(conversation);
      if (!earlier) return start();
      // a second one is too many, but one whose other end is gone must not keep its shopper out
      void earlier.isAlive().then((isAlive) => {
        const current = lines.get(conversation);
        if (isAlive || (current && current !== earlier)) return socket.close(COLLISION, 'collision');
        current?.close(COLLISION, 'collision');
        start();
      });
    },
    tell(conversation, activity) {
      const socket = lines.get(conversation);
      if (socket) say(socket, { activities: [activity] });
    },
  };
}
