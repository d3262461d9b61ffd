// Live streams (SSE): watch first, replay what was missed, then follow. A lost hint costs a moment, never an event.
import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import { readMessages } from '../conversations/store.ts';
import { shopQuery } from '../db/transaction.ts';
import { readSuggestions } from '../desk/suggestions.ts';
import { type Viewers, viewersOf } from '../desk/viewers.ts';
import { AppError } from '../errors.ts';
import type { LiveTopic } from '../queue/live.ts';
import { keepAlive, type Staff } from '../staff/accounts.ts';
import { type Session, seenAlive } from '../staff/sessions.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';
import { LOOK_AGAIN_MS, readVisitor } from './shop-routes.ts';
import { readShopState, toShopMessage } from './shop-view.ts';

const PAGE = 200;
/** Older than this the reader is told to read everything again. */
const REPLAY_MAX = 1_000;

/** Calls `look` at once, at every touch and every few seconds, one at a time, until the client or the server goes. */
function follow(ctx: HttpContext, reply: FastifyReply, topics: LiveTopic[], look: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let busy = false;
    let again = false;
    let over = false;
    const stop = () => {
      if (over) return;
      over = true;
      clearInterval(timer);
      for (const unwatch of unwatches) unwatch();
      ctx.closing.removeEventListener('abort', stop);
      reply.sse.close();
      resolve();
    };
    const run = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      try {
        do {
          again = false;
          if (!over) await look();
        } while (again && !over);
      } catch (error) {
        reply.log.warn({ err: error }, 'a live stream was closed; the client comes back and catches up');
        stop();
      }
      busy = false;
    };
    const unwatches = topics.map((t) => ctx.live.watch(t, () => void run()));
    const timer = setInterval(() => void run(), LOOK_AGAIN_MS);
    ctx.closing.addEventListener('abort', stop);
    reply.sse.onClose(stop);
    reply.sse.keepAlive();
    void run();
  });
}

async function streamShop(
  ctx: HttpContext,
  reply: FastifyReply,
  shopId: ShopId,
  conversationId: ConversationId,
  after: number,
): Promise<void> {
  let seen = after;
  let told = '';
  await reply.sse.send({ event: 'hello', data: { after } });
  await follow(ctx, reply, [`conversation:${conversationId}`, `desk:${shopId}`], async () => {
    for (;;) {
      const messages = await readMessages(ctx.pool, shopId, conversationId, seen, 'shopper', PAGE);
      for (const m of messages) {
        await reply.sse.send({ id: String(m.seq), event: 'message', data: toShopMessage(m) });
        seen = m.seq;
      }
      if (messages.length < PAGE) break;
    }
    const state = await readShopState(ctx, shopId, conversationId);
    const now = JSON.stringify(state);
    if (now !== told) await reply.sse.send({ event: 'state', data: state });
    told = now;
  });
}

interface DeskEvent {
  seq: string;
  kind: string;
  payload: Record<string, unknown>;
}

/** An open desk is a sign of life. Well under the minute after which a person counts as gone. */
const SIGN_OF_LIFE_MS = 20_000;

async function streamDesk(
  ctx: HttpContext,
  reply: FastifyReply,
  session: Session,
  conversations: ConversationId[],
  lastEventId: string | null,
): Promise<void> {
  const { staff } = session;
  const { shopId } = staff;
  let alive = Number.NEGATIVE_INFINITY;
  const head = await shopQuery<{ seq: string }>(
    ctx.pool,
    shopId,
    `select coalesce(max(seq), 0)::text as seq from topics where topic = 'desk'`,
    [],
  );
  const top = Number(head.rows[0]!.seq);
  let seen = lastEventId !== null && /^\d+$/.test(lastEventId) ? Number(lastEventId) : top;
  await reply.sse.send({ event: 'hello', data: { at: top } });
  if (top - seen > REPLAY_MAX || seen > top) {
    await reply.sse.send({ id: String(top), event: 'resync', data: {} });
    seen = top;
  }
  const told: Told = new Map();
  const topics: LiveTopic[] = [
    `desk:${shopId}`,
    `staff:${staff.id}`,
    ...conversations.map((c) => `conversation:${c}` as const),
  ];
  // somebody who was signed out hears no more
  const unwatch = ctx.live.watch(`staff:${staff.id}`, () => {
    alive = Number.NEGATIVE_INFINITY;
  });
  reply.sse.onClose(unwatch);
  await follow(ctx, reply, topics, async () => {
    if (performance.now() - alive > SIGN_OF_LIFE_MS) {
      if (!(await seenAlive(ctx.pool, session))) throw new AppError('unauthorized');
      await keepAlive(ctx.pool, staff);
      alive = performance.now();
    }
    const { rows } = await shopQuery<DeskEvent>(
      ctx.pool,
      shopId,
      `select e.seq::text, e.kind, e.payload from events e
       where e.topic = 'desk' and e.seq > $1 order by e.seq limit ${PAGE}`,
      [seen],
    );
    for (const e of rows) {
      await reply.sse.send({ id: e.seq, event: 'desk', data: e.payload });
      seen = Number(e.seq);
    }
    if (conversations.length > 0) await tellConversations(ctx, reply, staff, conversations, told);
  });
}

