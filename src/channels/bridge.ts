// How replies leave where the platform opens no way of its own: through the shop's own program, else by a person in the platform's app. Knows no database.
import { randomUUID } from 'node:crypto';
import type { ChannelAccount } from '../contract/conversation.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import { ChannelAdapter } from './adapter.ts';
import { type Channel, SendError } from './channel.ts';
import { messageEvent, postEvent } from './webhook/deliver.ts';
import { readSecrets } from './webhook/signing.ts';

export interface BridgeSettings {
  /** Empty: nothing can be sent from here. */
  url: string;
  secret: string;
  outgoing: Outgoing;
  /** The platform, and what its sellers answer in: 淘宝, 千牛. */
  platform: string;
  app: string;
  /** Name of the secret's setting, for its errors. */
  secretName: string;
}

export interface Bridge extends Pick<Channel, 'adapter'> {
  isThere: boolean;
  /** Whether the shop's program takes a signed event. @throws SendError */
  ping(): Promise<void>;
}

/** @throws AppError `bad_setting` */
export function createBridge(account: ChannelAccount, settings: BridgeSettings): Bridge {
  const { url, outgoing, platform, app } = settings;
  const isThere = url !== '';
  const signing = isThere ? readSecrets(settings.secret, settings.secretName) : [];
  return {
    isThere,
    adapter: new ChannelAdapter(async (message) => {
      // the message fails for good, which gives the conversation to a person and shows them this sentence
      if (!isThere)
        throw new SendError({
          kind: 'permanent',
          code: 'no_send_api',
          detail: `${platform}没有公开的发送接口，这条没有发给顾客，请在${app}里回复`,
        });
      const event = messageEvent(message);
      const data = { ...event.data, channel: account.kind, account: account.name };
      await postEvent(outgoing, url, signing, { ...event, data });
      return message.id;
    }),
    async ping() {
      const event = { id: `ping_${randomUUID()}`, type: 'ping', timestamp: new Date().toISOString(), data: {} };
      await postEvent(outgoing, url, signing, event);
    },
  };
}
