// The engine's own work on the model's shop, with a queue that loses everything: only the rows say what is due.
import type { Channel } from '../../../src/channels/channel.ts';
import type { ChannelAccount } from '../../../src/contract/conversation.ts';
import type { Pool } from '../../../src/db/database.ts';
import { type BatonClock, createBatonClock } from '../../../src/jobs/offer.ts';
import { type ReconcileDeps, reconcile } from '../../../src/jobs/reconcile.ts';
import type { Queues } from '../../../src/queue/queues.ts';
import type { Clock } from './engine.ts';
import { SILENT_MS } from './model.ts';

export interface Engine {
  goOff(clock: Clock, handoffId: string): Promise<boolean>;
  offer(): Promise<void>;
  /** One round in each of so many processes at once; what it found due, as word and id. */
  reconcile(processes: number): Promise<ReadonlySet<string>>;
}

const lostQueues: Queues = {
  add: async () => false,
  work() {},
  counts: async () => ({ handoff: {}, timer: {}, delivery: {}, hooks: {} }),
  async close() {},
};

/** A clock that also says which of its hands were moved. */
function watched(clock: BatonClock, found: Set<string>): BatonClock {
  const one = (what: 'lapse' | 'lost' | 'forgotten') => (shopId: string, id: string) => {
    found.add(`${what} ${id}`);
    return clock[what](shopId, id);
  };
  return {
    ...clock,
    lapse: one('lapse'),
    lost: one('lost'),
    forgotten: one('forgotten'),
    offer(shopId) {
      found.add('offer');
      return clock.offer(shopId);
    },
    recall(shopId) {
      found.add('recall');
      return clock.recall(shopId);
    },
  };
}

/** What the same rounds do for other parts, which this shop does not have. */
const elsewhere: Pick<ReconcileDeps, 'assist' | 'hooks' | 'media' | 'ledger' | 'checkClocks' | 'platformDesk'> = {
  assist: { wake() {}, drain: async () => {} },
  hooks: { wake() {}, work: async () => {}, run: async () => {} },
  media: { wake() {}, fetch: async () => {}, drain: async () => {} },
  ledger: { read: async () => {}, remind: async () => false, patrol: async () => false, remindAt() {} },
  checkClocks: async () => false,
  platformDesk: { accounts: () => [], offer: async () => {} },
};

/** Half past three at night: nobody is there because of the hour alone. */
const NIGHT = new Date('2027-03-01T19:30:00Z');

export function createEngine(pool: Pool, shopId: string, accounts: readonly ChannelAccount[]): Engine {
  const clock = (): BatonClock =>
    createBatonClock({
      pool,
      queues: lostQueues,
      live: { touch() {}, watch: () => () => {}, async close() {} },
      silentMs: SILENT_MS,
      serviceHours: { from: 9 * 60, until: 18 * 60 },
      now: () => NIGHT,
      onRaised() {},
    });
  return {
    goOff: (which, handoffId) => clock()[which](shopId, handoffId),
    offer: () => clock().offer(shopId),
    async reconcile(processes) {
      const found = new Set<string>();
      const finds = (what: string) => async (_: string, id: string) => void found.add(`${what} ${id}`);
      const one = () =>
        reconcile({
          pool,
          channels: accounts.map((account) => ({ account }) as Channel),
          queues: {
            ...lostQueues,
            async add(_queue, job) {
              if (job.kind === 'deliver') found.add(`queue ${job.id}`);
              return false;
            },
          },
          runner: { wake: (_, id) => void found.add(`turn ${id}`), async drain() {} },
          delivery: { async sendCommitted() {}, sendWaiting: finds('send'), recover: finds('recover') },
          baton: watched(clock(), found),
          wakeQueue: () => void found.add('places'),
          ...elsewhere,
          silentMs: SILENT_MS,
          closeAfterMs: 0, // to close is no move of the baton
          onError(error) {
            throw error;
          },
        });
      await Promise.all(Array.from({ length: processes }, one));
      return found;
    },
  };
}
