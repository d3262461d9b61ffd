// A signed ping to an endpoint, here and now, so that whoever sets it up sees what the other side says. Leaves no delivery.
import { randomUUID } from 'node:crypto';
import { readSecrets, signedHeaders } from '../channels/webhook/signing.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { type Outgoing, OutgoingError } from '../providers/outgoing.ts';
import { IS_ADDRESS } from './lines.ts';
import { placeOf } from './store.ts';

const TIMEOUT_MS = 10_000;

/** Null when the shop has no such endpoint. */
export async function pingEndpoint(
  { pool, seal, outgoing }: { pool: Pool; seal: Seal; outgoing: Outgoing },
  shopId: ShopId,
  id: string,
): Promise<{ ok: boolean; detail: string } | null> {
  const { rows } = await shopQuery<{ url: string; secret: string }>(
    pool,
    shopId,
    `select url, secret from hook_endpoints where id = $1 and ${IS_ADDRESS}`,
    [id],
  );
  if (!rows[0]) return null;
  const { url, secret } = rows[0];
  const body = JSON.stringify({ type: 'ping', timestamp: new Date().toISOString(), data: {} });
  try {
    const secrets = readSecrets(seal.open(secret, placeOf(shopId, id)), 'hook');
    const headers = signedHeaders(secrets, `ping_${randomUUID()}`, body, new Date());
    const { status } = await outgoing.post({ url, body, headers, timeoutMs: TIMEOUT_MS });
    const ok = status >= 200 && status < 300;
    return { ok, detail: ok ? `对方收下了签名的 ping 事件（${status}）` : `对方返回 ${status}，应为 2xx` };
  } catch (error) {
    if (error instanceof OutgoingError || error instanceof AppError) return { ok: false, detail: error.message };
    throw error;
  }
}
