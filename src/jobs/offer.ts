// Time and the engine's own moves of the baton: offers, their lapse, a lost line, a forgotten shopper. Rows decide; jobs only wake.
import type { HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { ALIVE_MS, hasRoom, isForgotten, isLost, roomOf } from '../handoff/guards.ts';
import { hoursOf, isOpen } from '../handoff/hours.ts';
import { type LeaveWhy, type MoveResult, move } from '../handoff/moves.ts';
import { type Candidate, type Choice, chooseAgent, serves } from '../handoff/routing.ts';
import { deferredIn, holderOf, onlineAgents, type WaitingHandoff, waitingCases } from '../handoff/store.ts';
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
  leave(shopId: ShopId, id: HandoffId, why: LeaveWhy): Promise<boolean>;
  /** Somebody is back: what was left for them waits again, with its age. */
  recall(shopId: ShopId): Promise<number>;
}

/** Offers between two looks at the queue: whatever has come meanwhile and is more urgent goes first then. */
const SLICE = 16;
/** However slow the database is: what was seen longer ago is looked at again. */
const LOOK_AGAIN_MS = 250;
/** Of the queue looked at in one piece, and pieces: what suits nobody who is free must not hide what does. */
const PAGE = 30;
const PAGES_MAX = 40;
/** Brought back at once; the reconciler asks again. */
const RECALLED_MAX = 200;

interface Pair {
  waits: WaitingHandoff;
  choice: Choice;
  team: TeamRow;
}

const isFree = (agent: Candidate): boolean => roomOf(agent) > 0;

const isOf = (agent: Candidate, team: TeamRow): boolean =>
  agent.teams.includes(team.name) || (team.overflow !== null && agent.teams.includes(team.overflow));

/** Those teams whose cases somebody who is free may be offered, and how much one of them can take. */
function reachable(
  teams: readonly TeamRow[],
  free: readonly Candidate[],
): { team: TeamRow; name: string; room: number }[] {
  const most = (team: TeamRow) => Math.max(0, ...free.filter((a) => isOf(a, team)).map(roomOf));
  return teams.map((team) => ({ team, name: team.name, room: most(team) })).filter((t) => t.room > 0);
}

export function createBatonClock(deps: BatonDeps): BatonClock {
  const running = new Map<ShopId, Promise<void>>();
  const again = new Set<ShopId>();

  function tell(shopId: ShopId, result: MoveResult): boolean {
    if (result.status !== 'moved') return false;
    deps.live.touch(`conversation:${result.conversationId}`, `desk:${shopId}`);
    if (result.told && result.handoffId !== null) deps.onRaised(shopId, result.handoffId);
    return true;
  }

  /** The next offers, most urgent first, whatever the team. */
  async function findPairs(shopId: ShopId, teams: readonly TeamRow[], free: Candidate[]): Promise<Pair[]> {
    const pairs: Pair[] = [];
    let after: WaitingHandoff | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      // anew for each page: a team whose people are full by now must not be read to its end
      const open = free.filter(isFree);
      const asked = reachable(teams, open);
      if (asked.length === 0) break;
      const cases: WaitingHandoff[] = await waitingCases(deps.pool, shopId, {
        teams: asked,
        free: open.map((a) => a.id),
        after,
        limit: PAGE,
      });
      for (const waits of cases) {
        const { team } = asked.find((t) => t.name === waits.team)!;
        const choice = chooseAgent(waits, open, team.overflow);
        if (choice === null) continue;
        pairs.push({ waits, choice, team });
        const agent = open.find((a) => a.id === choice.agent)!;
        agent.load += waits.weight;
        agent.channelLoad[waits.channel] = (agent.channelLoad[waits.channel] ?? 0) + 1;
        if (pairs.length >= SLICE) return pairs;
      }
      if (cases.length < PAGE) break;
      after = cases.at(-1)!;
    }
    return pairs;
  }

  /** False when the agent was full or gone under their lock. */
  async function offerOne(shopId: ShopId, { waits, choice, team }: Pair): Promise<boolean> {
    const offerMs = team.offerSeconds * 1_000;
    const result = await move(
      deps.pool,
      shopId,
      { handoff: waits.id },
      { kind: 'offer', to: choice.agent },
      {
        agent: choice.agent,
        offerMs,
        why: { ...choice.why },
        when: (sight) => hasRoom(sight.agent, waits.weight, waits.channel),
      },
    );
    if (tell(shopId, result))
      void deps.queues.add('timer', { kind: 'lapse', shopId, id: waits.id }, { delayMs: offerMs + 50 });
    return !(result.status === 'refused' && result.why === 'not-now');
  }

  async function round(shopId: ShopId): Promise<void> {
    const teams = (await readTeams(deps.pool, shopId)).filter((t) => t.mode === 'offer');
    const gone = new Set<StaffId>();
    while (teams.length > 0) {
      const online = await onlineAgents(deps.pool, shopId, ALIVE_MS, { free: true });
      const free = online.filter((a) => isFree(a) && !gone.has(a.id));
      const pairs = await findPairs(shopId, teams, free);
      if (pairs.length === 0) return;
      const lookAgainAt = performance.now() + LOOK_AGAIN_MS;
      let left = pairs.length >= SLICE;
      const ofTeam = Map.groupBy(pairs, (pair) => pair.team.name);
      // teams side by side; within one, offers would overtake each other
      await Promise.all(
        [...ofTeam.values()].map(async (some) => {
          for (const pair of some) {
            const isOld = performance.now() > lookAgainAt;
            if (!isOld && (await offerOne(shopId, pair))) continue;
            left = true;
            if (!isOld) gone.add(pair.choice.agent);
            // the case still waits: another look finds somebody for it before those behind it get theirs
            return;
          }
        }),
      );
      // all that could be offered has been; whatever has changed since wakes another round
      if (!left) return;
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
    async leave(shopId, id, why) {
      const close = { disposition: why, category: null };
      const left = tell(shopId, await move(deps.pool, shopId, { handoff: id }, { kind: 'leave-queue' }, { close }));
      // an agent's offer is gone, and everybody behind has come forward
      if (left) void deps.queues.add('handoff', { kind: 'handoff', shopId, id });
      return left;
    },
    async recall(shopId) {
      const [teams, agents] = await Promise.all([
        readTeams(deps.pool, shopId),
        onlineAgents(deps.pool, shopId, ALIVE_MS, { free: false }),
      ]);
      const there = teams.filter(
        (t) => agents.some((a) => serves(a.teams, t.name)) || isOpen(hoursOf(t.hours, deps.serviceHours), deps.now()),
      );
      let recalled = 0;
      for (const id of await deferredIn(
        deps.pool,
        shopId,
        there.map((t) => t.name),
        RECALLED_MAX,
      )) {
        if (tell(shopId, await move(deps.pool, shopId, { handoff: id }, { kind: 'recall' }))) recalled += 1;
      }
      if (recalled > 0) await this.offer(shopId);
      return recalled;
    },
  };
}
