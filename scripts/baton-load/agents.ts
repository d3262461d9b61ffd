// Simulated agents: sign in once, then accept, decline, let lapse, break off or rest, over HTTP as a desk would.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ShopId } from '../../src/contract/conversation.ts';
import { inShop } from '../../src/db/transaction.ts';
import { saveSkills, saveStaff, writePresence } from '../../src/staff/accounts.ts';
import { signInAs } from '../../src/staff/sessions.ts';
import { TEAMS } from './arrivals.ts';

export interface SimulatedAgent {
  id: string;
  headers: Record<string, string>;
  /** Not before this moment of the process's clock does the agent give a sign of life. */
  goneUntil: number;
  gone: boolean;
}

const HEARTBEAT_MS = 15_000;
const LOOK_EVERY_MS = 60;
/** Mean of the time with one shopper. */
const WORK_MS = 25_000;

export async function addAgents(pool: pg.Pool, shopId: ShopId, count: number): Promise<SimulatedAgent[]> {
  const agents: SimulatedAgent[] = [];
  for (let n = 0; n < count; n++) {
    const login = `load-${n}`;
    const teams = n % 5 === 0 ? ['complaint'] : [TEAMS[n % 3]!, TEAMS[(n + 1) % 3]!];
    const staff = await saveStaff(pool, shopId, { login, name: `客服${n}`, role: 'agent', teams, password: null });
    await inShop(pool, shopId, (tx) =>
      saveSkills(tx, staff.id, {
        teams,
        skills: [],
        languages: ['zh'],
        capacity: 3,
        channelCapacity: {},
      }),
    );
    const session = (await signInAs(pool, shopId, login, 'load'))!;
    const headers = { cookie: `jiebang_session=${session.token}`, 'x-csrf-token': session.csrf };
    agents.push({ id: staff.id, headers, goneUntil: 0, gone: false });
  }
  return agents;
}

export interface Life {
  base: string;
  pool: pg.Pool;
  owner: pg.Pool;
  shopId: ShopId;
  agents: SimulatedAgent[];
  came: { agent: string; at: string }[];
  signal: AbortSignal;
}

/** Ends at once, by an error, when the run is over. */
const pause = (life: Life, ms: number): Promise<void> => sleep(ms, undefined, { signal: life.signal });

const post = async (life: Life, agent: SimulatedAgent, path: string, body?: unknown): Promise<number> => {
  const headers = { ...agent.headers, ...(body ? { 'content-type': 'application/json' } : {}) };
  const answer = await fetch(life.base + path, {
    method: 'POST',
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await answer.arrayBuffer();
  return answer.status;
};

const presence = async (life: Life, agent: SimulatedAgent, state: string): Promise<void> => {
  await fetch(`${life.base}/api/me/presence`, {
    method: 'PUT',
    headers: { ...agent.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ state }),
  });
};

async function comeOnline(life: Life, agent: SimulatedAgent): Promise<void> {
  await presence(life, agent, 'online');
  const { rows } = await life.owner.query<{ at: Date }>('select presence_at as at from staff where id = $1', [
    agent.id,
  ]);
  life.came.push({ agent: agent.id, at: rows[0]!.at.toISOString() });
}

/** What one agent does with one offer. */
async function answer(life: Life, agent: SimulatedAgent, handoffId: string, conversationId: string, counts: Counts) {
  await pause(life, 200 + Math.random() * 2_500);
  const mood = Math.random();
  if (mood < 0.06) return; // looks away: it lapses
  if (mood < 0.12) return void (await post(life, agent, `/api/handoffs/${handoffId}/decline`));
  if (mood < 0.14) {
    agent.gone = true; // the line breaks: no sign of life for a while
    agent.goneUntil = performance.now() + 70_000;
    return;
  }
  if ((await post(life, agent, `/api/handoffs/${handoffId}/claim`)) !== 200) return;
  counts.accepted += 1;
  await pause(life, 500 + Math.random() * 2_000);
  await post(life, agent, `/api/conversations/${conversationId}/messages`, {
    clientMessageId: randomUUID(),
    text: '您好，我来帮您看一下',
    kind: 'reply',
  });
  await pause(life, -Math.log(1 - Math.random()) * WORK_MS);
  if ((await post(life, agent, `/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' })) === 200)
    counts.resolved += 1;
  if (Math.random() < 0.03) {
    await presence(life, agent, 'busy');
    await pause(life, 10_000 + Math.random() * 10_000);
    await comeOnline(life, agent);
  }
}

export interface Counts {
  accepted: number;
  resolved: number;
}

/** Until the signal: heartbeats, and an answer to every offer. */
export async function liveAsAgents(life: Life): Promise<Counts> {
  const counts: Counts = { accepted: 0, resolved: 0 };
  const byId = new Map(life.agents.map((a) => [a.id, a]));
  const seen = new Set<string>();
  let beaten = performance.now();
  const working = new Set<Promise<void>>();
  for (const agent of life.agents) {
    await inShop(life.pool, life.shopId, (tx) => writePresence(tx, agent.id, 'offline'));
    await comeOnline(life, agent);
  }
  while (!life.signal.aborted) {
    const now = performance.now();
    if (now - beaten > HEARTBEAT_MS) {
      beaten = now;
      const alive = life.agents.filter((a) => now >= a.goneUntil);
      await life.owner.query(
        `update staff set presence_at = now() where id = any($1::bigint[]) and presence <> 'offline' and presence_at > now() - interval '60 seconds'`,
        [alive.map((a) => a.id)],
      );
      for (const agent of alive.filter((a) => a.gone)) {
        agent.gone = false;
        await comeOnline(life, agent);
      }
    }
    const { rows } = await life.owner.query<{ id: string; conversation_id: string; agent: string; offer: string }>(
      `select h.id::text, h.conversation_id::text, h.offered_to::text as agent, h.offer_expires_at::text as offer
       from handoffs h where h.state = 'offered'`,
    );
    for (const row of rows) {
      const key = `${row.id} ${row.agent} ${row.offer}`;
      const agent = byId.get(row.agent);
      if (!agent || seen.has(key) || agent.gone) continue;
      seen.add(key);
      const work = answer(life, agent, row.id, row.conversation_id, counts)
        .catch((error: unknown) => {
          if (!life.signal.aborted) console.error(error);
        })
        .finally(() => working.delete(work));
      working.add(work);
    }
    await sleep(LOOK_EVERY_MS);
  }
  await Promise.allSettled(working);
  return counts;
}
