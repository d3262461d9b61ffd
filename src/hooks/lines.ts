// The lines of channel accounts: endpoints that nobody typed in, whose deliveries go out through their channel. Knows no channel.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';

const SCHEME = 'channel:';

/** What stands in the place of an address. */
const addressOf = (accountId: string): string => `${SCHEME}${accountId}`;

/** Null when it is an address. */
export const accountIn = (url: string): string | null => (url.startsWith(SCHEME) ? url.slice(SCHEME.length) : null);

/** SQL: an endpoint that an admin keeps. */
export const IS_ADDRESS = `url not like '${SCHEME}%'`;

/** SQL: an endpoint `e` that may have something to tell; an account to which nobody has spoken has not. */
export const MAY_TELL = `(e.${IS_ADDRESS} or exists (
  select from conversations c where c.channel_account_id = substr(e.url, ${SCHEME.length + 1})::bigint))`;

export interface ChannelLines {
  /** Each of these accounts has a line from now on; what happened before it had one is not told. */
  open(shopId: ShopId, accountIds: readonly string[]): Promise<void>;
}

export function createChannelLines(pool: Pool): ChannelLines {
  const known = new Set<string>();
  return {
    async open(shopId, accountIds) {
      const fresh = accountIds.filter((id) => !known.has(id));
      if (fresh.length === 0) return;
      await inShop(pool, shopId, async (tx) => {
        // under the shop's lock, so that two processes that start together make one
        await tx.query('select 1 from shops where id = $1 for no key update', [shopId]);
        await tx.query(
          `insert into hook_endpoints (shop_id, url, secret, cursor_seq)
           select $1, x.url, '', coalesce((select seq from topics where topic = 'desk'), 0) from unnest($2::text[]) as x (url)
           where not exists (select from hook_endpoints e where e.url = x.url)`,
          [shopId, fresh.map(addressOf)],
        );
      });
      for (const id of fresh) known.add(id);
    },
  };
}
