// How Bot Framework's messaging endpoint is listened to in the shared suite; who may come in is told in its own test.
import { botFramework, createBotFramework } from '../../src/channels/bot-framework/channel.ts';
import type { Channel } from '../../src/channels/channel.ts';
import type { ChannelDefinition } from '../../src/channels/definition.ts';
import type { ChannelAccount } from '../../src/contract/conversation.ts';
import type { Outgoing } from '../../src/providers/outgoing.ts';
import type { ChannelHarness } from './channel-suite.ts';
import { createTestMemory } from './test-memory.ts';

export interface HarnessParts {
  account: ChannelAccount;
  outgoing: Outgoing;
  off(definition: ChannelDefinition): Channel | null;
}

export const CONVERSATION = 'conv-1';

export const botFrameworkHarness = ({ account, outgoing, off }: HarnessParts): ChannelHarness => ({
  name: 'bot-framework, Emulator',
  create(url) {
    const memory = createTestMemory();
    const reference = {
      channelId: 'emulator',
      serviceUrl: url,
      conversation: { id: CONVERSATION },
      user: { id: 'u' },
      bot: { id: 'b' },
    };
    memory.values.set('reference:oShopper01', JSON.stringify(reference));
    const identity = { appId: '', appPassword: '', tenant: '', loginBase: url };
    return createBotFramework(account, { ...identity, outgoing, memory, now: Date.now });
  },
  createWithoutSecret: () => off(botFramework),
  outlet: {
    path: `/v3/conversations/${CONVERSATION}/activities`,
    textOf: (body) => String(body.text),
    eventIn: ({ type, name }) => (type === 'event' ? String(name) : ''),
    accepted: { status: 200, body: { id: 'sent-1' } },
    refusedForGood: { status: 403, body: { error: { code: 'BotDisabledByAdmin' } } },
    busy: { status: 429, headers: { 'retry-after': '3' } },
  },
});
