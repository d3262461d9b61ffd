// Which sites may hold the shopper's page in a frame, said to browsers as `frame-ancestors`, and may call its API from their own pages.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { readSite } from '../setting.ts';
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

/** Nothing that could end the header or the directive. */
function toOrigin(given: string): string {
  const origin = readSite(given);
  if (origin !== null) return origin;
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

type SiteContext = Pick<HttpContext, 'pool' | 'defaultShop' | 'demo' | 'widgetSites'>;

/** The installation's sites and the shop's. */
function createSiteList(ctx: SiteContext): () => Promise<readonly string[]> {
  let kept = { sites: [] as readonly string[], until: Number.NEGATIVE_INFINITY };
  return async () => {
    if (performance.now() > kept.until) {
      const own = await readWidgetOrigins(ctx.pool, ctx.defaultShop.id);
      kept = { sites: [...new Set([...ctx.widgetSites, ...own])], until: performance.now() + KEPT_MS };
    }
    return kept.sites;
  };
}

/**
 * The directive for the shopper's page, to be appended to a policy. Without a list: any site in the demo, so that one can
 * try it on a page of one's own, and this site alone in a real shop.
 */
export function createFramePolicy(ctx: SiteContext): () => Promise<string> {
  const sitesOf = createSiteList(ctx);
  return async () => {
    const sites = await sitesOf();
    if (sites.length === 0 && ctx.demo) return '';
    return `; frame-ancestors ${["'self'", ...sites].join(' ')}`;
  };
}

/** Whether a site of the list, which may be `https://*.shop.example` or `*`, is meant by what a browser says. */
function isSite(site: string, origin: string): boolean {
  const [scheme = '', below] = site.split('*.');
  if (below === undefined) return site === '*' || site === origin;
  return origin.startsWith(scheme) && origin.slice(scheme.length).endsWith(`.${below}`);
}

/** What shoppers' clients may call; every call carries the visitor's token, and no cookie opens anything here. */
const SHOPPERS_API = /^\/api\/(?:shop\/|uploads(?:[/?]|$))/;
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, last-event-id',
  'access-control-max-age': '86400',
};

/** For pages of the listed sites that bring their own chat window: browsers let nobody else read an answer. */
export function createCrossOrigin(ctx: SiteContext) {
  const sitesOf = createSiteList(ctx);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { origin } = request.headers;
    if (origin === undefined || !SHOPPERS_API.test(request.url)) return undefined;
    void reply.header('vary', 'Origin');
    if (!(await sitesOf()).some((site) => isSite(site, origin))) return undefined;
    void reply.header('access-control-allow-origin', origin);
    return request.method === 'OPTIONS' ? reply.code(204).headers(PREFLIGHT).send() : undefined;
  };
}
