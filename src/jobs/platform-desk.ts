// The people who answer in a platform's own app: they take conversations and end them, and the bot may hand over to them. Decides nothing itself.
import type { Channel } from '../channels/channel.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { move } from '../handoff/moves.ts';
import type { Live } from '../queue/live.ts';

export interface PlatformDeskDeps {
  pool: Pool;
  live: Live;
  onError(error: unknown, where: string): void;
}

export interface PlatformDesk {
  /** They have it: the bot is silent and who waits for an agent of ours waits no more. An agent of ours who has it keeps it. */
  takes(shopId: ShopId, conversationId: ConversationId): Promise<void>;
  /** They are done: the bot answers what comes next. */
  ends(shopId: ShopId, conversationId: ConversationId): Promise<void>;
  /** After the bot handed over: to them, where the account is set to it. Whatever fails leaves it at our desk, where it waits already. */
  offer(shopId: ShopId, conversationId: ConversationId, channel: Channel, shopperId: string): Promise<void>;
}

export function createPlatformDesk({ pool, live, onError }: PlatformDeskDeps): PlatformDesk {
  async function tell(
    shopId: ShopId,
    conversationId: ConversationId,
    kind: 'platform-takes' | 'platform-ends',
  ): Promise<void> {
    const moved = await move(pool, shopId, { conversation: conversationId }, { kind });
    if (moved.status === 'moved') live.touch(`conversation:${conversationId}`, `desk:${shopId}`);
  }
  const desk: PlatformDesk = {
    takes: (shopId, conversationId) => tell(shopId, conversationId, 'platform-takes'),
    ends: (shopId, conversationId) => tell(shopId, conversationId, 'platform-ends'),
    async offer(shopId, conversationId, channel, shopperId) {
      try {
        if (await channel.handedOff?.(shopperId)) await desk.takes(shopId, conversationId);
      } catch (error) {
        onError(error, `handing over to the people of ${channel.kind}`);
      }
    },
  };
  return desk;
}
