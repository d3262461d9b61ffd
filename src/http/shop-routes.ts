// The shopper's API: a visitor, messages in, messages out by long poll or stream.
import { randomUUID } from 'node:crypto';
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { sayRange } from '../bot/clock-words.ts';
import { awayWords } from '../bot/scripts.ts';
import { webActivity } from '../channels/web/channel.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { ShopMessage, ShopState } from '../contract/shop.ts';
import { openConversation, readConversation, readMessages, type StoredMessage } from '../conversations/store.ts';
import { noteViewer } from '../desk/viewers.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import type { VisitorClaims } from './visitor-token.ts';

const POLL_MAX_S = 30;
const PAGE = 200;
/** A lost hint must not cost a waiting reader more than this. */
export const LOOK_AGAIN_MS = 2_000;

export function toShopMessage(m: StoredMessage): ShopMessage {
  const from = m.author === 'platform_agent' ? 'agent' : m.author;
  return {
    seq: m.seq,
    from,
    kind: m.kind === 'notice' ? 'notice' : 'text',
    text: m.text,
    ...(m.payload.choices ? { choices: m.payload.choices } : {}),
    ...(m.payload.source
      ? {
          source: {
            title: m.payload.source.title,
            ...(m.payload.source.reference ? { reference: m.payload.source.reference } : {}),
          },
        }
      : {}),
    ...(m.payload.agentName ? { agentName: m.payload.agentName } : {}),
    at: m.at,
  };
}

