// Which channels are on: reads the settings, makes sure of the accounts' rows, builds each channel from the one table.
import type { Channel } from './channels/channel.ts';
import { type ChannelSettings, createChannel } from './channels/table.ts';
import type { Config } from './config.ts';
import type { ChannelKind, ShopId } from './contract/conversation.ts';
import type { Database } from './db/database.ts';
import { createOutgoing, hostIn } from './providers/outgoing.ts';
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

export async function loadAccounts(
  database: Database,
  shopId: ShopId,
  config: Config,
): Promise<{ channels: Channel[]; channelOf(accountId: string): Channel }> {
  const settings = settingsOf(config);
  const channels: Channel[] = [];
  for (const kind of Object.keys(settings) as ChannelKind[]) {
    const account = await ensureAccount(database, shopId, kind);
    const channel = createChannel(kind, account, settings[kind]);
    if (channel) channels.push(channel);
  }
  const byAccount = new Map(channels.map((c) => [c.account.id, c]));
  return {
    channels,
    channelOf(accountId) {
      const channel = byAccount.get(accountId);
      // conversations outlive settings: a channel that was switched off keeps its rows, and nothing can be sent
      if (!channel) throw new Error(`channel account ${accountId} is switched off; set its secret again to go on`);
      return channel;
    },
  };
}
