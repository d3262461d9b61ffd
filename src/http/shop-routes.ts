// The shopper's API: a visitor, messages in, messages out by long poll or stream.
import { randomUUID } from 'node:crypto';
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { type WebMessage, webActivity } from '../channels/web/channel.ts';
import { Card, type ConversationId, PICTURE_TEXT, STORABLE } from '../contract/conversation.ts';
import { ShopMessage, ShopState } from '../contract/shop.ts';
import { openConversation, readMessages } from '../conversations/store.ts';
import { noteViewer } from '../desk/viewers.ts';
import { AppError } from '../errors.ts';
import { cardText, findCard } from './cards.ts';
import type { HttpContext } from './context.ts';
import { createPace } from './pace.ts';
import { readShopState, toShopMessage } from './shop-view.ts';
import type { VisitorClaims } from './visitor-token.ts';

const POLL_MAX_S = 30;
const PAGE = 200;
/** A lost hint must not cost a waiting reader more than this. */
export const LOOK_AGAIN_MS = 2_000;

export const bearer = (request: FastifyRequest): string | undefined => {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ')) return header.slice(7);
  return (request.query as { token?: string }).token;
};

export const readVisitor = (ctx: HttpContext, request: FastifyRequest): Promise<VisitorClaims> =>
  ctx.tokens.read(bearer(request));

const Id = Type.String({ minLength: 1, maxLength: 100, pattern: STORABLE });
const PICTURES_MAX = 4;

interface Said {
  clientMessageId: string;
  text?: string;
  choice?: string;
  attachments?: { id: string }[];
  orderId?: string;
  productId?: string;
}

/** What a shopper sends, with whatever it points at looked up: pictures and orders are the shopper's own or nobody's. */
async function readSaid(ctx: HttpContext, visitor: VisitorClaims, body: Said): Promise<WebMessage> {
  const { clientMessageId, orderId, productId } = body;
  const ids = (body.attachments ?? []).map((one) => one.id);
  const [attachments, card] = await Promise.all([
    ctx.uploads.attach(visitor.shopId, ids, { conversationId: visitor.conversationId, isStaff: false }),
    orderId || productId ? findCard(ctx, visitor, { orderId, productId }) : null,
  ]);
  const text = body.text?.trim() ? body.text : card ? cardText(card) : ids.length > 0 ? PICTURE_TEXT : undefined;
  // an order alone is asked about as if it had been tapped among several
  const choice = body.choice ?? (card?.kind === 'order' ? `order:${card.id}` : undefined);
  if (text === undefined && choice === undefined)
    throw new AppError('invalid_request', '消息是空的：请提供 text、choice 或 attachments');
  return {
    clientMessageId,
    ...(text !== undefined && { text }),
    ...(choice !== undefined && { choice }),
    ...(attachments.length > 0 && { attachments }),
    ...(card && { card }),
  };
}

export const shopRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const web = ctx.channels.find((c) => c.kind === 'web')!;
  const pace = createPace(ctx.shopperBurst, '发送太快啦，请稍后再发');

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
            product: Type.Optional(Card),
            isCustomer: Type.Boolean({ description: 'the shop knows them: they have orders to ask about' }),
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
      // a page that names an unknown product is no reason to turn a shopper away
      const product = productId ? await findCard(ctx, null, { productId }).catch(() => null) : null;
      return {
        token,
        conversationId,
        shopName: ctx.defaultShop.name,
        isCustomer: customerId !== null,
        ...(product && { product }),
        ...(ctx.demo ? { customers: [...ctx.sampleCustomers] } : {}),
      };
    },
  );

  app.post(
    '/api/shop/messages',
    {
      schema: {
        summary: 'Say something, tap a choice, send pictures, or show one’s order or a product',
        body: Type.Object({
          clientMessageId: Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\x21-\\x7e]+$' }),
          text: Type.Optional(Type.String({ maxLength: 4_000 })),
          choice: Type.Optional(Id),
          attachments: Type.Optional(Type.Array(Type.Object({ id: Id }), { maxItems: PICTURES_MAX })),
          orderId: Type.Optional(Id),
          productId: Type.Optional(Id),
        }),
        response: { 202: Type.Object({ seq: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const visitor = await readVisitor(ctx, request);
      pace(visitor.visitorId);
      const said = await readSaid(ctx, visitor, request.body);
      const from = {
        id: visitor.visitorId,
        ...(visitor.name ? { name: visitor.name } : {}),
        ...(visitor.productId ? { productId: visitor.productId } : {}),
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
          after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
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
