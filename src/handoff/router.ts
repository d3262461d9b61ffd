// Where a case goes: the shop's own system is asked first when it has one, and its rules decide whenever that does not answer.
import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { readSecrets, signedHeaders } from '../channels/webhook/signing.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { RouteCase, Routed, RouteRule } from '../contract/routing.ts';
import type { Outgoing } from '../providers/outgoing.ts';
import { routeCase } from './routing.ts';
import type { TeamRow } from './teams.ts';

/** What the shop's system may answer; what it leaves out is as the rules say. */
const RouterAnswer = Type.Object({
  team: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 3 })),
  skills: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 10 })),
});
type RouterAnswer = Static<typeof RouterAnswer>;

export interface Router {
  /** Never rejects because of the other system: a case without a place would be a dropped baton. */
  route(shopId: ShopId, conversationId: string, c: RouteCase): Promise<Routed>;
}

/** The shopper is waiting and the turn has its own deadline; a router that thinks longer is not asked to decide. */
const ASK_WITHIN_MS = 800;

export function createRouter(deps: {
  rules(shopId: ShopId): Promise<readonly RouteRule[]>;
  teams(shopId: ShopId): Promise<readonly TeamRow[]>;
  /** Null: the shop has no router of its own. */
  external: { url: string; secret: string; outgoing: Outgoing } | null;
  now(): Date;
  onError(error: unknown, where: string): void;
}): Router {
  const { external } = deps;
  const secrets = external ? readSecrets(external.secret, 'ROUTER_SECRET') : [];
  const host = external ? new URL(external.url).host : '';

  async function ask(conversationId: string, c: RouteCase, fallback: Routed): Promise<RouterAnswer> {
    const data = { conversation_id: conversationId, ...c, rules_say: fallback };
    const body = JSON.stringify({ type: 'handoff.route', timestamp: deps.now().toISOString(), data });
    const { status, text } = await external!.outgoing.post({
      url: external!.url,
      body,
      headers: signedHeaders(secrets, `route_${randomUUID()}`, body, deps.now()),
      timeoutMs: ASK_WITHIN_MS,
    });
    if (status !== 200) throw new Error(`the router at ${host} answered ${status}, expected 200`);
    const answer: unknown = JSON.parse(text);
    if (!Value.Check(RouterAnswer, answer))
      throw new Error(`the router at ${host} answered something else than {team?, priority?, skills?}`);
    return answer;
  }

  return {
    async route(shopId, conversationId, c) {
      const routed = routeCase(c, await deps.rules(shopId));
      if (external === null) return routed;
      try {
        const { team, ...more } = await ask(conversationId, c, routed);
        if (team === undefined) return { ...routed, ...more, rule: '外部路由' };
        const known = (await deps.teams(shopId)).some((t) => t.name === team);
        if (!known) throw new Error(`the router named a team that does not exist: ${team}`);
        return { ...routed, ...more, team, rule: '外部路由' };
      } catch (error) {
        deps.onError(error, 'external router');
        return routed;
      }
    },
  };
}
