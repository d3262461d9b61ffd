// Runs what follows a publication in the background, one at a time: a newer publication ends what the older one still had to do.
import { setTimeout as pause } from 'node:timers/promises';
import type { Content } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import { type PublishDeps, settle } from './release.ts';

export interface FollowUps {
  /** `restMs`: an editor often publishes again soon, and learning twice at once helps nobody. */
  start(content: Content, restMs?: number): void;
  stop(): Promise<void>;
}

/** `onPublished` is called when newly learned models have been published. */
export function createFollowUps(
  deps: PublishDeps & { onError(error: unknown, where: string): void },
  shopId: ShopId,
  onPublished: () => Promise<void>,
): FollowUps {
  let ending = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const run = async (content: Content, restMs: number, signal: AbortSignal): Promise<void> => {
    try {
      if (restMs > 0) await pause(restMs, undefined, { signal });
      if (!signal.aborted && (await settle({ ...deps, signal }, shopId, content))) await onPublished();
    } catch (error) {
      if (!signal.aborted) deps.onError(error, 'settle');
    }
  };
  return {
    start(content, restMs = 0) {
      ending.abort();
      ending = new AbortController();
      const { signal } = ending;
      last = last.then(() => run(content, restMs, signal));
    },
    async stop() {
      ending.abort();
      await last;
    },
  };
}
