// The editor's first tools: try a message without side effects, see what is published, have a model draft.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { shopDay } from '../bot/clock-words.ts';
import { History, triage } from '../bot/triage.ts';
import { draftEntry, similarQuestions } from '../curation/drafts.ts';
import { AppError } from '../errors.ts';
import type { Drafter } from '../providers/language-model.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const RELATED_MAX = 3;

function needDrafter(ctx: HttpContext): Drafter {
  if (ctx.drafter === null) throw new AppError('llm_off');
  return ctx.drafter;
}

export const studioRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.post(
    '/api/triage',
    {
      schema: {
        summary: 'What the bot would decide, without side effects',
        body: Type.Object({
          text: Type.String({ minLength: 1, maxLength: 4_000 }),
          history: Type.Optional(History),
          orderId: Type.Optional(Type.String({ maxLength: 60 })),
          draft: Type.Optional(Type.Boolean({ description: 'with all drafts applied, without publishing them' })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
      const { text, history, orderId, draft = false } = request.body;
      const customerId = ctx.demo ? await ctx.sampleCustomer(orderId ? { orderId } : {}) : null;
      const knowledge = draft ? await ctx.studio.draftKnowledge(staff.shopId) : ctx.knowledge(staff.shopId);
      return triage(
        { knowledge, commerce: ctx.commerce, now: () => new Date() },
        { shopId: staff.shopId, text, history: history ?? [], customerId, focusOrderId: orderId ?? null },
      );
    },
  );

  app.post(
    '/api/drafts/entry',
    {
      schema: {
        summary: 'A first draft of an entry for a question nobody could answer',
        body: Type.Object({ question: Type.String({ minLength: 2, maxLength: 1_000 }) }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['editor']);
      const drafter = needDrafter(ctx);
      const { question } = request.body;
      const knowledge = ctx.knowledge(staff.shopId);
      const context = { shopId: staff.shopId, channel: 'web', today: shopDay(new Date()) };
      const { faqs } = await knowledge.understand(question, context);
      const related = [...new Set(faqs.map((hit) => hit.entryId))].flatMap((id) => {
        const file = knowledge.entry(id)?.file;
        return file ? [{ id, title: file.question, answer: file.answers.standard }] : [];
      });
      const near = related.slice(0, RELATED_MAX);
      const draft = await draftEntry(drafter, { question, related: near });
      return { ...draft, related: near.map(({ id, title }) => ({ id, title })) };
    },
  );

  app.post(
    '/api/drafts/similar',
    {
      schema: {
        summary: 'Ten other ways to ask a question; fewer when the model repeats itself',
        body: Type.Object({
          question: Type.String({ minLength: 2, maxLength: 200 }),
          known: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 })),
        }),
      },
    },
    async (request) => {
      await requireStaff(ctx.pool, request, ['editor']);
      const { question, known = [] } = request.body;
      return { questions: await similarQuestions(needDrafter(ctx), { question, known }) };
    },
  );

  app.get('/api/releases/current', { schema: { summary: 'The published release' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const { releaseId, policy } = ctx.knowledge(staff.shopId);
    return { id: releaseId, policy };
  });
  done();
};
