// The set-up of every story of an account on WeChat's platform: the platform, the product with the account's settings, an agent. Knows no message.
import type { WechatMode, WechatParty } from '../channels/wechat-client.ts';
import { conversationOf } from './conversation-of.ts';
import { signIn } from './people.ts';
import { type RunningServer, type StartOptions, startServer } from './server.ts';
import { openWechatPlatform, type WechatPlatform } from './wechat-platform.ts';

export const partyIn = (mode: WechatMode): WechatParty => ({
  token: 'journeytoken1',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  appId: 'wx1234567890abcdef',
  mode,
});

/** As an operator writes them; an empty value leaves a setting out. */
export function wechatSettings(
  prefix: 'WECHAT_OA' | 'WECHAT_MP',
  party: WechatParty,
  platform: string,
  more: Record<string, string> = {},
): Record<string, string> {
  const all: Record<string, string> = {
    TOKEN: party.token,
    APPID: party.appId,
    MODE: party.mode,
    AES_KEY: party.mode === 'plain' ? '' : party.aesKey,
    APP_SECRET: 'app-secret',
    API_BASE: platform,
    ...more,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [[`${prefix}_${name}`, value]])),
  );
}

export interface WechatStory {
  platform: WechatPlatform;
  server: RunningServer;
  agent: Awaited<ReturnType<typeof signIn>>;
  reading(conversationId: string): Promise<Line[]>;
  /** The agent takes the shopper who has just asked for a person; the conversation's id. */
  claim(shopper: string): Promise<string>;
  close(): Promise<void>;
}

interface Line {
  from: string;
  text: string;
  delivery: string;
  deliveryError: string | null;
  payload: { card?: { title: string } };
}

export async function openWechatStory({
  prefix = 'WECHAT_OA',
  party = partyIn('secure'),
  settings = {},
  app,
}: {
  prefix?: 'WECHAT_OA' | 'WECHAT_MP';
  party?: WechatParty;
  settings?: Record<string, string>;
  app?: StartOptions['app'];
}): Promise<WechatStory> {
  const platform = await openWechatPlatform();
  const server = await startServer({ env: wechatSettings(prefix, party, platform.url, settings), app });
  await server.addStaff('agent-a');
  const agent = await signIn(server.base, 'agent-a');
  return {
    platform,
    server,
    agent,
    async reading(conversationId) {
      return (await agent.get<{ messages: Line[] }>(`/api/conversations/${conversationId}/messages`)).body.messages;
    },
    async claim(shopper) {
      const id = await conversationOf(server, shopper);
      const row = await agent.waiting(id);
      const { status } = await agent.post(`/api/handoffs/${row?.id}/claim`);
      if (status !== 200) throw new Error(`${shopper} was not there to be claimed: ${status}`);
      return id;
    },
    async close() {
      await server.close();
      await platform.close();
    },
  };
}
