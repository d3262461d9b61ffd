// "Something changed in this shop's queue": hints that gather, and what a worker does when one arrives. Rows decide.
import type { ShopId } from '../contract/conversation.ts';
import type { JobData, Queues } from '../queue/queues.ts';

export interface QueueWake {
  /** Tells the workers, of this process or another. Any number within a moment is one job. */
  wake(shopId: ShopId): void;
  /** Offers at once; tells the waiting shoppers their places, but not more often than anybody could read. */
  run(job: JobData): Promise<void>;
  /** Resolves when what was under way is over; nothing new starts. */
  stop(): Promise<void>;
}

/** Agents who finish within this time of each other are one round. Milliseconds. */
const GATHER_MS = 15;
/** Going over everybody who waits costs more than an offer and is less urgent. Milliseconds. */
const TELL_EVERY_MS = 3_000;

export function createQueueWake(deps: {
  queues: Queues;
  offer(shopId: ShopId): Promise<void>;
  tell(shopId: ShopId): Promise<void>;
  onError(error: unknown, where: string): void;
}): QueueWake {
  const gathering = new Map<ShopId, NodeJS.Timeout>();
  const told = new Map<ShopId, number>();
  const telling = new Map<ShopId, NodeJS.Timeout>();
  // A job of the same name that is just running would swallow the new one, and with it what changed since it looked.
  const process = Math.floor(Math.random() * 1e9);
  let sent = 0;
  let stopped = false;
  let saying: Promise<void> = Promise.resolve();

  function tellSoon(shopId: ShopId): void {
    if (stopped || telling.has(shopId)) return;
    const rest = (told.get(shopId) ?? Number.NEGATIVE_INFINITY) + TELL_EVERY_MS - performance.now();
    const timer = setTimeout(
      () => {
        telling.delete(shopId);
        told.set(shopId, performance.now());
        saying = deps.tell(shopId).catch((error: unknown) => deps.onError(error, 'telling the queue'));
      },
      Math.max(0, rest),
    );
    telling.set(shopId, timer);
  }

  return {
    wake(shopId) {
      if (stopped || gathering.has(shopId)) return;
      const timer = setTimeout(() => {
        gathering.delete(shopId);
        sent += 1;
        void deps.queues.add('handoff', { kind: 'handoff', shopId, id: `${process}.${sent}` });
      }, GATHER_MS);
      gathering.set(shopId, timer);
    },
    async run({ shopId }) {
      await deps.offer(shopId);
      tellSoon(shopId);
    },
    async stop() {
      stopped = true;
      for (const timer of [...gathering.values(), ...telling.values()]) clearTimeout(timer);
      gathering.clear();
      telling.clear();
      await saying;
    },
  };
}
