// Which sites may hold the shopper's page in a frame: the shop's list, said to browsers as `frame-ancestors`.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { Staff } from '../staff/accounts.ts';
import { writeAudit } from '../staff/audit.ts';
import type { HttpContext } from './context.ts';

export async function readWidgetOrigins(pool: Pool, shopId: ShopId): Promise<string[]> {
  const { rows } = await shopQuery<{ origins: string[] }>(
    pool,
    shopId,
    'select widget_origins as origins from shops where id = $1',
    [shopId],
  );
  return rows[0]?.origins ?? [];
}

/** `https://shop.example:8443`, or `https://*.shop.example`: nothing that could end the header or the directive. */
const ORIGIN = /^https?:\/\/(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

function toOrigin(given: string): string {
  const origin = given.trim().toLowerCase().replace(/\/+$/, '');
  if (ORIGIN.test(origin)) return origin;
  throw new AppError(
    'invalid_request',
    `「${given}」不是网站地址：应为 https://shop.example 或 https://*.shop.example`,
  );
}

/** The list as it was kept. @throws AppError `invalid_request` */
export async function saveWidgetOrigins(
  pool: Pool,
  staff: Pick<Staff, 'id' | 'shopId'>,
  origins: readonly string[],
): Promise<string[]> {
  const kept = [...new Set(origins.map(toOrigin))];
  const before = await readWidgetOrigins(pool, staff.shopId);
  await inShop(pool, staff.shopId, async (tx) => {
    await tx.query('update shops set widget_origins = $2 where id = $1', [staff.shopId, kept]);
    await writeAudit(tx, staff.shopId, {
      by: staff.id,
      action: 'shop.change',
      subject: '可以嵌入顾客页的网站',
      before: { origins: before },
      after: { origins: kept },
    });
  });
  return kept;
}

/** A page is asked for far more often than the list changes. */
const KEPT_MS = 5_000;

/**
 * The directive for the shopper's page, to be appended to a policy. Without a list: any site in the demo, so that one can
 * try it on a page of one's own, and this site alone in a real shop.
 */
export function createFramePolicy(ctx: Pick<HttpContext, 'pool' | 'defaultShop' | 'demo'>): () => Promise<string> {
  let kept = { origins: [] as string[], until: Number.NEGATIVE_INFINITY };
  return async () => {
    if (performance.now() > kept.until)
      kept = {
        origins: await readWidgetOrigins(ctx.pool, ctx.defaultShop.id),
        until: performance.now() + KEPT_MS,
      };
    if (kept.origins.length === 0 && ctx.demo) return '';
    return `; frame-ancestors ${["'self'", ...kept.origins].join(' ')}`;
  };
}
