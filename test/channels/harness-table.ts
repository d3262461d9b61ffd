// How each channel of the table is spoken to and listened to in tests: one line a kind.
import { directline } from '../../src/channels/directline/channel.ts';
import { web } from '../../src/channels/web/channel.ts';
import type { ChannelKind } from '../../src/contract/conversation.ts';
import { botFrameworkHarness } from './bot-framework-harness.ts';
import type { ChannelHarness } from './channel-suite.ts';
import { chatwoot } from './chatwoot-harness.ts';
import { doudian } from './doudian-harness.ts';
import { account, channelWith, toThisMachine, webhook, wechat } from './harnesses.ts';
import { taobao } from './taobao-harness.ts';
import { wechatMpHarnesses } from './wechat-mp-harness.ts';
import { wecomKfHarness } from './wecom-kf-harness.ts';

export const HARNESSES: Readonly<Record<ChannelKind, readonly ChannelHarness[]>> = {
  web: [{ name: 'web', create: () => channelWith(web, {}) }],
  'bot-framework': [
    botFrameworkHarness({
      account: account('bot-framework'),
      outgoing: toThisMachine,
      off: (definition) => channelWith(definition, {}),
    }),
  ],
  webhook: [webhook, chatwoot()],
  taobao: [taobao('utf-8'), taobao('gbk')],
  doudian: [doudian()],
  directline: [
    {
      name: 'directline',
      create: () => channelWith(directline, { secret: 'a-secret-of-direct-line' }),
      createWithoutSecret: () => channelWith(directline, {}),
    },
  ],
  'wechat-oa': [
    wechat('plain', 'async'),
    wechat('compat', 'async'),
    wechat('secure', 'async'),
    wechat('secure', 'passive'),
  ],
  'wecom-kf': [wecomKfHarness()],
  'wechat-mp': wechatMpHarnesses(),
};
