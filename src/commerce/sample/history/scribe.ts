// What every part of the sample history is written with: the transaction, and who is who in it.
import type { ShopId } from '../../../contract/conversation.ts';
import type { PoolClient } from '../../../db/database.ts';
import type { Topic } from './story.ts';

export interface Scribe {
  tx: PoolClient;
  shopId: ShopId;
  accountId: string;
  topics: ReadonlyMap<string, Topic>;
  /** Conversation by the shopper's key, staff by login. */
  conversations: ReadonlyMap<string, string>;
  staff: ReadonlyMap<string, string>;
}

export const iso = (at: number): string => new Date(at).toISOString();

/** One statement for all rows: `x` is one of them as JSON. */
export const each = (tx: PoolClient, sql: string, rows: readonly unknown[], ...values: unknown[]) =>
  tx.query(`${sql} from jsonb_array_elements($1::jsonb) x`, [JSON.stringify(rows), ...values]);
