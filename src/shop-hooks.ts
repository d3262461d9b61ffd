// Tells the shop's own systems and the channels what happened: joins the deliveries, their sender, the channels and the groups of the staff.
import type { Channel, ChannelEvent } from './channels/channel.ts';
import type { ShopId } from './contract/conversation.ts';
import type { Pool } from './db/database.ts';
import type { Seal } from './db/seal.ts';
import { readHandoffOutside } from './desk/handoff-events.ts';
import { createHookDeliveries } from './hooks/deliveries.ts';
import { createHookSender } from './hooks/sender.ts';
import { createHookRunner, type HookRunner, hookDisabledNotice } from './jobs/hooks.ts';
import type { Outgoing } from './providers/outgoing.ts';
import type { Live } from './queue/live.ts';
import type { Queues } from './queue/queues.ts';
import type { StaffGroups } from './staff-groups.ts';

export interface ShopHookDeps {
  pool: Pool;
  queues: Queues;
  live: Live;
  seal: Seal;
  outgoing: Outgoing;
  staffGroups: StaffGroups;
  channelOf(accountId: string): Channel;
  onError(error: unknown, where: string): void;
}

/** Accounts whose platform wants to be told besides the messages. */
export const linesOf = (channels: readonly Channel[]): string[] =>
  channels.flatMap(({ tell, account }) => (tell === undefined ? [] : [account.id]));

/** Both are the time of one transaction, and each was read in its own way. */
const ROUNDING_MS = 1;

/**
 * What one event is in the protocol of Bot Framework: all that happened to its handoff at that moment. Who takes a conversation
 * from the bot begins the handoff and accepts it at once; an agent who follows another accepts nothing anew.
 */
async function protocolOf(pool: Pool, shopId: ShopId, { timestamp, data }: ChannelEvent) {
  if (typeof data.handoff_id !== 'string') return [];
  const happened = await readHandoffOutside(pool, shopId, data.handoff_id);
  const isThen = (at: string) => Math.abs(Date.parse(at) - Date.parse(timestamp)) <= ROUNDING_MS;
  return happened.filter(({ at }) => isThen(at)).map(({ activity }) => activity);
}

export function createShopHooks(deps: ShopHookDeps): HookRunner {
  const { pool, queues, live, seal, outgoing, staffGroups, channelOf, onError } = deps;
  const deliveries = createHookDeliveries(pool);
  return createHookRunner({
    deliveries,
    queues,
    sender: createHookSender({
      deliveries,
      seal,
      outgoing,
      tellChannel: async (shopId, accountId, event) =>
        channelOf(accountId).tell?.(event, () => protocolOf(pool, shopId, event)),
      onLost: (error) => onError(error, 'channel events'),
      onDisabled(shopId, host, reason) {
        live.touch(`desk:${shopId}`);
        void staffGroups.tell(hookDisabledNotice(host, reason));
      },
    }),
  });
}
