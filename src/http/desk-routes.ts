// The desk's API: the queue, a handoff's packet, claiming, replying, resolving, taking over.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { PICTURE_TEXT, type ShopId } from '../contract/conversation.ts';
import { DISPOSITIONS, Packet } from '../contract/handoff.ts';
import { isRootCause } from '../contract/root-cause.ts';
import { type QuotaLeft, quotaOf } from '../conversations/quota.ts';
import {
  type ConversationView,
  listConversations,
  readConversation,
  readMessages,
  readMessagesBefore,
  readReceipts,
} from '../conversations/store.ts';
import { askTransfer, cancelTransfer, claim, claimNext, decline, finish, takeover } from '../desk/desk.ts';
import { readHandoffEvents } from '../desk/handoff-events.ts';
import { say } from '../desk/say.ts';
import { AppError } from '../errors.ts';
import { listHandoffs, readHandoff } from '../handoff/store.ts';
import { promisedTo } from '../promises/ledger.ts';
import { isInsult } from '../understanding/insults.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Params = Type.Object({ id: Id });
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }));
const DESK = ['agent', 'supervisor'] as const;

/** What the platform still takes; null where it does not count, or nothing is sent to it. */
function quotaAt(ctx: HttpContext, shopId: ShopId, { id, accountId }: ConversationView): Promise<QuotaLeft | null> {
  const channel = ctx.channels.find(({ account }) => account.id === accountId);
  return channel?.delivery === 'push' ? quotaOf(ctx.pool, shopId, id, channel) : Promise.resolve(null);
}

