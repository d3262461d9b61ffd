// What the environment says of the channels; makes sure of their accounts' rows and hands them to who keeps the channels.
import { type ChannelKeeper, createChannelKeeper } from './channels/keeper.ts';
import type { ChannelSettings } from './channels/table.ts';
import type { Config } from './config.ts';
import type { ChannelKind, ShopId } from './contract/conversation.ts';
import type { Database } from './db/database.ts';
import type { Seal } from './db/seal.ts';
import { createOutgoing, hostIn, type Outgoing } from './providers/outgoing.ts';
import { ensureAccount } from './shop.ts';

/** The way out to an address of the settings: private when the operator wrote it there. */
export const outgoingTo = (c: Config, url: string) =>
  createOutgoing({ named: [...c.ALLOW_PRIVATE_HOSTS, ...hostIn(url)] });

const settingsOf = (c: Config): ChannelSettings => ({
  web: {},
  webhook: {
    secret: c.WEBHOOK_SECRET,
    deliverUrl: c.WEBHOOK_DELIVER_URL,
    deliverSecret: c.WEBHOOK_DELIVER_SECRET,
    outgoing: outgoingTo(c, c.WEBHOOK_DELIVER_URL),
  },
  'wechat-oa': {
    token: c.WECHAT_OA_TOKEN,
    aesKey: c.WECHAT_OA_AES_KEY,
    prevAesKey: c.WECHAT_OA_PREV_AES_KEY,
    appId: c.WECHAT_OA_APPID,
    appSecret: c.WECHAT_OA_APP_SECRET,
    mode: c.WECHAT_OA_MODE,
    reply: c.WECHAT_OA_REPLY,
    apiBase: c.WECHAT_OA_API_BASE,
    outgoing: outgoingTo(c, c.WECHAT_OA_API_BASE),
  },
});

export interface AccountDeps {
  database: Database;
  shopId: ShopId;
  config: Config;
  seal: Seal;
  outgoing: Outgoing;
  onError(error: unknown, where: string): void;
}

/** @throws AppError `bad_setting` when what the environment says of a channel contradicts itself */
export async function openChannels({ database, shopId, config, ...deps }: AccountDeps): Promise<ChannelKeeper> {
  const installed = settingsOf(config);
  for (const kind of Object.keys(installed) as ChannelKind[]) await ensureAccount(database, shopId, kind);
  const wechatApiBase = config.WECHAT_OA_API_BASE;
  return createChannelKeeper({ pool: database.pool, shopId, installed, wechatApiBase, ...deps });
}
