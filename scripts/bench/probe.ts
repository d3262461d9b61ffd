// Preloaded into the real program (`node --import`): tells the bench how much memory it keeps. Changes nothing in it.
import { setTimeout as sleep } from 'node:timers/promises';

process.on('message', async () => {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(50);
  }
  process.send?.(process.memoryUsage.rss());
});
// the program ends when it wants to, not when the bench lets go of it
process.channel?.unref();
