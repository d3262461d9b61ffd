// Reads what the figures of a period are made of, once for the numbers and once for the lists behind them.
import type { Static } from 'typebox';
import type { ShopId } from '../contract/conversation.ts';
import type { boardRoutes } from '../contract/routes/board.ts';
import { AppError } from '../errors.ts';
import { readCsat } from '../feedback/store.ts';
import { type CaseBehind, readBehind, readFacts } from '../metrics/board-store.ts';
import { type BoardRating, casesOf, type Material, narrow } from '../metrics/cases.ts';
import { listLive } from '../metrics/live-store.ts';
import { type Period, periodOf } from '../metrics/period.ts';
import type { Profile } from '../metrics/profile.ts';
import { GENERIC } from '../metrics/profiles/generic.ts';
import { PROFILES } from '../metrics/profiles/table.ts';
import { readTimeline } from '../metrics/rounds.ts';
import { readHistory } from '../metrics/store.ts';
import { listStaff } from '../staff/accounts.ts';
import type { HttpContext } from './context.ts';

type Query = Static<(typeof boardRoutes)['GET /api/metrics/board']['query']>;
type CaseQuery = Static<(typeof boardRoutes)['GET /api/metrics/conversations']['query']>;

/** A session or round that began before the period may reach into it. */
const MARGIN_MS = 86_400_000;

/** @throws AppError `invalid_request` */
export function profileNamed(id = 'generic'): Profile {
  const profile = PROFILES.find((p) => p.id === id);
  if (!profile)
    throw new AppError('invalid_request', `没有口径「${id}」，可选：${PROFILES.map((p) => p.id).join('、')}`);
  return profile;
}

/** What shoppers said of the service: everybody who was asked. Bots are not rated by stars. */
export async function readRatings(
  { pool }: Pick<HttpContext, 'pool'>,
  shopId: ShopId,
  since: Date,
  until: Date,
): Promise<BoardRating[]> {
  const rows = await readCsat(pool, shopId, { since, until });
  return rows.map(({ conversationId, agentId, score, askedAt, ratedAt }) => ({
    conversationId,
    shopperId: conversationId,
    at: Date.parse(ratedAt ?? askedAt),
    score,
    responder: 'person',
    agentId,
  }));
}

export async function readMaterial(
  ctx: HttpContext,
  shopId: ShopId,
  query: Query,
): Promise<{ material: Material; period: Period; asOf: number }> {
  const asOf = Date.now();
  const profile = profileNamed(query.profile);
  const period = periodOf(query, asOf);
  const { account = null, team = null } = query;
  const since = new Date(period.before.from - MARGIN_MS);
  const [history, facts, ratings] = await Promise.all([
    readHistory(ctx.pool, shopId, since, account),
    readFacts(ctx.pool, shopId, since, account),
    readRatings(ctx, shopId, since, new Date(asOf)),
  ]);
  // of another channel
  const here = account === null ? null : new Set(history.map((item) => item.conversationId));
  const ours = here === null ? ratings : ratings.filter((r) => here.has(r.conversationId));
  const plain = readTimeline(history, GENERIC, asOf);
  const judged = profile === GENERIC ? plain : readTimeline(history, profile, asOf);
  return { material: { plain, judged, profile, ...facts, ratings: ours, team }, period, asOf };
}

const PAGE = 100;

interface Listed {
  conversationId: string;
  at: string;
  kind: 'bot' | 'person' | 'abandoned' | null;
  outcome: 'hit' | 'miss' | null;
  value: number | null;
  reason: string | null;
  agent: string | null;
}

async function withNames(ctx: HttpContext, shopId: ShopId, items: readonly Listed[]) {
  const behind = await readBehind(ctx.pool, shopId, [...new Set(items.map((i) => i.conversationId))]);
  return items.flatMap((item) => {
    const known: CaseBehind | undefined = behind.get(item.conversationId);
    return known ? [{ ...item, ...known }] : [];
  });
}

async function liveCases(ctx: HttpContext, shopId: ShopId, query: CaseQuery) {
  const { measure, account = null, team = null, agent = null, offset = 0, limit = PAGE } = query;
  if (measure !== 'waiting' && measure !== 'in-service' && measure !== 'overdue') return null;
  const place = { accountId: account, team };
  const { count, items } = await listLive(ctx.pool, shopId, { measure, place, agentId: agent, offset, limit });
  const listed = items.map((i) => ({ ...i, at: new Date(i.at).toISOString(), kind: null, outcome: null }));
  return { count, listed };
}

async function periodCases(ctx: HttpContext, shopId: ShopId, query: CaseQuery) {
  const { measure, offset = 0, limit = PAGE } = query;
  if (measure === 'waiting' || measure === 'in-service' || measure === 'overdue') return null;
  const [{ material, period }, people] = await Promise.all([
    readMaterial(ctx, shopId, query),
    listStaff(ctx.pool, shopId),
  ]);
  const nameOf = new Map(people.map((p) => [p.id, p.name]));
  const all = narrow(casesOf(measure, material, period), query).sort((a, b) => b.at - a.at);
  const listed = all.slice(offset, offset + limit).map(({ agentId, ...c }) => ({
    ...c,
    at: new Date(c.at).toISOString(),
    agent: agentId === null ? null : (nameOf.get(agentId) ?? null),
  }));
  return { count: all.length, listed };
}

/** The cases behind one number, or behind a part of it. */
export async function listCases(ctx: HttpContext, shopId: ShopId, query: CaseQuery) {
  const { count, listed } = ((await liveCases(ctx, shopId, query)) ?? (await periodCases(ctx, shopId, query)))!;
  const read = (query.offset ?? 0) + listed.length;
  return { count, items: await withNames(ctx, shopId, listed), next: read < count && listed.length > 0 ? read : null };
}
