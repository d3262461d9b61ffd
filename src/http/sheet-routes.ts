// Tables in and out: the template, the export, and an import that shows first what it would change.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { shopDay } from '../bot/clock-words.ts';
import type { ShopId } from '../contract/conversation.ts';
import { Filter, sheetRoutes } from '../contract/routes/studio.ts';
import { filterCatalogue } from '../curation/catalogue.ts';
import { insertEdits } from '../curation/edit-store.ts';
import { type ImportPlan, type PlannedRow, planImport } from '../curation/import-plan.ts';
import { readSheetFile, SHEET_BYTES_MAX, type SheetFormat, writeCsv, writeXlsx } from '../curation/sheet-files.ts';
import { COLUMNS, toRow } from '../curation/sheet-rows.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { guessIntent } from './faq-routes.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';
import { intentsOf, readCatalogue } from './studio-shelf.ts';

const Format = Type.Union([Type.Literal('csv'), Type.Literal('xlsx')]);
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const SHOWN_MAX = 1_000;
const heading = COLUMNS.map(({ title }) => title);

async function sendTable(reply: FastifyReply, format: SheetFormat, name: string, rows: readonly string[][]) {
  const bytes = format === 'csv' ? writeCsv(rows) : await writeXlsx(rows);
  const file = encodeURIComponent(`${name}.${format}`);
  return reply
    .header('content-disposition', `attachment; filename*=UTF-8''${file}`)
    .header('cache-control', 'no-store')
    .type(format === 'csv' ? 'text/csv; charset=utf-8' : SHEET)
    .send(bytes);
}

export const sheetFileRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, sheetRoutes);
  app.addContentTypeParser(
    ['application/octet-stream', 'text/csv', SHEET],
    { parseAs: 'buffer', bodyLimit: SHEET_BYTES_MAX },
    (_request, body, parsed) => parsed(null, body),
  );

  // files are not of the contract: the browser saves them without looking
  app.get(
    '/api/faq/export',
    {
      schema: {
        summary: 'The entries as they stand with their drafts, as a table of the template',
        querystring: Type.Object({ ...Filter, format: Format, ids: Type.Optional(Type.String({ maxLength: 40_000 })) }),
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
      const { format, ids, ...filter } = request.query;
      const wanted = ids === undefined ? null : new Set(ids.split(','));
      const rows = filterCatalogue(await readCatalogue(ctx, staff.shopId), filter, {
        general: ctx.sharedEntries,
        stageOf: (intent) => ctx.knowledge(staff.shopId).intent(intent)?.stage,
        today: shopDay(ctx.now()),
      }).filter(({ file }) => wanted === null || wanted.has(file.id));
      const table = rows.map(({ file, state }) =>
        toRow({ file, retired: state === 'retired' || state === 'retiring' }),
      );
      return sendTable(reply, format, `知识库-${shopDay(ctx.now())}`, [heading, ...table]);
    },
  );

  app.get(
    '/api/faq/template',
    { schema: { summary: 'An empty table', querystring: Type.Object({ format: Format }) } },
    async (request, reply) => {
      await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
      return sendTable(reply, request.query.format, '知识库模板', [heading]);
    },
  );

  on('POST /api/faq/import', async ({ query: { format, apply, overwrite = false } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    if (!Buffer.isBuffer(request.body)) throw new AppError('content_type', '请上传 .csv 或 .xlsx 文件');
    const rows = await readSheetFile(request.body, format);
    const plan = await planImport(rows, {
      catalogue: await readCatalogue(ctx, staff.shopId),
      intents: intentsOf(ctx, staff.shopId),
      guessIntent: async (question) => (await guessIntent(ctx, staff.shopId, question))?.intent ?? null,
      today: shopDay(ctx.now()),
    });
    if (apply !== undefined && apply !== plan.fingerprint)
      throw new AppError('wrong_state', '预览之后知识库有了新的修改，请重新预览');
    const saved = apply === undefined ? 0 : await save(ctx, staff, plan, overwrite);
    return {
      counts: countsOf(plan.rows),
      rows: plan.rows.filter(({ kind }) => kind !== 'unchanged').slice(0, SHOWN_MAX),
      fingerprint: plan.fingerprint,
      saved,
      errorFile: errorFile(plan),
    };
  });
  done();
};

function countsOf(rows: readonly PlannedRow[]): Record<PlannedRow['kind'], number> {
  const counts = { new: 0, changed: 0, unchanged: 0, conflict: 0, error: 0 };
  for (const { kind } of rows) counts[kind] += 1;
  return counts;
}

function errorFile({ heading: titles, rows }: ImportPlan): string {
  const wrong = rows.filter(({ kind }) => kind === 'error');
  if (wrong.length === 0) return '';
  const table = wrong.map(({ line, cells, reasons }) => [
    ...titles.map((_, at) => cells[at] ?? ''),
    String(line),
    reasons.join('；'),
  ]);
  return writeCsv([[...titles, '行号', '错误原因'], ...table]).toString('utf8');
}

/** All or nothing. */
async function save(
  ctx: HttpContext,
  staff: { id: string; shopId: ShopId },
  plan: ImportPlan,
  overwrite: boolean,
): Promise<number> {
  const saves = plan.saves.filter(({ kind }) => overwrite || kind !== 'conflict');
  await inShop(ctx.pool, staff.shopId, async (tx) => {
    const missed = await insertEdits(tx, staff.shopId, staff.id, saves);
    if (missed !== null) throw new AppError('wrong_state', `${missed} 刚被他人修改，没有导入任何一条，请重新预览`);
  });
  return saves.length;
}
