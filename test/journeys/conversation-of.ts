// Our own number of a conversation whose shopper is known by the platform's id, empty when there is none; read as the product reads, in both database modes.
import { shopQuery } from '../../src/db/transaction.ts';
import type { RunningServer } from './server.ts';

export async function conversationOf({ database, shopId }: RunningServer, platformId: string): Promise<string> {
  const { rows } = await shopQuery<{ id: string }>(
    database.pool,
    shopId,
    'select c.id::text from conversations c join shoppers s on s.id = c.shopper_id where s.platform_id = $1',
    [platformId],
  );
  return rows[0]?.id ?? '';
}
