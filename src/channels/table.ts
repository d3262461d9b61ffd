// The one table of channels: a new channel is a folder and a line here. Knows no environment; settings come from outside.
import type { ChannelAccount, ChannelKind } from '../contract/conversation.ts';
import type { Channel } from './channel.ts';
import { createWeb } from './web/channel.ts';
import { createWebhook, type WebhookSettings } from './webhook/channel.ts';
import { createWechatOa, type WechatOaSettings } from './wechat-oa/channel.ts';

/** What each kind of channel has to be told; the setting behind each field is named where the type is. */
export interface ChannelSettings {
  web: Record<never, never>;
  webhook: WebhookSettings;
  'wechat-oa': WechatOaSettings;
}

type Create<K extends ChannelKind> = (account: ChannelAccount, settings: ChannelSettings[K]) => Channel | null;

export const CHANNELS: { readonly [K in ChannelKind]: Create<K> } = {
  web: createWeb,
  webhook: createWebhook,
  'wechat-oa': createWechatOa,
};

/**
 * Builds one account's channel; null when its secret is missing, which leaves it off.
 * @throws AppError `bad_setting` when the settings contradict each other.
 */
export function createChannel<K extends ChannelKind>(
  kind: K,
  account: ChannelAccount,
  settings: ChannelSettings[K],
): Channel | null {
  return CHANNELS[kind](account, settings);
}
