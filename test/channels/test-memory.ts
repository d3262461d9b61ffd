// What a channel remembers, kept in this process; the real one is tested on its own.
import type { ChannelMemory } from '../../src/channels/memory.ts';

export function createTestMemory(): ChannelMemory & { values: Map<string, string> } {
  const values = new Map<string, string>();
  const busy = new Set<string>();
  const read = async (name: string): Promise<string | null> => values.get(name) ?? null;
  const write = async (name: string, value: string): Promise<void> => void values.set(name, value);
  return {
    values,
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
