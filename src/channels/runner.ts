// Keeps the channels that have to fetch at it: started when they are on, begun again after a failure, ended when they are off. Knows no platform.
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, Inbox } from './channel.ts';

const AGAIN_AFTER_MS = 5_000;

export interface Runner {
  /** Which channels are on now; one that is another object than before is begun anew. */
  keep(channels: readonly Channel[]): void;
  start(inbox: Inbox): void;
  close(): Promise<void>;
}

export function createRunner(onError: (error: unknown, where: string) => void): Runner {
  const running = new Map<Channel, { stop: AbortController; ended: Promise<void> }>();
  let wanted: readonly Channel[] = [];
  let inbox: Inbox | null = null;

  async function runUntil(channel: Channel, to: Inbox, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await channel.run?.(to, signal);
      } catch (error) {
        if (!signal.aborted) onError(error, `channel ${channel.kind} ${channel.account.name}`);
      }
      await pause(AGAIN_AFTER_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  function settle(): void {
    for (const [channel, { stop }] of running) {
      if (wanted.includes(channel)) continue;
      stop.abort();
      running.delete(channel);
    }
    if (inbox === null) return;
    for (const channel of wanted) {
      if (!channel.run || running.has(channel)) continue;
      const stop = new AbortController();
      running.set(channel, { stop, ended: runUntil(channel, inbox, stop.signal) });
    }
  }

  return {
    keep(channels) {
      wanted = [...channels];
      settle();
    },
    start(to) {
      inbox = to;
      settle();
    },
    async close() {
      inbox = null;
      const ending = [...running.values()];
      wanted = [];
      settle();
      await Promise.all(ending.map(({ ended }) => ended));
    },
  };
}
