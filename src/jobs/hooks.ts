// Drives the outgoing events: somebody moved on the desk, a job came, the reconciler found a row. What is told is decided in hooks/.
import type { ShopId } from '../contract/conversation.ts';
import type { HookDeliveries } from '../hooks/deliveries.ts';
import type { HookSender } from '../hooks/sender.ts';
import type { Notice } from '../providers/robots/robot.ts';
import type { JobData, Queues } from '../queue/queues.ts';

export interface HookRunnerDeps {
  deliveries: HookDeliveries;
  sender: HookSender;
  queues: Queues;
}

export interface HookRunner {
  /** Something may have happened in the shop: soon. Many at once are one. */
  wake(shopId: ShopId): void;
  work(job: JobData): Promise<void>;
  /** One endpoint, here and now. */
  run(shopId: ShopId, endpointId: string): Promise<void>;
}

const GATHER_MS = 200;
/** Longer pauses are left to the reconciler: a job for tomorrow would be one more thing to lose. */
const OWN_CLOCK_MS = 60_000;

export function createHookRunner({ deliveries, sender, queues }: HookRunnerDeps): HookRunner {
  async function run(shopId: ShopId, endpointId: string): Promise<void> {
    const waitMs = await sender.run(shopId, endpointId);
    if (waitMs === null || waitMs > OWN_CLOCK_MS) return;
    const due = Math.ceil((Date.now() + waitMs) / 1_000); // whoever finds the same pause makes the same job
    await queues.add('hooks', { kind: 'hook', shopId, id: endpointId }, { delayMs: waitMs + 20, attempt: due });
  }

  return {
    run,
    wake(shopId) {
      // every process hears of it and names the job after the same moment; it runs when that is over, so it misses none
      const slot = Math.floor(Date.now() / GATHER_MS) + 1;
      const delayMs = slot * GATHER_MS - Date.now();
      void queues.add('hooks', { kind: 'feed', shopId, id: 'all' }, { delayMs, attempt: slot });
    },
    async work(job) {
      if (job.kind !== 'feed') return run(job.shopId, job.id);
      for (const id of await deliveries.activeEndpoints(job.shopId)) {
        await queues.add('hooks', { kind: 'hook', shopId: job.shopId, id }, { attempt: Date.now() });
      }
    },
  };
}

/** For the group of the staff: their systems no longer hear from us. */
export const hookDisabledNotice = (host: string, reason: string): Notice => ({
  title: '事件推送已停用',
  lines: [`推送地址：${host}`, `原因：${reason}`, '停用期间的事件都保留着，修好后在设置里重新启用即可补发'],
});
