// Opens the channels of the first shop: those of the environment and those an admin added.
import type { ChannelDefinition, ChannelTools } from './channels/definition.ts';
import { type ChannelKeeper, createChannelKeeper, type KeeperDeps } from './channels/keeper.ts';
import { CHANNELS } from './channels/table.ts';
import type { Config } from './config.ts';
import type { ShopId } from './contract/conversation.ts';
import type { Database } from './db/database.ts';
import type { Seal } from './db/seal.ts';
import { createOutgoing, hostIn, type Outgoing } from './providers/outgoing.ts';
import { ensureAccount } from './shop.ts';

/** The way out to an address of the settings: private when the operator wrote it there. */
export const outgoingTo = (c: Config, url: string) =>
  createOutgoing({ named: [...c.ALLOW_PRIVATE_HOSTS, ...hostIn(url)] });

export interface AccountDeps {
  database: Database;
  shopId: ShopId;
  config: Config;
  seal: Seal;
  outgoing: Outgoing;
  now(): Date;
  picture: ChannelTools['picture'];
  table?: readonly ChannelDefinition[];
  onKept: KeeperDeps['onKept'];
  onError(error: unknown, where: string): void;
}

/** @throws AppError `bad_setting` when what the environment says of a channel contradicts itself */
export async function openChannels({
  database,
  shopId,
  config,
  now,
  table = CHANNELS,
  ...deps
}: AccountDeps): Promise<ChannelKeeper> {
  for (const { kind } of table) await ensureAccount(database, shopId, kind);
  return createChannelKeeper({
    pool: database.pool,
    shopId,
    env: config.CHANNELS,
    outgoingTo: (url) => outgoingTo(config, url),
    publicUrl: config.PUBLIC_URL,
    isDemo: config.DEMO,
    now: () => now().getTime(),
    table,
    ...deps,
  });
}
