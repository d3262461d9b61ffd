// The log of who changed what: pages, the check of its chain, and a file for a spreadsheet.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { stringify } from 'csv-stringify/sync';
import { auditRoutes as contract } from '../contract/routes/audit.ts';
import { type AuditFilter, brokenAuditRow, readAudit } from '../staff/audit.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const DAY_MS = 86_400_000;
/** The shop's day, Asia/Shanghai. */
const startOf = (day: string): string => `${day}T00:00:00+08:00`;
const EXPORT_MAX = 10_000;

interface Asked {
  staff?: string;
  area?: string;
  from?: string;
  until?: string;
}

const filterOf = ({ staff, area, from, until }: Asked): Omit<AuditFilter, 'limit'> => ({
  ...(staff && { staff }),
  ...(area && { area }),
  ...(from && { from: startOf(from) }),
  ...(until && { until: new Date(Date.parse(startOf(until)) + DAY_MS).toISOString() }),
});

export const auditLogRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, contract);

  on('GET /api/audit', async ({ query: { limit = 50, cursor, ...asked } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin']);
    const filter = { ...filterOf(asked), limit, ...(cursor !== undefined && { cursor }) };
    return readAudit(ctx.pool, staff.shopId, filter);
  });

  on('GET /api/audit/check', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin']);
    const brokenAt = await brokenAuditRow(ctx.pool, staff.shopId);
    return { whole: brokenAt === null, brokenAt };
  });

  on('GET /api/audit/export', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin']);
    const { items } = await readAudit(ctx.pool, staff.shopId, { ...filterOf(query), limit: EXPORT_MAX });
    const rows = items.map(({ seq, at, by, action, subject, before, after }) => [
      seq,
      at,
      by?.name ?? '',
      action,
      subject,
      before === null ? '' : JSON.stringify(before),
      after === null ? '' : JSON.stringify(after),
    ]);
    const header = ['序号', '时间', '操作人', '操作', '对象', '改之前', '改之后'];
    // a cell that begins like a formula gets a ' before it; the mark at the start tells Excel that it is UTF-8
    const text = stringify([header, ...rows], { bom: true, escape_formulas: true });
    return { name: `audit-${new Date().toISOString().slice(0, 10)}.csv`, text, rows: rows.length };
  });
  done();
};