export const deskRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.get(
    '/api/handoffs',
    {
      schema: {
        summary: 'Handoffs in the order of urgency',
        querystring: Type.Object({
          state: Type.Optional(
            Type.Union([
              Type.Literal('waiting'),
              Type.Literal('with-agent'),
              Type.Literal('deferred'),
              Type.Literal('resolved'),
            ]),
          ),
          team: Type.Optional(Type.String({ maxLength: 40 })),
          mine: Type.Optional(Type.Boolean()),
          for: Type.Optional(
            Type.Literal('me', {
              description: 'offered to me, or a transfer that I may accept; without `state` both of them',
            }),
          ),
          limit: Limit,
          cursor: Type.Optional(Type.String({ maxLength: 80 })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const { state, team, mine, for: whom, limit = 50, cursor } = request.query;
      return listHandoffs(ctx.pool, staff.shopId, {
        state: state ?? (whom === 'me' ? null : 'waiting'),
        limit,
        ...(whom === 'me' ? { forMe: { id: staff.id, teams: staff.teams } } : {}),
        ...(team ? { team } : {}),
        ...(mine ? { ownerId: staff.id } : {}),
        ...(cursor ? { cursor } : {}),
      });
    },
  );

  app.get(
    '/api/handoffs/:id',
    { schema: { summary: 'One handoff with its packet', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const handoff = await readHandoff(ctx.pool, staff.shopId, request.params.id);
      if (handoff === null) throw new AppError('not_found', '没有这个接待请求');
      const commitments = await promisedTo(ctx.pool, staff.shopId, handoff.conversationId);
      return { ...handoff, insult: handoff.packet.summary.some(isInsult), packet: { ...handoff.packet, commitments } };
    },
  );

  app.get('/api/handoffs/packet-schema', { schema: { summary: 'JSON Schema of the packet' } }, async () => Packet);

  app.get(
    '/api/handoffs/:id/events',
    {
      schema: {
        summary: 'The handoff as Bot Framework events: handoff.initiate with its Transcript, then handoff.status',
        params: Params,
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      return { items: await readHandoffEvents(ctx.pool, staff.shopId, request.params.id), next: null };
    },
  );

  app.post(
    '/api/handoffs/:id/claim',
    { schema: { summary: 'Claim: one agent wins', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return claim(ctx.desk, staff, request.params.id);
    },
  );

  app.post('/api/handoffs/claim-next', { schema: { summary: 'Claim the most urgent one' } }, async (request, reply) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    const claimed = await claimNext(ctx.desk, staff);
    return claimed ?? reply.code(204).send();
  });

  app.post(
    '/api/handoffs/:id/decline',
    { schema: { summary: 'Decline an offer or a transfer', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return decline(ctx.desk, staff, request.params.id);
    },
  );

  app.post(
    '/api/handoffs/:id/transfer',
    {
      schema: {
        summary: 'Ask a colleague or a team to take over; yours until somebody accepts (claim) it',
        params: Params,
        body: Type.Object({
          to: Type.Union([
            Type.Object({ agent: Id }, { additionalProperties: false }),
            Type.Object({ team: Type.String({ minLength: 1, maxLength: 40 }) }, { additionalProperties: false }),
          ]),
          reason: Type.String({ minLength: 1, maxLength: 200 }),
          note: Type.Optional(Type.String({ maxLength: 1_000 })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { to, reason, note } = request.body;
      return askTransfer(ctx.desk, staff, request.params.id, {
        to: 'agent' in to ? { kind: 'agent', agent: to.agent } : { kind: 'team', team: to.team },
        reason,
        note: note ?? null,
      });
    },
  );

  app.delete(
    '/api/handoffs/:id/transfer',
    { schema: { summary: 'Take a transfer back', params: Params, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      await cancelTransfer(ctx.desk, staff, request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/handoffs/:id/resolve',
    {
      schema: {
        summary: 'End the work; the next message is the bot’s',
        params: Params,
        body: Type.Object({
          disposition: Type.Union(DISPOSITIONS.map((d) => Type.Literal(d))),
          category: Type.Optional(Type.String({ maxLength: 60 })),
          cause: Type.Optional(
            Type.String({ maxLength: 40, description: 'what lay behind it (根因), of the list of root causes' }),
          ),
          causeNote: Type.Optional(Type.String({ maxLength: 200 })),
          csat: Type.Optional(Type.Boolean({ description: 'ask the shopper how it was; yes unless said otherwise' })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { disposition, category, csat = true, cause, causeNote } = request.body;
      if (cause !== undefined && !isRootCause(cause))
        throw new AppError('invalid_request', '没有这个根因，请从列表里选一个', { field: 'cause' });
      return finish(ctx.desk, staff, request.params.id, {
        disposition,
        category: category ?? null,
        outcome: 'resolved',
        csat,
        cause: cause ?? null,
        causeNote: causeNote?.trim() || null,
      });
    },
  );

  app.post(
    '/api/handoffs/:id/return',
    {
      schema: {
        summary: 'Give the conversation back to the bot',
        params: Params,
        body: Type.Optional(Type.Object({ note: Type.Optional(Type.String({ maxLength: 500 })) })),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return finish(ctx.desk, staff, request.params.id, {
        disposition: 'follow_up',
        category: request.body?.note ?? null,
        outcome: 'returned',
        csat: false,
      });
    },
  );

  app.get(
    '/api/conversations',
    {
      schema: {
        summary: 'Conversations by their last message',
        querystring: Type.Object({
          state: Type.Optional(
            Type.Union([Type.Literal('with-bot'), Type.Literal('waiting'), Type.Literal('with-agent')]),
          ),
          limit: Limit,
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      return {
        items: await listConversations(
          ctx.pool,
          staff.shopId,
          request.query.state ?? 'with-bot',
          request.query.limit ?? 30,
        ),
        next: null,
      };
    },
  );

  app.get('/api/conversations/:id', { schema: { summary: 'One conversation', params: Params } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const view = await readConversation(ctx.pool, staff.shopId, request.params.id);
    if (view === null) throw new AppError('not_found', '没有这个会话');
    const { memory: _, ...shown } = view;
    return { ...shown, quota: await quotaAt(ctx, staff.shopId, view) };
  });

  app.get(
    '/api/conversations/:id/messages',
    {
      schema: {
        summary: 'Messages, notes included: those after a place, or the last ones before it',
        params: Params,
        querystring: Type.Object({
          after: Type.Optional(Type.Integer({ minimum: 0 })),
          before: Type.Optional(Type.Integer({ minimum: 1 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const { after = 0, before, limit = 500 } = request.query;
      const { id } = request.params;
      const messages =
        before === undefined
          ? await readMessages(ctx.pool, staff.shopId, id, after, 'staff', limit)
          : await readMessagesBefore(ctx.pool, staff.shopId, id, before, limit);
      const ofShopper = (m: (typeof messages)[number]) => m.author === 'shopper' && isInsult(m.text);
      return {
        messages: messages.map(({ author, ...m }) => ({ ...m, from: author, insult: ofShopper({ author, ...m }) })),
      };
    },
  );

  app.get(
    '/api/conversations/:id/receipts',
    { schema: { summary: 'Why the bot did what it did', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      return { items: await readReceipts(ctx.pool, staff.shopId, request.params.id), next: null };
    },
  );

  app.post(
    '/api/conversations/:id/messages',
    {
      schema: {
        summary: 'Reply to the shopper, leave a note for colleagues, or (supervisors) whisper to the owner',
        params: Params,
        body: Type.Object({
          clientMessageId: Type.String({ minLength: 1, maxLength: 64 }),
          text: Type.Optional(Type.String({ maxLength: 4_000 })),
          attachments: Type.Optional(Type.Array(Type.Object({ id: Type.String({ maxLength: 40 }) }), { maxItems: 4 })),
          kind: Type.Union([Type.Literal('reply'), Type.Literal('note'), Type.Literal('whisper')]),
          suggestionId: Type.Optional(
            Type.String({ maxLength: 40, description: 'the draft this reply was made from; kept as a label' }),
          ),
          tone: Type.Optional(
            Type.Union([Type.Literal('hold'), Type.Literal('meant')], {
              description: '`hold`: refuse a reply in a harsh tone; `meant`: the writer has thought twice',
            }),
          ),
        }),
        response: { 201: Type.Object({ seq: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { attachments: given = [], ...said } = request.body;
      const conversationId = request.params.id;
      const ids = given.map((one) => one.id);
      const attachments = await ctx.uploads.attach(staff.shopId, ids, { conversationId, isStaff: true });
      const text = said.text || (ids.length > 0 ? PICTURE_TEXT : '');
      if (text === '') throw new AppError('invalid_request', '消息是空的：请写几个字，或附上图片');
      return reply.code(201).send(await say(ctx.desk, staff, conversationId, { ...said, text, attachments }));
    },
  );

  app.post(
    '/api/conversations/:id/takeover',
    {
      schema: {
        summary: 'Take the conversation from the bot or a colleague',
        params: Params,
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 200 }) }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return takeover(ctx.desk, staff, request.params.id, request.body.reason);
    },
  );
  done();
};
