// What a channel remembers, kept in this process; the real one is tested on its own.
import type { ChannelMemory } from '../../src/channels/memory.ts';

export interface TestMemory extends ChannelMemory {
  values: Map<string, string>;
  /** Whether anyone is at a work of `alone`. */
  isBusy(): boolean;
}

export function createTestMemory(): TestMemory {
  const values = new Map<string, string>();
  const busy = new Set<string>();
  const read = async (name: string): Promise<string | null> => values.get(name) ?? null;
  const write = async (name: string, value: string): Promise<void> => void values.set(name, value);
  return {
    values,
    isBusy: () => busy.size > 0,
    read,
    write,
    readSecret: read,
    writeSecret: write,
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
