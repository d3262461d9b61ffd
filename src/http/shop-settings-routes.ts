// The shop as it is set: what an admin may change, and the figures the installation was started with.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { shopSettingRoutes as contract } from '../contract/routes/shop-settings.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { CLOCK_LIMITS } from '../handoff/clocks.ts';
import { pingEndpoint } from '../hooks/ping.ts';
import { writeAudit } from '../staff/audit.ts';
import { listPeople } from '../staff/people.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const ADMIN = ['admin'] as const;
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

async function viewOf(ctx: HttpContext, shopId: string) {
  const [shop, people] = await Promise.all([
    shopQuery<{ name: string; slug: string; totp: boolean }>(
      ctx.pool,
      shopId,
      `select s.name, s.slug, coalesce(o.totp_for_admins, false) as totp
       from shops s left join shop_settings o on o.shop_id = s.id where s.id = $1`,
      [shopId],
    ),
    listPeople(ctx.pool, shopId),
  ]);
  const { name, slug, totp } = shop.rows[0]!;
  const { from, until } = ctx.shift.serviceHours;
  const admins = people.filter((p) => p.role === 'admin' && p.isActive);
  return {
    name,
    slug,
    publicUrl: ctx.publicUrl,
    totpForAdmins: totp,
    adminsWithout: admins.filter((p) => !p.hasSecondFactor).length,
    serviceHours: `${clock(from)}-${clock(until)}`,
    clocks: [
      { clock: 'slow-reply', seconds: CLOCK_LIMITS.slowReplyMs / 1_000 },
      { clock: 'next-reply', seconds: CLOCK_LIMITS.nextReplyMs / 1_000 },
      { clock: 'resolution', seconds: CLOCK_LIMITS.resolutionMs / 1_000 },
    ],
    robots: ctx.staffGroups.list(),
  };
}

export const shopSettingRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, contract);

  on('GET /api/shop-settings', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    return viewOf(ctx, staff.shopId);
  });

  on('PUT /api/shop-settings', async ({ body: { totpForAdmins } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    // whoever asks it of the others has it themselves, and so is not locked out
    if (totpForAdmins && !(await ctx.secondFactor.read(staff)).hasSecondFactor)
      throw new AppError('wrong_state', '请先在“登录与安全”里为自己开启两步验证', { field: 'totpForAdmins' });
    const before = await viewOf(ctx, staff.shopId);
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      await tx.query(
        `insert into shop_settings (shop_id, totp_for_admins) values ($1, $2)
         on conflict (shop_id) do update set totp_for_admins = excluded.totp_for_admins, changed_at = now()`,
        [staff.shopId, totpForAdmins],
      );
      await writeAudit(tx, staff.shopId, {
        by: staff.id,
        action: 'shop.change',
        subject: '管理员的两步验证',
        before: { totpForAdmins: before.totpForAdmins },
        after: { totpForAdmins },
      });
    });
    return viewOf(ctx, staff.shopId);
  });

  on('POST /api/hooks/:id/test', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    const said = await pingEndpoint(ctx, staff.shopId, params.id);
    if (said === null) throw new AppError('not_found', '没有这个推送地址');
    return said;
  });

  on('POST /api/robots/:kind/test', async ({ params }, request) => {
    await requireStaff(ctx.pool, request, ADMIN);
    return ctx.staffGroups.test(params.kind);
  });
  done();
};
