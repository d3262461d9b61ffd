// One account on WeChat's platform: its door and its way of sending, whatever the product. Knows no HTTP server and no database.
import type { Outgoing } from '../../providers/outgoing.ts';
import { ChannelAdapter } from '../adapter.ts';
import type { Channel } from '../channel.ts';
import type { ChannelTools } from '../definition.ts';
import type { ChannelMemory } from '../memory.ts';
import { createWechatApi } from './api.ts';
import { readAesKey } from './crypto.ts';
import { createDoor, type Door, type Reader } from './door.ts';
import { countMessages, sendMessage } from './send.ts';

export interface WechatSettings {
  /** Empty: the channel is off. */
  token: string;
  /** EncodingAESKey; needed unless the mode is plain. */
  aesKey: string;
  /** Still accepted while keys are rotated. */
  prevAesKey: string;
  appId: string;
  /** Without it nothing can be sent but passive replies. */
  appSecret: string;
  /** As set in the platform's console. */
  mode: 'plain' | 'compat' | 'secure';
  apiBase: string;
  /** How the API is called. */
  outgoing: Outgoing;
  memory: ChannelMemory;
  picture: ChannelTools['picture'];
  /** How far the platform's clock may be from ours. */
  toleranceSeconds: number;
  /** Time limit of one API call. Default 10 000. */
  apiTimeoutMs?: number;
  /** How long a message that cannot be stored is kept waiting. */
  holdMs?: number;
}

export function createWechatDoor(settings: WechatSettings, read: Reader, now: () => number): Door {
  const { token, appId, mode, toleranceSeconds } = settings;
  const keys =
    mode === 'plain' ? [] : [settings.aesKey, settings.prevAesKey].filter((key) => key !== '').map(readAesKey);
  return createDoor({ token, appId, mode, keys, toleranceSeconds, now, read });
}

export interface ProductApi {
  typingPath: string;
  /** Whether choices can be a menu to tap. */
  menus: boolean;
}

export function createSending(
  settings: WechatSettings,
  { typingPath, menus }: ProductApi,
  now: () => number,
): Pick<Channel, 'adapter' | 'verify' | 'typing' | 'media' | 'partsOf'> {
  const { appId, appSecret, apiBase, outgoing, memory, picture, apiTimeoutMs: timeoutMs } = settings;
  const partsOf: Channel['partsOf'] = (message) => countMessages(message, menus);
  if (appSecret === '') return { partsOf };
  const api = createWechatApi({ appId, appSecret, apiBase, outgoing, memory, typingPath, timeoutMs, now });
  return {
    adapter: new ChannelAdapter((message) => sendMessage({ api, menus, picture }, message)),
    partsOf,
    typing: api.typing,
    media: api.media,
    async verify() {
      await api.check();
      return '微信接受了 AppID 和 AppSecret，服务器 IP 在白名单内';
    },
  };
}
