// What a channel remembers, kept in this process; the real one is tested on its own.
import type { ChannelMemory } from '../../src/channels/memory.ts';

export function createTestMemory(): ChannelMemory & { values: Map<string, string> } {
  const values = new Map<string, string>();
  const busy = new Set<string>();
  return {
    values,
    read: async (name) => values.get(name) ?? null,
    async write(name, value) {
      values.set(name, value);
    },
    async alone(name, work) {
      if (busy.has(name)) return null;
      busy.add(name);
      try {
        return await work();
      } finally {
        busy.delete(name);
      }
    },
  };
}
