// The people who answer in a platform's own app: they take conversations and end them, and the bot may hand over to them. Decides nothing itself.
import { type Channel, channelIfOn, SendError } from '../channels/channel.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { move } from '../handoff/moves.ts';
import type { Live } from '../queue/live.ts';

export interface PlatformDeskDeps {
  pool: Pool;
  live: Live;
  /** Those that are on; the array's content changes. */
  channels: readonly Channel[];
  channelOf(accountId: string): Channel;
  onError(error: unknown, where: string): void;
}

export interface PlatformDesk {
  /** They have it: the bot is silent and who waits for an agent of ours waits no more. An agent of ours who has it keeps it. */
  takes(shopId: ShopId, conversationId: ConversationId): Promise<void>;
  /** They are done: the bot answers what comes next. */
  ends(shopId: ShopId, conversationId: ConversationId): Promise<void>;
  /** The accounts whose platform wants to know of a handoff. */
  accounts(): string[];
  /**
   * The case that the bot handed over: to them, where the account is set to it, as soon as no word of ours is under way any more.
   * Called whenever that may have become so, by any number of processes: the row says whose turn it is. A passing failure is
   * tried again by the reconciler; whatever else fails leaves it at our desk, where it waits already.
   */
  offer(shopId: ShopId, conversationId: ConversationId): Promise<void>;
}

/** -1 of WeCom: three times at most; so for every platform. */
const TRIES_MAX = 3;
const RETRY_MS = 1_000;
/** Longer than all calls of one try take: after that whoever was at it is gone. */
const LEASE_MS = 90_000;

/** Where other people answer we may not speak any more, so what is still to be said goes first. */
const CLAIM = `update handoffs h set offer_platform_at = now() + $2 * interval '1 ms', platform_tries = platform_tries + 1
  from conversations c join shoppers s on s.id = c.shopper_id
  where c.id = $1 and h.conversation_id = c.id and h.state in ('waiting', 'offered', 'deferred') and h.accepted_by is null
    and h.offer_platform_at <= now()
    and not exists (select from outbox o where o.conversation_id = c.id and o.state in ('new', 'sending'))
  returning h.id::text, h.platform_tries as try, c.channel_account_id::text as account, s.platform_id as shopper`;

interface Claimed {
  id: string;
  try: number;
  account: string;
  shopper: string;
}

/** When to ask again; null: never. */
function retryMs(error: unknown, tries: number): number | null {
  if (tries >= TRIES_MAX || (error instanceof SendError && error.failure.kind === 'permanent')) return null;
  return error instanceof SendError && error.failure.kind === 'retry' ? (error.failure.afterMs ?? RETRY_MS) : RETRY_MS;
}

export function createPlatformDesk({ pool, live, channels, channelOf, onError }: PlatformDeskDeps): PlatformDesk {
  async function tell(
    shopId: ShopId,
    conversationId: ConversationId,
    kind: 'platform-takes' | 'platform-ends',
  ): Promise<void> {
    const moved = await move(pool, shopId, { conversation: conversationId }, { kind });
    if (moved.status === 'moved') live.touch(`conversation:${conversationId}`, `desk:${shopId}`);
  }

  const askAgain = (shopId: ShopId, { id }: Claimed, afterMs: number | null): Promise<unknown> =>
    inShop(pool, shopId, (tx) =>
      tx.query(
        `update handoffs set offer_platform_at = coalesce(now() + $2::bigint * interval '1 ms', 'infinity') where id = $1`,
        [id, afterMs],
      ),
    );

  const desk: PlatformDesk = {
    takes: (shopId, conversationId) => tell(shopId, conversationId, 'platform-takes'),
    ends: (shopId, conversationId) => tell(shopId, conversationId, 'platform-ends'),
    accounts: () => channels.filter(({ handedOff }) => handedOff !== undefined).map(({ account }) => account.id),
    async offer(shopId, conversationId) {
      const { rows } = await inShop(pool, shopId, (tx) => tx.query<Claimed>(CLAIM, [conversationId, LEASE_MS]));
      const [claimed] = rows;
      if (claimed === undefined) return;
      const channel = channelIfOn(channelOf, claimed.account);
      // switched off meanwhile: the reconciler asks when it is on again
      let again: number | null = channel === null ? 0 : null;
      try {
        if (await channel?.handedOff?.(claimed.shopper)) await desk.takes(shopId, conversationId);
      } catch (error) {
        again = retryMs(error, claimed.try);
        onError(error, 'handing over to the people of a platform');
      }
      await askAgain(shopId, claimed, again);
    },
  };
  return desk;
}