/** State and, while waiting, the honest place in the queue. */
export async function readShopState(
  ctx: HttpContext,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<ShopState> {
  const view = await readConversation(ctx.pool, shopId, conversationId);
  if (view === null) throw new AppError('not_found', '会话不存在');
  const sight = view.state === 'waiting' ? await ctx.queue.of(shopId, conversationId) : null;
  if (sight === null) return { state: view.state };
  const { mayLeave } = sight;
  if (sight.state === 'deferred') {
    const text = awayWords({ ...sight, now: ctx.now() });
    return { state: view.state, message: { backAt: sight.backAt?.toISOString() ?? null, text }, mayLeave };
  }
  const { position, range } = sight;
  const etaSeconds = range === null ? null : Math.round((range.fromSeconds + range.toSeconds) / 2);
  const text = range === null ? null : sayRange(range);
  return { state: view.state, queue: { position, etaSeconds, range, text }, mayLeave };
}

const bearer = (request: FastifyRequest): string | undefined => {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ')) return header.slice(7);
  return (request.query as { token?: string }).token;
};

export const readVisitor = (ctx: HttpContext, request: FastifyRequest): Promise<VisitorClaims> =>
  ctx.tokens.read(bearer(request));

const Id = Type.String({ minLength: 1, maxLength: 100 });

export const shopRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const web = ctx.channels.find((c) => c.kind === 'web')!;

  app.post(
    '/api/shop/visitors',
    {
      schema: {
        summary: 'Start or continue as a visitor',
        body: Type.Optional(
          Type.Object({
            shop: Type.Optional(Id),
            name: Type.Optional(Id),
            orderId: Type.Optional(Id),
            productId: Type.Optional(Id),
          }),
        ),
        response: {
          200: Type.Object({
            token: Type.String(),
            conversationId: Type.String(),
            shopName: Type.String(),
            customers: Type.Optional(Type.Array(Type.Object({ name: Type.String(), hint: Type.String() }))),
          }),
        },
      },
    },
    async (request) => {
      const { shop, name, orderId, productId } = request.body ?? {};
      if (shop !== undefined && shop !== ctx.defaultShop.slug) throw new AppError('not_found', `没有店铺 "${shop}"`);
      const visitorId = randomUUID();
      const hint = { ...(name ? { name } : {}), ...(orderId ? { orderId } : {}) };
      const customerId = ctx.demo ? await ctx.sampleCustomer(hint) : null;
      const { conversationId } = await openConversation(ctx.pool, web.account, {
        platformId: visitorId,
        name: name ?? null,
        customerId,
        memory: orderId ? { focusOrderId: orderId } : {},
      });
      const token = await ctx.tokens.issue({
        shopId: ctx.defaultShop.id,
        visitorId,
        conversationId,
        ...hint,
        ...(productId ? { productId } : {}),
      });
      return {
        token,
        conversationId,
        shopName: ctx.defaultShop.name,
        ...(ctx.demo ? { customers: [...ctx.sampleCustomers] } : {}),
      };
    },
  );

  app.post(
    '/api/shop/messages',
    {
      schema: {
        summary: 'Say something, or tap a choice',
        body: Type.Object({
          clientMessageId: Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\x21-\\x7e]+$' }),
          text: Type.Optional(Type.String({ maxLength: 4_000 })),
          choice: Type.Optional(Id),
        }),
        response: { 202: Type.Object({ seq: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const visitor = await readVisitor(ctx, request);
      const { clientMessageId, text, choice } = request.body;
      if (!text?.trim() && choice === undefined)
        throw new AppError('invalid_request', '消息是空的：请提供 text 或 choice');
      const from = {
        id: visitor.visitorId,
        ...(visitor.name ? { name: visitor.name } : {}),
        ...(visitor.productId ? { productId: visitor.productId } : {}),
      };
      const said = {
        clientMessageId,
        ...(text === undefined ? {} : { text }),
        ...(choice === undefined ? {} : { choice }),
      };
      const admitted = await ctx.inbox.admit(web.account, webActivity(web.account, from, said));
      return reply.code(202).send({ seq: admitted.seq });
    },
  );

  app.post(
    '/api/shop/typing',
    {
      schema: {
        summary: 'The visitor is typing; forgotten after seconds unless repeated',
        body: Type.Object({ typing: Type.Boolean() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { shopId, conversationId } = await readVisitor(ctx, request);
      const { typing } = request.body;
      await noteViewer(ctx.pool, shopId, conversationId, null, { viewing: false, typing });
      ctx.live.touch(`conversation:${conversationId}`);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/shop/messages',
    {
      schema: {
        summary: 'Messages after a place; `wait` seconds for the next one',
        querystring: Type.Object({
          after: Type.Optional(Type.Integer({ minimum: 0 })),
          wait: Type.Optional(Type.Number({ minimum: 0, maximum: POLL_MAX_S })),
          token: Type.Optional(Type.String()),
        }),
        response: { 200: Type.Intersect([Type.Object({ messages: Type.Array(ShopMessage) }), ShopState]) },
      },
    },
    async (request) => {
      const { shopId, conversationId } = await readVisitor(ctx, request);
      const { after = 0, wait = 0 } = request.query;
      const until = performance.now() + wait * 1_000;
      for (;;) {
        const look = nextTouch(ctx, conversationId, Math.min(LOOK_AGAIN_MS, Math.max(0, until - performance.now())));
        const messages = await readMessages(ctx.pool, shopId, conversationId, after, 'shopper', PAGE);
        if (messages.length > 0 || performance.now() >= until || ctx.closing.aborted || request.raw.destroyed) {
          look.cancel();
          return { messages: messages.map(toShopMessage), ...(await readShopState(ctx, shopId, conversationId)) };
        }
        await look.over;
      }
    },
  );
  done();
};

/** Begins to watch before the caller reads, so that nothing falls between reading and waiting. */
export function nextTouch(
  ctx: HttpContext,
  conversationId: ConversationId,
  ms: number,
): { over: Promise<void>; cancel(): void } {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(() => end(), ms);
    const unwatch = ctx.live.watch(`conversation:${conversationId}`, () => end());
    end = () => {
      clearTimeout(timer);
      unwatch();
      ctx.closing.removeEventListener('abort', end);
      resolve();
    };
    ctx.closing.addEventListener('abort', end);
  });
  return { over, cancel: () => end() };
}
