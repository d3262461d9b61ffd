// The outbox: taking rows to send, and writing down how sending ended. Knows nothing of channels.
import type { ChannelAccount, Outgoing, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { SEND_LEASE_MS } from './turns.ts';

/** An outgoing message with the place it goes to. `attempt` fences the mark. */
export interface Sending extends Outgoing {
  shopId: ShopId;
  accountId: string;
  attempt: number;
}

export type SendingClaim =
  | { status: 'claimed'; sending: Sending }
  /** Sent, cancelled or taken by another. */
  | { status: 'gone' }
  | { status: 'cancelled' }
  /** Not yet: it waits for its time or for an earlier message. */
  | { status: 'early'; dueInMs: number };

export type SendResult =
  | { state: 'sent'; platformId: string | null }
  | { state: 'new'; retryMs: number; error: string }
  | { state: 'unknown'; error: string }
  /** `untilShopper`: the shopper's next message opens the way again. `refused`: the platform said that, and would say it again. */
  | { state: 'failed'; error: string; untilShopper?: boolean; refused?: boolean };

export interface Outbox {
  claim(shopId: ShopId, id: string): Promise<SendingClaim>;
  /** Rows this process committed as `sending`. */
  load(shopId: ShopId, ids: string[]): Promise<Sending[]>;
  /** Resolves when it is written; many marks of one moment share a round trip. */
  mark(sending: Sending, result: SendResult): Promise<void>;
  /** The platform says later that it did not arrive. The row, when it is there and was not known to have failed. */
  refused(
    account: ChannelAccount,
    platformId: string,
    why: { detail: string; untilShopper: boolean },
  ): Promise<Sending | null>;
}

type Row = Omit<Sending, 'shopId'>;

const MARK_BATCH_MS = 4;

export function createOutbox(pool: Pool): Outbox {
  let marks: { item: Record<string, unknown>; resolve(): void; reject(e: unknown): void }[] = [];
  let timer: NodeJS.Timeout | null = null;

  async function flush(): Promise<void> {
    timer = null;
    const batch = marks;
    marks = [];
    try {
      await pool.query({
        name: 'mark-outbox',
        text: 'select mark_outbox($1::jsonb)',
        values: [JSON.stringify(batch.map((m) => m.item))],
      });
      for (const m of batch) m.resolve();
    } catch (error) {
      for (const m of batch) m.reject(error);
    }
  }

  return {
    async claim(shopId, id) {
      const { rows } = await pool.query<{ claim: Row & { status: string; dueInMs: number } }>({
        name: 'claim-outbox',
        text: 'select claim_outbox($1, $2, $3) as claim',
        values: [shopId, id, SEND_LEASE_MS],
      });
      const claim = rows[0]!.claim;
      if (claim.status === 'claimed') return { status: 'claimed', sending: { ...claim, shopId } };
      return claim as SendingClaim;
    },
    async load(shopId, ids) {
      if (ids.length === 0) return [];
      const { rows } = await pool.query<{ row: Row }>({
        name: 'outgoing-many',
        text: 'select outgoing_many($1, $2::bigint[]) as row',
        values: [shopId, ids],
      });
      return rows.map(({ row }) => ({ ...row, shopId }));
    },
    async refused({ id, shopId }, platformId, { detail, untilShopper }) {
      const { rows } = await inShop(pool, shopId, (tx) =>
        tx.query<{ row: Row }>(
          `with failed as (update outbox o set state = 'failed', last_error = $3, until_shopper = $4, lease_until = null from conversations c
           where c.id = o.conversation_id and c.channel_account_id = $1 and o.platform_id = $2 and o.state in ('sent', 'unknown')
             and o.created_at > now() - interval '4 days' returning o.id)
         select outgoing_of(id) as row from failed`,
          [id, platformId, detail, untilShopper],
        ),
      );
      return rows[0] ? { ...rows[0].row, shopId } : null;
    },
    mark(sending, result) {
      const item = {
        shop: sending.shopId,
        id: sending.id,
        attempt: sending.attempt,
        state: result.state,
        platformId: result.state === 'sent' ? result.platformId : null,
        error: result.state === 'sent' ? null : result.error,
        retryMs: result.state === 'new' ? result.retryMs : null,
        untilShopper: result.state === 'failed' && result.refused === true,
      };
      return new Promise((resolve, reject) => {
        marks.push({ item, resolve, reject });
        if (timer === null) timer = setTimeout(() => void flush(), MARK_BATCH_MS);
      });
    },
  };
}
