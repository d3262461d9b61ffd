// The model's shop for real: one shop on an empty database, and every act done to it through the product's own functions.
import { createWebhook } from '../../../src/channels/webhook/channel.ts';
import type { ChannelAccount, Inbound } from '../../../src/contract/conversation.ts';
import type { Packet } from '../../../src/contract/handoff.ts';
import { createAdmission } from '../../../src/conversations/admit.ts';
import { createOutbox, type Sending, type SendResult } from '../../../src/conversations/outbox.ts';
import { openConversation } from '../../../src/conversations/store.ts';
import { type ClaimedTurn, createTurns } from '../../../src/conversations/turns.ts';
import type { Database, Pool } from '../../../src/db/database.ts';
import { inShop } from '../../../src/db/transaction.ts';
import type { DeskDeps } from '../../../src/desk/desk.ts';
import { say } from '../../../src/desk/say.ts';
import { AppError } from '../../../src/errors.ts';
import { saveTeam } from '../../../src/handoff/teams.ts';
import { createOutgoing } from '../../../src/providers/outgoing.ts';
import { keepAlive, type Staff, writePresence } from '../../../src/staff/accounts.ts';
import { createTestMemory } from '../../channels/test-memory.ts';
import type { Act, Answer, Single } from './acts.ts';
import { createEngine, type Engine } from './engine-room.ts';
import { cutAt, slippedIn } from './faults.ts';
import { OFFER_MS, OFFERING, OVERFLOW, type Profile, SHOPPERS, TEAMS, TICK_MS } from './model.ts';
import { moveFor } from './moving.ts';
import type { Ending, Held } from './road.ts';
import type { Seen } from './snapshot.ts';

export interface Shop {
  pool: Pool;
  id: string;
  accounts: ChannelAccount[];
  staff: Staff[];
  desk: DeskDeps;
  engine: Engine;
  /** Turns that somebody holds, by the id and attempt the database gave. */
  turns: Map<string, ClaimedTurn>;
  /** What was seen last: where the ids of acts come from. */
  seen: Seen;
}

/** All that a run leaves behind; whatever refers to these goes with them. */
const CLEAR = `truncate shops, staff, channel_accounts, shoppers, conversations, messages, inbound_ids, turns, outbox, handoffs, assignments,
  topics, events, teams, routing_rules restart identity cascade`;

