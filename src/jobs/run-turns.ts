// Runs turns in this process: soon after their message was stored, one conversation at a time. Rows decide; this only wakes.
import { type TurnDeps, type TurnEnd, takeTurn } from '../bot/turn.ts';
import type { ConversationId, HandoffId, ShopId } from '../contract/conversation.ts';
import type { Live } from '../queue/live.ts';
import type { Queues } from '../queue/queues.ts';
import type { Delivery } from './deliver.ts';
import type { PlatformDesk } from './platform-desk.ts';

export interface RunTurnsDeps {
  turn: TurnDeps;
  delivery: Delivery;
  platformDesk: PlatformDesk;
  live: Live;
  queues: Queues;
  /** Shoppers are waiting for their acknowledgement: turns take a share of the process and leave the rest to them. */
  crowded(): boolean;
}

export interface TurnRunner {
  /** Looks at the conversation after `delayMs`. Any number of calls for one conversation is one look at a time. */
  wake(shopId: ShopId, conversationId: ConversationId, delayMs: number): void;
  /** Resolves when the turns under way are over; nothing new starts. */
  drain(): Promise<void>;
}

/** A database that is away must not be asked in a tight loop; the reconciler comes back to it. */
const TURNS_AT_ONCE = 16;
/**
 * In a crowd one turn runs at a time, and twice its own length belongs to the acknowledgements: a platform that hears nothing
 * sends again or gives up, while an answer may be some seconds late. Without it turns took two thirds of the acknowledgements'
 * rate (npm run bench). Turns go on at a third of their pace, so nobody is forgotten.
 */
const REST_IN_CROWD = 2;
/** How soon to look again whether the crowd is gone. Milliseconds. */
const LOOK_AGAIN_MS = 20;

export function createTurnRunner(deps: RunTurnsDeps): TurnRunner {
  const timers = new Set<NodeJS.Timeout>();
  const running = new Map<string, Promise<void>>();
  const again = new Map<string, ShopId>();
  const ready: { shopId: ShopId; conversationId: ConversationId }[] = [];
  let draining = false;
  let restUntil = 0;
  let lookAgain: NodeJS.Timeout | null = null;

  async function follow(shopId: ShopId, conversationId: ConversationId, end: TurnEnd): Promise<void> {
    if (end.status === 'early') return wake(shopId, conversationId, end.dueInMs);
    if (end.status !== 'over') return;
    deps.live.touch(`conversation:${conversationId}`);
    const { result } = end;
    if (result.status === 'done') {
      if (result.handoffId) {
        deps.live.touch(`desk:${shopId}`);
        void deps.queues.add(
          'handoff',
          { kind: 'handoff', shopId, id: result.handoffId as HandoffId },
          { priority: 1 },
        );
      }
      const own = result.outbox.filter((o) => o.state === 'sending').map((o) => o.id);
      if (own.length > 0) await deps.delivery.sendCommitted(shopId, own);
      const waiting = result.outbox.filter((o) => o.state === 'new' && end.channel.delivery === 'push');
      if (result.handoffId && end.channel.handedOff !== undefined)
        await deps.platformDesk.offer(shopId, conversationId);
      for (const o of waiting) void deps.queues.add('delivery', { kind: 'deliver', shopId, id: o.id });
    }
    if (end.next) wake(shopId, conversationId, end.next.dueInMs);
  }

  async function run(shopId: ShopId, conversationId: ConversationId): Promise<void> {
    try {
      await follow(shopId, conversationId, await takeTurn(deps.turn, shopId, conversationId));
    } catch (error) {
      deps.turn.onError(error, 'turn runner');
    }
  }

  /** Whether a turn may begin now; when only time stands against it, another look is arranged. */
  function mayStart(): boolean {
    if (draining || running.size >= TURNS_AT_ONCE) return false;
    if (!deps.crowded()) return true;
    if (running.size > 0) return false;
    if (performance.now() >= restUntil) return true;
    lookAgain ??= setTimeout(() => {
      lookAgain = null;
      start();
    }, LOOK_AGAIN_MS);
    return false;
  }

  function start(): void {
    while (ready.length > 0 && mayStart()) {
      const { shopId, conversationId } = ready.shift()!;
      if (running.has(conversationId)) {
        again.set(conversationId, shopId);
        continue;
      }
      const began = performance.now();
      const work = run(shopId, conversationId).finally(() => {
        const ended = performance.now();
        restUntil = ended + REST_IN_CROWD * (ended - began);
        running.delete(conversationId);
        const shop = again.get(conversationId);
        again.delete(conversationId);
        if (shop !== undefined) ready.push({ shopId: shop, conversationId });
        start();
      });
      running.set(conversationId, work);
    }
  }

  function wake(shopId: ShopId, conversationId: ConversationId, delayMs: number): void {
    if (draining) return;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        ready.push({ shopId, conversationId });
        start();
      },
      Math.max(0, delayMs),
    );
    timers.add(timer);
  }

  return {
    wake,
    async drain() {
      draining = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      if (lookAgain) clearTimeout(lookAgain);
      await Promise.allSettled(running.values());
    },
  };
}
