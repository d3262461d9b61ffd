// Time and the engine's own moves of the baton: offers, their lapse, a lost line, a forgotten shopper. Rows decide; jobs only wake.
import type { HandoffId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { ALIVE_MS, hasRoom, isForgotten, isLost } from '../handoff/guards.ts';
import { hoursOf, isOpen } from '../handoff/hours.ts';
import { type MoveResult, move } from '../handoff/moves.ts';
import { type Candidate, chooseAgent, serves } from '../handoff/routing.ts';
import { deferredIn, holderOf, onlineAgents, waitingCases } from '../handoff/store.ts';
import { readTeams, type TeamRow } from '../handoff/teams.ts';
import type { Live } from '../queue/live.ts';
import type { Queues } from '../queue/queues.ts';

export interface BatonDeps {
  pool: Pool;
  queues: Queues;
  live: Live;
  /** An owner's silence after which a harmless case goes back to the bot. */
  silentMs: number;
  serviceHours: { from: number; until: number };
  now(): Date;
  /** Two rounds without anybody taking it. */
  onRaised(shopId: ShopId, handoffId: HandoffId): void;
}

export interface BatonClock {
  /** Offers what waits to whoever has room; calls at the same time become one more round. */
  offer(shopId: ShopId): Promise<void>;
  lapse(shopId: ShopId, id: HandoffId): Promise<boolean>;
  lost(shopId: ShopId, id: HandoffId): Promise<boolean>;
  forgotten(shopId: ShopId, id: HandoffId): Promise<boolean>;
  /** The shopper goes on with the bot; false when somebody was quicker. */
  leave(shopId: ShopId, id: HandoffId): Promise<boolean>;
  /** Somebody is back: what was left for them waits again, with its age. */
  recall(shopId: ShopId): Promise<number>;
}

/** More than this of one team is not looked at in one round; the next round begins where agents have room again. */
const ROUND_MAX = 200;
/** Looked at besides those there is room for, because some may suit nobody who is free. */
const SPARE = 30;

export function createBatonClock(deps: BatonDeps): BatonClock {
  const running = new Map<ShopId, Promise<void>>();
  const again = new Set<ShopId>();

  function tell(shopId: ShopId, result: MoveResult): boolean {
    if (result.status !== 'moved') return false;
    deps.live.touch(`conversation:${result.conversationId}`, `desk:${shopId}`);
    if (result.told && result.handoffId !== null) deps.onRaised(shopId, result.handoffId);
    return true;
  }

  async function offerOf(shopId: ShopId, team: TeamRow, agents: Candidate[]): Promise<void> {
    const offerMs = team.offerSeconds * 1_000;
    const room = agents.reduce((sum, a) => sum + Math.max(0, a.capacity - a.load), 0);
    if (room === 0) return;
    for (const waits of await waitingCases(deps.pool, shopId, team.name, Math.min(ROUND_MAX, room + SPARE))) {
      for (;;) {
        const choice = chooseAgent(waits, agents, team.overflow);
        if (choice === null) break;
        const result = await move(
          deps.pool,
          shopId,
          { handoff: waits.id },
          { kind: 'offer', to: choice.agent },
          {
            agent: choice.agent,
            offerMs,
            why: choice.why,
            when: (sight) => hasRoom(sight.agent, waits.weight, waits.channel),
          },
        );
        const agent = agents.find((a) => a.id === choice.agent)!;
        if (result.status === 'refused' && result.why === 'not-now') {
          agents.splice(agents.indexOf(agent), 1); // full or gone since we looked
          continue;
        }
        if (tell(shopId, result)) {
          agent.load += waits.weight;
          agent.channelLoad[waits.channel] = (agent.channelLoad[waits.channel] ?? 0) + 1;
          void deps.queues.add('timer', { kind: 'lapse', shopId, id: waits.id }, { delayMs: offerMs + 50 });
        }
        break;
      }
      if (!agents.some((a) => a.load < a.capacity)) return;
    }
  }

  async function round(shopId: ShopId): Promise<void> {
    const offering = (await readTeams(deps.pool, shopId)).filter((t) => t.mode === 'offer');
    if (offering.length === 0) return;
    const agents = await onlineAgents(deps.pool, shopId, ALIVE_MS);
    for (const team of offering) {
      if (agents.length === 0) return;
      await offerOf(shopId, team, agents);
    }
  }

  return {
    offer(shopId) {
      const under = running.get(shopId);
      if (under) {
        again.add(shopId);
        return under;
      }
      const work = (async () => {
        do {
          again.delete(shopId);
          await round(shopId);
        } while (again.has(shopId));
      })().finally(() => running.delete(shopId));
      running.set(shopId, work);
      return work;
    },
    async lapse(shopId, id) {
      const to = (await holderOf(deps.pool, shopId, id))?.offeredTo;
      if (!to) return false;
      const result = await move(
        deps.pool,
        shopId,
        { handoff: id },
        { kind: 'lapse', to },
        { when: (s) => s.offerOver },
      );
      if (tell(shopId, result)) await this.offer(shopId);
      return result.status === 'moved';
    },
    async lost(shopId, id) {
      const owner = (await holderOf(deps.pool, shopId, id))?.owner;
      if (!owner) return false;
      const result = await move(
        deps.pool,
        shopId,
        { handoff: id },
        { kind: 'lost', owner },
        { agent: owner, when: isLost },
      );
      if (tell(shopId, result)) await this.offer(shopId);
      return result.status === 'moved';
    },
    async forgotten(shopId, id) {
      const owner = (await holderOf(deps.pool, shopId, id))?.owner;
      if (!owner) return false;
      const result = await move(
        deps.pool,
        shopId,
        { handoff: id },
        { kind: 'forgotten', owner },
        { when: (s) => isForgotten(s, deps.silentMs), close: { disposition: 'no_response', category: null } },
      );
      if (tell(shopId, result)) await this.offer(shopId);
      return result.status === 'moved';
    },
    async leave(shopId, id) {
      const close = { disposition: 'shopper_left', category: null };
      const left = tell(shopId, await move(deps.pool, shopId, { handoff: id }, { kind: 'leave-queue' }, { close }));
      // an agent's offer is gone, and everybody behind has come forward
      if (left) void deps.queues.add('handoff', { kind: 'handoff', shopId, id });
      return left;
    },
    async recall(shopId) {
      const [teams, agents] = await Promise.all([
        readTeams(deps.pool, shopId),
        onlineAgents(deps.pool, shopId, ALIVE_MS),
      ]);
      const there = teams.filter(
        (t) => agents.some((a) => serves(a.teams, t.name)) || isOpen(hoursOf(t.hours, deps.serviceHours), deps.now()),
      );
      let recalled = 0;
      for (const id of await deferredIn(
        deps.pool,
        shopId,
        there.map((t) => t.name),
        ROUND_MAX,
      )) {
        if (tell(shopId, await move(deps.pool, shopId, { handoff: id }, { kind: 'recall' }))) recalled += 1;
      }
      if (recalled > 0) await this.offer(shopId);
      return recalled;
    },
  };
}