/** A channel that pushes; nothing is really sent through it. */
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** An empty shop with agents who are all online, and shoppers who have not said anything yet. */
export async function openShop(database: Database, profile: Profile): Promise<Omit<Shop, 'seen'>> {
  const { pool } = database;
  await database.ownerPool().query(CLEAR);
  const made = await database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('model', 'model', false)::text as id`);
  const id = made.rows[0]!.id;
  const people = await inShop(pool, id, async (tx) => {
    const accounts: ChannelAccount[] = [];
    for (const name of ['default', 'other']) {
      const { rows } = await tx.query<{ id: string }>(
        `insert into channel_accounts (shop_id, kind, name) values ($1, 'webhook', $2) returning id::text`,
        [id, name],
      );
      accounts.push({ id: rows[0]!.id, shopId: id, kind: 'webhook', name });
    }
    const staff: Staff[] = [];
    for (const [n, teams] of TEAMS.entries()) {
      const { capacity, channelMax } = profile[n]!;
      const { rows } = await tx.query<Staff>(
        `insert into staff (shop_id, login, name, role, teams, presence, presence_at, capacity, channel_capacity)
         values ($1, $2, $2, 'agent', $3, 'online', now(), $4, $5) returning id::text, shop_id::text as "shopId", login, name, role, teams`,
        [id, `agent-${n}`, [...teams], capacity, JSON.stringify(channelMax === null ? {} : { webhook: channelMax })],
      );
      staff.push(rows[0]!);
    }
    return { accounts, staff };
  });
  await inShop(pool, id, (tx) =>
    saveTeam(tx, id, {
      name: OFFERING,
      label: OFFERING,
      mode: 'offer',
      offerSeconds: OFFER_MS / 1_000,
      overflow: OVERFLOW,
      hours: null,
    }),
  );
  for (const { account, name } of SHOPPERS)
    await openConversation(pool, people.accounts[account]!, { platformId: name, name, customerId: null, memory: {} });
  const outgoing = createOutgoing({ named: ['127.0.0.1'] });
  const settings = {
    secret: SECRET,
    deliverUrl: 'http://127.0.0.1:9/',
    deliverSecret: SECRET,
    outgoing,
    memory: createTestMemory(),
  };
  const channel = createWebhook(people.accounts[0]!, settings);
  return {
    pool,
    id,
    ...people,
    desk: { pool, channelOf: () => channel, onRaised() {}, onChange() {} },
    engine: createEngine(pool, id, people.accounts),
    turns: new Map(),
  };
}

const PACKET = {} as Packet; // nobody reads it here

/** Time passes for everything that has a clock. Ages are not clocks: nothing may ever change them. */
async function passTime(shop: Shop, { ticks, alive }: Act & { kind: 'time' }): Promise<void> {
  const by = `- $1::bigint * interval '1 ms'`;
  const ms = [ticks * TICK_MS];
  await inShop(shop.pool, shop.id, async (tx) => {
    if (!alive) await tx.query(`update staff set presence_at = presence_at ${by}`, ms);
    await tx.query(
      `update handoffs set offer_expires_at = offer_expires_at ${by}, told_at = told_at ${by}, awaiting_since = awaiting_since ${by},
         held_since = held_since ${by}, resolved_at = resolved_at ${by}`,
      ms,
    );
    await tx.query(
      `update turns set created_at = created_at ${by}, due_at = due_at ${by}, lease_until = lease_until ${by}`,
      ms,
    );
    await tx.query(`update outbox set next_at = next_at ${by}, lease_until = lease_until ${by}`, ms);
  });
}

const RESULTS: Record<Exclude<Ending, 'left'>, SendResult> = {
  sent: { state: 'sent', platformId: null },
  retry: { state: 'new', retryMs: 20_000, error: 'try again' },
  unknown: { state: 'unknown', error: 'no answer' },
};

async function endSending(shop: Shop, pool: Pool, sending: Pick<Sending, 'id' | 'attempt'>, ending: Ending) {
  if (ending === 'left') return;
  await createOutbox(pool).mark({ ...sending, shopId: shop.id } as Sending, RESULTS[ending]);
}

async function beginTurn(shop: Shop, pool: Pool, n: number): Promise<Answer> {
  const turn = await createTurns(pool).claim(shop.id, shop.seen.talks[n]!.id);
  if (turn.status !== 'claimed') return { status: turn.status };
  shop.turns.set(`${turn.turnId}/${turn.attempt}`, turn);
  const known = shop.seen.talks[n]!.turns.findIndex((t) => t.id === turn.turnId);
  return {
    status: 'claimed',
    talk: n,
    // one that was born in this very moment is the last
    turn: known < 0 ? shop.seen.talks[n]!.turns.length : known,
    attempt: turn.attempt,
    epoch: Number(turn.epoch),
    ownerKind: turn.ownerKind,
    read: {
      asked: turn.messages.map((m) => m.seq),
      history: turn.history.map((m) => m.seq),
      place: turn.handoff?.state ?? 'with-bot',
    },
  };
}

const heldTurn = (shop: Shop, held: Held): ClaimedTurn =>
  shop.turns.get(`${shop.seen.talks[held.talk]!.turns[held.turn]!.id}/${held.attempt}`)!;

/** One act in one transaction, on a pool of one's choice. */
async function single(shop: Shop, pool: Pool, act: Single): Promise<Answer> {
  switch (act.kind) {
    case 'move':
      return moveFor(shop, pool, act, PACKET);
    case 'message': {
      const { account, name } = SHOPPERS[act.talk]!;
      const message: Inbound = { externalId: act.external, shopperId: name, text: '在吗', payload: {} };
      const admitted = await createAdmission(pool).admit(shop.accounts[account]!, message, act.windowMs);
      const talk = shop.seen.talks.findIndex((t) => t.id === admitted.conversationId);
      return { status: admitted.status, talk, seq: admitted.seq };
    }
    case 'begin-turn':
      return beginTurn(shop, pool, act.talk);
    case 'commit-turn': {
      const { parts, author, born, handoff } = act.said;
      const told = Array.from({ length: parts }, () => ({ author, text: '您好' }));
      const more = {
        reason: 'asked_for_human',
        riskRank: 3,
        priority: 0,
        rule: 'model',
        skills: [],
        language: 'zh',
      } as const;
      const opened = handoff && {
        ...more,
        ...handoff,
        risk: handoff.risk as 'R3',
        state: handoff.parked ? ('deferred' as const) : ('waiting' as const),
        summary: '',
        intent: null,
        dueMs: 60_000,
        position: 1,
        packet: PACKET,
      };
      const outcome = { receipt: {}, parts: told, memory: {}, handoff: opened };
      const result = await createTurns(pool).commit(heldTurn(shop, act.held), outcome, born);
      return {
        status: result.status,
        ...('next' in result ? { next: result.next !== null } : {}),
        ...('outbox' in result ? { outbox: result.outbox.map((row) => row.state) } : {}),
      };
    }
    case 'say':
      try {
        const words = { clientMessageId: act.id, text: '您好，我来处理', kind: act.as };
        await say({ ...shop.desk, pool }, shop.staff[act.who]!, shop.seen.talks[act.talk]!.id, words);
        return { status: 'said' };
      } catch (error) {
        if (error instanceof AppError) return { status: error.code };
        throw error;
      }
    case 'send': {
      const claim = await createOutbox(pool).claim(shop.id, shop.seen.talks[act.talk]!.outbox[act.row]!.id);
      if (claim.status === 'claimed') await endSending(shop, pool, claim.sending, act.ending);
      return { status: claim.status };
    }
    default:
      return act satisfies never;
  }
}

async function caught(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch {
    return { status: 'threw' };
  }
}

interface Performed {
  answer: Answer;
  /** How far a transaction came whose connection was cut. */
  cut: string;
  /** What a round found due, by word and id. */
  found?: ReadonlySet<string>;
}

/** Does it, and tells what was answered. */
export async function perform(shop: Shop, act: Act): Promise<Performed> {
  const answered = (answer: Answer, cut = '') => ({ answer, cut });
  const { pool, engine, seen } = shop;
  switch (act.kind) {
    case 'mark': {
      await endSending(shop, pool, { id: seen.talks[act.talk]!.outbox[act.row]!.id, attempt: act.attempt }, act.ending);
      return answered({});
    }
    case 'presence':
      await inShop(pool, shop.id, (tx) => writePresence(tx, shop.staff[act.who]!.id, act.presence));
      return answered({});
    case 'heartbeat':
      for (const [who, one] of shop.staff.entries()) if ((act.who ?? who) === who) await keepAlive(pool, one);
      return answered({});
    case 'time':
      await passTime(shop, act);
      return answered({});
    case 'clock': {
      const id = typeof act.aim === 'number' ? seen.talks[act.talk]!.cases[act.aim]!.id : '999999';
      return answered({ moved: await engine.goOff(act.clock, id) });
    }
    case 'reconcile':
      return { answer: {}, cut: '', found: await engine.reconcile(act.processes) };
    case 'offer-round':
      await engine.offer();
      return answered({});
    case 'crash': {
      const { pool: failing, cut } = cutAt(pool, act.atQuery);
      const answer = await caught(single(shop, failing, act.act));
      return answered(answer, cut());
    }
    case 'lock-lost': {
      const id = seen.talks[act.move.talk]!.id;
      const text =
        act.by === 'owner'
          ? 'update conversations set epoch = epoch + 1 where id = $1'
          : `update handoffs set state = case state when 'deferred' then 'waiting' else 'deferred' end where conversation_id = $1 and state <> 'resolved'`;
      const failing = slippedIn(pool, /^with done as \(update (handoffs set state|conversations set owner_kind)/, {
        text,
        values: [id],
      });
      return answered(await caught(single(shop, failing, act.move)));
    }
    case 'race': {
      const both = await Promise.all(act.acts.map((one) => single(shop, pool, one)));
      return answered({ both });
    }
    default:
      return answered(await single(shop, pool, act));
  }
}
