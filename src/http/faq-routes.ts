// Entries and their drafts: list, read, save, retire, lint, and what publishing would change.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { shopDay } from '../bot/clock-words.ts';
import type { FaqFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import { Stage } from '../contract/decision.ts';
import { faqRoutes } from '../contract/routes/studio.ts';
import { applyEdits, type CatalogueEntry, filterCatalogue } from '../curation/catalogue.ts';
import { changesBetween } from '../curation/diff.ts';
import { discardOpen, insertEdits, latestEdits } from '../curation/edit-store.ts';
import { closingsOf, hitsOf, missedQuestions, saveClosing } from '../curation/unknown-store.ts';
import { listUnknowns } from '../curation/unknowns.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';
import { keptFor, lintAgainst, publishedIn, readCatalogue, readEntry } from './studio-shelf.ts';
import { UNKNOWN_DAYS } from './unknown-routes.ts';

const LIMIT = 50;
const HIT_DAYS = 7;

/** Nobody is guessed to ask nothing. */
const OUTSIDE = 'out_of_scope';

/** The intent a question most likely belongs to, for an entry that names none. */
export async function guessIntent(
  ctx: HttpContext,
  shopId: ShopId,
  question: string,
): Promise<{ intent: string; label: string } | null> {
  if (question.trim() === '') return null;
  const knowledge = ctx.knowledge(shopId);
  const { intents } = await knowledge.understand(question, { shopId, channel: 'web', today: shopDay(ctx.now()) });
  const found = intents.find(({ intent }) => intent !== OUTSIDE && knowledge.intent(intent) !== undefined);
  return found === undefined ? null : { intent: found.intent, label: found.label };
}

export const faqEntryRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, faqRoutes);
  const hitCounts = keptFor(30_000, (shopId) => hitsOf(ctx.pool, shopId, HIT_DAYS));
  const unknownCount = keptFor(10_000, async (shopId) => {
    const [missed, closings] = await Promise.all([
      missedQuestions(ctx.pool, shopId, UNKNOWN_DAYS),
      closingsOf(ctx.pool, shopId),
    ]);
    return listUnknowns(missed, closings).length;
  });

  const rowOf = (shopId: ShopId, hits: ReadonlyMap<string, number>) => (row: CatalogueEntry) => {
    const { file, state, updatedBy, updatedAt } = row;
    const intent = file.intents[0] ?? '';
    return {
      id: file.id,
      question: file.question,
      similar: file.similar.length,
      intent,
      intentLabel: ctx.knowledge(shopId).intent(intent)?.label ?? intent,
      state,
      general: ctx.sharedEntries.has(file.id),
      channels: file.channels,
      validFrom: file.valid_from ?? null,
      validUntil: file.valid_until ?? null,
      hits: hits.get(file.id) ?? 0,
      updatedBy,
      updatedAt,
    };
  };

  on('GET /api/faq', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const { sort = 'updated', limit = LIMIT, cursor = '0', ...filter } = query;
    const rows = filterCatalogue(await readCatalogue(ctx, staff.shopId), filter, {
      general: ctx.sharedEntries,
      stageOf: (intent) => ctx.knowledge(staff.shopId).intent(intent)?.stage,
      today: shopDay(ctx.now()),
    });
    const hits = await hitCounts(staff.shopId);
    const count = ({ file }: CatalogueEntry) => hits.get(file.id) ?? 0;
    if (sort === 'hits') rows.sort((a, b) => count(b) - count(a));
    else rows.sort((a, b) => (b.updatedAt ?? '').localeCompare(a.updatedAt ?? ''));
    const from = Number(cursor);
    const items = rows.slice(from, from + limit).map(rowOf(staff.shopId, hits));
    return { items, total: rows.length, next: from + limit < rows.length ? String(from + limit) : null };
  });

  on('GET /api/faq/summary', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const knowledge = ctx.knowledge(staff.shopId);
    const rows = await readCatalogue(ctx, staff.shopId);
    const [unknowns, filesChanged, release] = await Promise.all([
      unknownCount(staff.shopId),
      ctx.studio.filesChanged(staff.shopId),
      ctx.studio.current(staff.shopId),
    ]);
    const counts = new Map<string, number>();
    for (const { file } of rows) counts.set(file.intents[0] ?? '', (counts.get(file.intents[0] ?? '') ?? 0) + 1);
    const intents = knowledge.intents.map(({ name, label, stage }) => ({ name, label, stage }));
    const tree = Stage.anyOf.flatMap(({ const: stage }) => {
      const own = intents
        .filter((intent) => intent.stage === stage && counts.has(intent.name))
        .map(({ name, label }) => ({ name, label, count: counts.get(name)! }));
      return own.length === 0 ? [] : [{ stage, count: own.reduce((sum, { count }) => sum + count, 0), intents: own }];
    });
    return {
      tree,
      intents,
      channels: [...new Set(ctx.channels.map(({ kind }) => kind))],
      total: rows.length,
      drafts: rows.filter(({ state }) => state === 'new' || state === 'changed' || state === 'retiring').length,
      unknowns,
      release,
      filesChanged,
      model: ctx.drafter !== null,
    };
  });

  on('GET /api/faq/changes', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const published = publishedIn(ctx, staff.shopId);
    const edits = await latestEdits(ctx.pool, staff.shopId);
    const { entries, applied } = applyEdits(published, edits);
    const changed = new Set(applied.map(({ entryId }) => entryId));
    const fresh = entries.filter(({ id }) => changed.has(id));
    const findings = lintAgainst(ctx, staff.shopId, await readCatalogue(ctx, staff.shopId), fresh);
    const problems = fresh.flatMap(({ id, question }, i) => {
      const serious = findings[i]!.filter(({ level }) => level !== 'warning');
      return serious.length === 0 ? [] : [{ id, title: question, findings: serious }];
    });
    return { changes: changesBetween([...published.values()], entries), problems };
  });

  on('GET /api/faq/:id', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const { standing, history } = await readEntry(ctx, staff.shopId, params.id);
    const { file, published, state, version, updatedBy, updatedAt } = standing;
    return {
      entry: file,
      published,
      state,
      version,
      general: ctx.sharedEntries.has(file.id),
      updatedBy,
      updatedAt,
      hits: (await hitCounts(staff.shopId)).get(file.id) ?? 0,
      history: history.map(({ entryId: _, editor, file: entry, ...edit }) => ({ ...edit, by: editor, entry })),
    };
  });

  on('PUT /api/faq/:id', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    const file = tidied(body.entry as FaqFile);
    if (file.id !== params.id) throw new AppError('invalid_request', '正文里的编号与地址里的不同');
    const rows = await readCatalogue(ctx, staff.shopId);
    const [findings] = lintAgainst(ctx, staff.shopId, rows, [file]);
    const wrong = findings!.filter(({ level }) => level === 'shape');
    if (wrong.length > 0)
      throw new AppError('bad_content', wrong.map(({ text }) => text).join('；'), { findings: wrong });
    const state = rows.find((row) => row.file.id === file.id)?.state;
    // what was taken out stays out until somebody enables it
    const edit = { file, retired: state === 'retired' || state === 'retiring', base: body.version };
    const isSaved = await inShop(ctx.pool, staff.shopId, async (tx) => {
      const saved = (await insertEdits(tx, staff.shopId, staff.id, [edit])) === null;
      if (saved && body.unknown !== undefined)
        await saveClosing(tx, staff.shopId, {
          key: body.unknown,
          outcome: 'entry',
          reason: null,
          entryId: file.id,
          by: staff.id,
        });
      return saved;
    });
    if (!isSaved) throw await conflict(ctx, staff.shopId, file.id);
    return { version: body.version + 1 };
  });

  on('DELETE /api/faq/:id/draft', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    if (!(await inShop(ctx.pool, staff.shopId, (tx) => discardOpen(tx, staff.shopId, params.id))))
      throw new AppError('not_found', '这条知识没有草稿');
    return { ok: true };
  });

  on('POST /api/faq/retire', async ({ body: { ids, retired } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    const wanted = new Set(ids);
    const rows = (await readCatalogue(ctx, staff.shopId)).filter(({ file }) => wanted.has(file.id));
    const turned = rows.filter(({ state }) => (state === 'retired' || state === 'retiring') !== retired);
    const edits = turned.map(({ file, version }) => ({ file, retired, base: version }));
    await inShop(ctx.pool, staff.shopId, async (tx) => {
      const missed = await insertEdits(tx, staff.shopId, staff.id, edits);
      if (missed !== null) throw new AppError('edit_conflict', `${missed} 刚被他人修改，请刷新后再试`);
    });
    return { changed: turned.length };
  });

  on('POST /api/faq/lint', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const entry = tidied(body.entry as FaqFile);
    const [findings] = lintAgainst(ctx, staff.shopId, await readCatalogue(ctx, staff.shopId), [entry]);
    const guess = entry.intents.length > 0 ? null : await guessIntent(ctx, staff.shopId, entry.question);
    return { findings: findings!, guess };
  });
  done();
};

/** What a form leaves behind: empty variants and dates, spaces around words. */
function tidied(entry: FaqFile): FaqFile {
  const trimmed = (texts: readonly string[]) => texts.map((text) => text.trim()).filter((text) => text !== '');
  const answers = Object.fromEntries(
    Object.entries(entry.answers)
      .map(([style, answer]) => [style, answer.trim()] as const)
      .filter(([style, answer]) => style === 'standard' || answer !== ''),
  ) as FaqFile['answers'];
  const tidy: FaqFile = {
    ...entry,
    question: entry.question.trim(),
    similar: trimmed(entry.similar),
    source: entry.source.trim(),
    answers,
  };
  for (const field of ['plus_one', 'valid_from', 'valid_until'] as const) if (!tidy[field]?.trim()) delete tidy[field];
  return tidy;
}

async function conflict(ctx: HttpContext, shopId: ShopId, id: string): Promise<AppError> {
  const { standing, history } = await readEntry(ctx, shopId, id);
  const last = history[0];
  return new AppError('edit_conflict', `${last?.editor ?? '别人'} 刚修改了此条，您的修改未保存`, {
    by: last?.editor ?? null,
    at: last?.at ?? null,
    version: standing.version,
    entry: standing.file,
  });
}