interface Beside {
  id: ConversationId;
  last: string;
  suggested: string;
  viewers: Viewers;
}

/** What was last told of each conversation; nothing here is replayed, a new stream is told what stands. */
type Told = Map<string, string>;

/** Each conversation one watches: that it changed, its newest drafts, who else is looking. */
async function tellConversations(
  ctx: HttpContext,
  reply: FastifyReply,
  { shopId, id: self }: Staff,
  conversations: readonly ConversationId[],
  told: Told,
): Promise<void> {
  const { rows } = await shopQuery<Beside>(
    ctx.pool,
    shopId,
    `select c.id::text, (c.next_seq + c.epoch)::text as last, ${viewersOf('$2')} as viewers,
       (select coalesce(max(s.for_seq), 0)::text from suggestions s where s.conversation_id = c.id) as suggested
     from conversations c where c.id = any($1::bigint[])`,
    [conversations, self],
  );
  const isNews = (key: string, now: string, first: string | undefined) => {
    const before = told.get(key) ?? first;
    told.set(key, now);
    return before !== now;
  };
  for (const { id, last, suggested, viewers } of rows) {
    const of = { conversationId: id };
    if (isNews(`last:${id}`, last, undefined)) await reply.sse.send({ event: 'conversation', data: of });
    if (isNews(`suggested:${id}`, suggested, '0')) {
      const drafts = await readSuggestions(ctx.pool, shopId, id);
      await reply.sse.send({ event: 'suggestions', data: { ...of, ...drafts } });
    }
    const seen = JSON.stringify([viewers.viewers, viewers.shopperTyping]);
    if (isNews(`viewers:${id}`, seen, NOBODY)) await reply.sse.send({ event: 'presence', data: { ...of, ...viewers } });
  }
}

const NOBODY = JSON.stringify([[], false]);

export const streamRoutes: FastifyPluginCallback<HttpContext> = (app, ctx, done) => {
  const schema = { hide: false };
  app.get(
    '/api/shop/stream',
    { sse: { kind: 'only' }, schema: { ...schema, summary: 'Live messages of the visitor (SSE)' } },
    async (request, reply) => {
      const { shopId, conversationId } = await readVisitor(ctx, request);
      const given = reply.sse.lastEventId ?? (request.query as { after?: string }).after ?? '0';
      await streamShop(ctx, reply, shopId, conversationId, /^\d{1,15}$/.test(given) ? Number(given) : 0);
    },
  );

  app.get(
    '/api/stream',
    {
      sse: { kind: 'only' },
      schema: {
        ...schema,
        summary: 'Live desk events (SSE), topics=desk,conversation:ID: conversation, suggestions, presence',
      },
    },
    async (request, reply) => {
      const session = await requireStaff(ctx.pool, request);
      const topics = ((request.query as { topics?: string }).topics ?? 'desk').split(',');
      const conversations = topics
        .filter((t) => /^conversation:\d{1,18}$/.test(t))
        .map((t) => t.slice('conversation:'.length));
      await streamDesk(ctx, reply, session, conversations.slice(0, 20), reply.sse.lastEventId ?? null);
    },
  );
  done();
};
