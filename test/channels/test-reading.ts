// What a shopper may see, kept in this process; the real one is told in the journeys.
import type { Reading, SeenMessage } from '../../src/channels/channel.ts';

export interface TestReading extends Reading {
  /** What the shop says to a shopper; whoever watches is told. */
  put(shopperId: string, message: Partial<SeenMessage> & { seq: number }): void;
}

export function createTestReading(): TestReading {
  const said = new Map<string, SeenMessage[]>();
  const watchers = new Map<string, Set<() => void>>();
  return {
    put(shopperId, message) {
      const whole: SeenMessage = {
        from: 'bot',
        kind: 'text',
        text: '',
        payload: {},
        files: [],
        own: null,
        at: '2026-11-23T08:00:00.000Z',
        ...message,
      };
      said.set(shopperId, [...(said.get(shopperId) ?? []), whole]);
      for (const tell of watchers.get(shopperId) ?? []) tell();
    },
    async read(_account, shopperId, afterSeq, limit) {
      const after = (said.get(shopperId) ?? []).filter(({ seq }) => seq > afterSeq);
      return { messages: after.slice(0, limit), busy: false };
    },
    handoffs: async () => [],
    watch(_account, shopperId, onNews) {
      const here = watchers.get(shopperId) ?? new Set();
      watchers.set(shopperId, here.add(onNews));
      queueMicrotask(onNews);
      return () => void here.delete(onNews);
    },
    noteTyping: async () => {},
    file: async () => null,
  };
}
